"""The rows of recorded runs, of which one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from streamdash.tui.screens.runs.run_rows import run_rows
from streamdash.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.screens.runs.run_choices import RunChoice


class RunList(RowList):
    """Keeps the chosen row visible; only visible rows are drawn."""

    class Moved(Message):
        """Another row is chosen."""

    class Picked(Message):
        """A row was clicked twice."""

    def __init__(self) -> None:
        super().__init__(id="list")
        self._rows: Sequence[RunChoice] = ()
        self._cursor = self._top = 0

    @property
    def chosen(self) -> RunChoice | None:
        """The run under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    def show_runs(self, rows: Sequence[RunChoice]) -> None:
        """List these runs, with the cursor on the first one."""
        self._rows = rows
        self._top = 0
        self.choose(0)

    def choose(self, place: int) -> None:
        """Put the cursor on a row, or on the nearest one."""
        self._cursor = max(0, min(place, len(self._rows) - 1))
        self._draw()
        self.post_message(self.Moved())

    def move(self, by: int) -> None:
        """Move the cursor by some rows."""
        self.choose(self._cursor + by)

    def page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.move(by * max(1, self.room - 1))

    def last(self) -> None:
        """Put the cursor on the oldest run."""
        self.choose(len(self._rows) - 1)

    def _draw(self) -> None:
        room = max(1, self.room)
        top = max(self._cursor - room + 1, min(self._top, self._cursor))
        self._top = max(0, min(top, len(self._rows) - room))
        heading, rows = run_rows(self._rows[self._top : self._top + room], self.size.width)
        self.show(heading if rows else [], rows, self._cursor - self._top)

    def on_resize(self) -> None:
        """Draw the columns that fit now."""
        self._draw()

    def on_row_list_wheeled(self, event: RowList.Wheeled) -> None:
        event.stop()
        self.move(event.by)

    def on_row_list_pressed(self, event: RowList.Pressed) -> None:
        """Choose the clicked run; two clicks pick it."""
        event.stop()
        if event.row >= 0:
            self.choose(self._top + event.row)
            if event.twice:
                self.post_message(self.Picked())
