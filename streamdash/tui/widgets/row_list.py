"""Rows of cells under headings, one of them chosen; whoever shows them scrolls them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual import events

    from streamdash.tui.screens.leaderboard.ranking import Cell

GAP = 2
WHEEL_ROWS = 3


class RowList(Widget):
    """Draws what it is given, if that is not there already."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--label",
        "rows--figures",
        "rows--sorted",
        "rows--best",
        "rows--quiet",
        "rows--wait",
        "rows--live",
        "rows--good",
        "rows--warn",
        "rows--bad",
        "rows--note",
        "rows--cursor",
        "rows--on-cursor",
    }

    class Pressed(Message):
        """A row was clicked, in column `x`; -1 is the heading."""

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
        """The wheel was turned by so many rows."""

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
        """Draw these rows below the heading, the one with number `cursor` as chosen."""
        shown = (heading, rows, cursor)
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The heading, or a row."""
        heading, rows, cursor = self._shown
        width, base = self.size.width, self.rich_style
        if y > len(rows):
            return Strip.blank(width, base)
        over = self.get_component_rich_style("rows--cursor") if y - 1 == cursor else base
        back = Style(bgcolor=over.bgcolor, reverse=over.reverse)
        segments = [Segment(" ", base + back)]
        for place, cell in enumerate(rows[y - 1] if y else heading):
            segments.append(Segment(" " * self._gap if place else "", base + back))
            chosen = over is not base and cell.tone == "quiet"
            style = self.get_component_rich_style(
                "rows--on-cursor" if chosen else f"rows--{cell.tone}"
            )
            segments.append(Segment(cell.text, style + back))
        return Strip(segments).adjust_cell_length(width, base + back)

    def on_click(self, event: events.Click) -> None:
        """Tell which row it was, and where in it."""
        if event.y <= len(self._shown[1]):
            self.post_message(self.Pressed(self, event.y - 1, event.x - 1, twice=event.chain == 2))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Wheeled(-WHEEL_ROWS))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Wheeled(WHEEL_ROWS))
