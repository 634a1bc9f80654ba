"""The app under test: how to start it, wait for it and read the characters on its screen."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from streamdash.tui.app import StreamdashApp
from streamdash.tui.preferences import Preferences
from streamdash.tui.shown_run import ShownRun

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from typing import Any

    from textual.pilot import Pilot

    from streamdash.streams.run import Run

PATIENCE_S = 5.0


def app_of(run: Run, **options: Any) -> StreamdashApp:
    """An app that shows the run; `options` are fields of `ShownRun` or `Preferences`, or the app's.

    The title is the plan's unless the options have another one.
    """
    shown = {name: options.pop(name) for name in ShownRun._fields if name in options}
    looks = {name: options.pop(name) for name in Preferences._fields if name in options}
    described = ShownRun(run, **{"title": run.plan.title, **shown})
    return StreamdashApp(described, Preferences(**looks), **options)


def rows(app: StreamdashApp) -> list[str]:
    """The rows of the screen, without the blanks at their ends."""
    strips = app.screen._compositor.render_strips()
    return [strip.text.rstrip() for strip in strips]


def text(app: StreamdashApp) -> str:
    return "\n".join(rows(app))


async def until(condition: Callable[[], bool]) -> None:
    """Let the app work until the condition holds; fails after `PATIENCE_S`."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"the condition did not hold within {PATIENCE_S} s")
        await asyncio.sleep(0.002)


async def settled(app: StreamdashApp, pilot: Pilot[int]) -> None:
    """Let the app handle all messages and paint a frame."""
    await pilot.pause()
    await asyncio.sleep(0.04)
    await pilot.pause()


async def summarized(app: StreamdashApp, pilot: Pilot[int]) -> None:
    """Wait until the frames have shown the last end, then open the summary."""
    await until(lambda: not app.board._run.live and not app.painting)
    await pilot.press("s")
    await until(lambda: "ended" in text(app))


@asynccontextmanager
async def shown(
    run: Run, *, size: tuple[int, int] = (120, 40), **options: Any
) -> AsyncGenerator[tuple[StreamdashApp, Pilot[int]], None]:
    """The app with its first frame painted and its streams started; drains the run at the end.

    `options` are those of `app_of`.
    """
    app = app_of(run, **options)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield app, pilot
    finally:
        await run.drain()
