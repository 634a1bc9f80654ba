"""Looking at the app the way its user does: the characters on the screen."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from streamdash.tui.app import StreamdashApp

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from typing import Any

    from textual.pilot import Pilot

    from streamdash.streams.run import Run

PATIENCE_S = 5.0


def rows(app: StreamdashApp) -> list[str]:
    """The screen's rows as text."""
    strips = app.screen._compositor.render_strips()
    return [strip.text.rstrip() for strip in strips]


def text(app: StreamdashApp) -> str:
    return "\n".join(rows(app))


async def until(condition: Callable[[], bool]) -> None:
    """Let the app work until the condition holds."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError("the screen never came to this")
        await asyncio.sleep(0.002)


async def settled(app: StreamdashApp, pilot: Pilot[int]) -> None:
    """Let everything be painted that can be painted now."""
    await pilot.pause()
    await asyncio.sleep(0.04)
    await pilot.pause()


@asynccontextmanager
async def shown(
    run: Run, *, size: tuple[int, int] = (120, 40), **options: Any
) -> AsyncGenerator[tuple[StreamdashApp, Pilot[int]], None]:
    """The app with its first frame painted and its streams started; the run is drained after.

    `options` are the app's.
    """
    app = StreamdashApp(run, title=run.plan.title, **options)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield app, pilot
    finally:
        await run.drain()
