"""A terminal in memory that shows what the app really writes."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import pyte
from textual import events
from textual._compositor import LayoutUpdate
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.widget import Widget
from wcwidth import wcwidth

from streamdash.tui.text.disputed_widths import settle
from tests.tui.screen import app_of, until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from textual.pilot import Pilot

    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp

_UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<>=][0-9;]*u")


class MemoryTerminal(HeadlessDriver):
    """Records everything the app writes, and passes for a real terminal."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        self.writes: list[str] = []

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.write_settled(settle(data))

    def write_settled(self, data: str) -> None:
        self.writes.append(data)


class Cell(NamedTuple):
    """The character, colours and attributes of one cell of a terminal."""

    text: str
    foreground: str
    background: str
    looks: tuple[bool, ...]


class RecordedScreen:
    """The screen of a `StreamdashApp`, as a terminal draws it from what the app wrote."""

    def __init__(self, app: StreamdashApp, pilot: Pilot[int], size: tuple[int, int]) -> None:
        self.app = app
        self.pilot = pilot
        self._picture = pyte.Screen(*size)
        self._stream = pyte.Stream(self._picture)

    @property
    def terminal(self) -> MemoryTerminal:
        driver = self.app._driver
        assert isinstance(driver, MemoryTerminal)
        return driver

    def cells(self) -> list[list[Cell]]:
        """The screen after everything written so far."""
        self._stream.feed(_UNKNOWN_TO_PYTE.sub("", "".join(self.terminal.writes)))
        self.terminal.writes.clear()
        return _cells(self._picture)

    def text(self) -> str:
        return "\n".join("".join(cell.text for cell in row) for row in self.cells())

    def painted_anew(self) -> list[list[Cell]]:
        """The screen as Textual would draw it from scratch now."""
        picture = pyte.Screen(self._picture.columns, self._picture.lines)
        update = self.app.screen._compositor.render_update(
            full=True, screen_stack=self.app._background_screens
        )
        assert isinstance(update, LayoutUpdate)
        pyte.Stream(picture).feed(update.render_segments(self.app.console))
        return _cells(picture)

    async def quiet(self) -> None:
        """Wait until Textual has nothing to paint and all panes show all of their text."""
        await self.pilot.pause()
        await until(self._is_quiet)

    def _is_quiet(self) -> bool:
        screen, app = self.app.screen, self.app
        pending = (
            screen._dirty_widgets
            or screen._compositor._dirty_regions
            or screen._layout_required
            or screen._repaint_required
            or any(widget._repaint_required for widget in screen.walk_children(Widget))
            or app._batch_count
            or not screen._message_queue.empty()
        )
        return not pending and not any(pane.transcript.dirty for pane in app.board.grid.panes)

    async def resize(self, columns: int, rows: int) -> None:
        self.cells()
        self._picture.resize(rows, columns)
        self.terminal._size = Size(columns, rows)
        self.app.post_message(events.Resize(Size(columns, rows), Size(columns, rows)))
        await self.pilot.pause()


def _cells(picture: pyte.Screen) -> list[list[Cell]]:
    return [
        [
            Cell(
                " " if _is_half(picture, x, y) else c.data,
                c.fg,
                c.bg,
                (c.bold, c.italics, c.underscore, c.reverse),
            )
            for x, c in ((x, picture.buffer[y][x]) for x in range(picture.columns))
        ]
        for y in range(picture.lines)
    ]


def _is_half(picture: pyte.Screen, x: int, y: int) -> bool:
    """Whether something was written over the second cell of a wide character.

    Terminals erase the first one then; pyte does not.
    """
    row = picture.buffer[y]
    return x + 1 < picture.columns and wcwidth(row[x].data[:1]) == 2 and row[x + 1].data != ""


@asynccontextmanager
async def recorded_screen(
    run: Run, *, size: tuple[int, int] = (120, 40), plain: bool = False
) -> AsyncGenerator[RecordedScreen, None]:
    """The app with its first frame painted in a terminal of this size."""
    app = app_of(run, plain=plain)
    app.driver_class = MemoryTerminal
    try:
        async with app.run_test(size=size, notifications=True, headless=False) as pilot:
            await pilot.pause()
            yield RecordedScreen(app, pilot, size)
    finally:
        await run.drain()
