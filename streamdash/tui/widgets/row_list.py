"""Rows of cells under a heading, one of them chosen; the screen that uses it does the scrolling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from streamdash.tui.widgets.table_cells import GAP, row_strip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from rich.style import Style
    from textual import events

    from streamdash.tui.widgets.table_cells import Cell

WHEEL_ROWS = 3


class RowList(Widget):
    """Draws a heading and rows, again only if they differ from those shown."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--label",
        "row-list--figures",
        "row-list--sorted",
        "row-list--best",
        "row-list--quiet",
        "row-list--wait",
        "row-list--live",
        "row-list--good",
        "row-list--warn",
        "row-list--bad",
        "row-list--note",
        "row-list--cursor",
        "row-list--on-cursor",
    }

    class Pressed(Message):
        """A row was clicked, in column `x`; `row` -1 is the heading, `twice` a double click."""

        def __init__(self, rows: RowList, row: int, x: int, *, twice: bool) -> None:
            super().__init__()
            self.rows = rows
            self.row = row
            self.x = x
            self.twice = twice

        @property
        def control(self) -> RowList:
            return self.rows

    class Wheeled(Message):
        """The wheel was turned by a number of rows."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, *, gap: int = GAP, id: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(id=id)
        self._gap = gap
        self._shown: tuple[Sequence[Cell], Sequence[Sequence[Cell]], int] = ((), (), -1)

    @property
    def room(self) -> int:
        """How many rows fit below the heading."""
        return max(0, self.size.height - 1)

    def show(self, heading: Sequence[Cell], rows: Sequence[Sequence[Cell]], cursor: int) -> None:
        """Draw these rows below the heading; `cursor` is the number of the chosen one."""
        shown = (heading, rows, cursor)
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The heading, or a row below it."""
        heading, rows, cursor = self._shown
        if y > len(rows):
            return Strip.blank(self.size.width, self.rich_style)
        return row_strip(
            rows[y - 1] if y else heading,
            self.size.width,
            self._style_of,
            self.rich_style,
            cursor=self._style_of("cursor") if y - 1 == cursor else None,
            gap=self._gap,
        )

    def _style_of(self, tone: str) -> Style:
        return self.get_component_rich_style(f"row-list--{tone}")

    def on_click(self, event: events.Click) -> None:
        """Report the clicked row, and where in it the click was."""
        if event.y <= len(self._shown[1]):
            self.post_message(self.Pressed(self, event.y - 1, event.x - 1, twice=event.chain == 2))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Wheeled(-WHEEL_ROWS))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Wheeled(WHEEL_ROWS))
