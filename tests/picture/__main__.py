"""`python -m tests.picture` draws the README's picture: the demo, live, as the program shows it."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from streamdash.cli.demo_file import DEMO
from streamdash.demo.server import DemoServer
from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints
from streamdash.providers.registry import Providers
from streamdash.streams.live import live_run
from tests.tui.screen import app_of

PICTURE = Path(__file__).parent / "dashboard.svg"


async def draw(path: Path, columns: int, rows: int, after_s: float, theme: str | None) -> None:
    """Run the demo on a screen of that size and save what it shows `after_s` seconds in."""
    plan = load_plan(str(DEMO), Overrides(), endpoints=builtin_endpoints({})).plan
    run = live_run(plan, Providers({}, demo=DemoServer))
    app = app_of(run)
    async with app.run_test(size=(columns, rows)) as pilot:
        if theme is not None:
            app.theme = theme
        while not all(state.first_delta_at for state in run.states):
            await pilot.pause(0.05)
        await pilot.pause(after_s)
        path.write_text(app.export_screenshot(title="streamdash"), encoding="utf-8")
    await run.drain()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=PICTURE)
    parser.add_argument("--size", default="132x36", help="COLUMNSxROWS")
    parser.add_argument("--after", type=float, default=3.0, help="seconds after the last TTFT")
    parser.add_argument("--theme")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    asyncio.run(draw(options.output, columns, rows, options.after, options.theme))
