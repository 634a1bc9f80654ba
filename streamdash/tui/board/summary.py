"""The panel at the bottom that shows every stream's numbers once all have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.tui.board.summary_table import summary_rows
from streamdash.tui.terminal.lazy_styles import LazyStyles
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.table_cells import row_strip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from rich.style import Style
    from textual import events
    from textual.app import ComposeResult

    from streamdash.reporting.result import StreamResult
    from streamdash.tui.widgets.table_cells import Cell


class SummaryRows(ScrollView, LazyStyles):
    """The rows of the table; the heading does not scroll."""

    ALLOW_SELECT = False
    LAZY_CLASSES: ClassVar = frozenset(
        {
            "summary-rows--label",
            "summary-rows--figures",
            "summary-rows--best",
            "summary-rows--quiet",
            "summary-rows--good",
            "summary-rows--warn",
            "summary-rows--bad",
            "summary-rows--wait",
            "summary-rows--live",
        }
    )

    class Picked(Message):
        """The row at this place was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self) -> None:
        super().__init__()
        self._results: Sequence[StreamResult] = ()
        self._rows: list[list[Cell]] = []

    def show_results(self, results: Sequence[StreamResult]) -> None:
        """Draw these results, one per row."""
        self._results = results
        self._lay()

    def _lay(self) -> None:
        width = max(1, self.size.width - 2)
        self._rows = summary_rows(self._results, width) if self._results else []
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.refresh()

    def on_resize(self) -> None:
        """Choose the columns for the new width."""
        self._lay()

    def render_line(self, y: int) -> Strip:
        """The heading, or the row that is scrolled to this place."""
        width = self.size.width
        base = self.base_style
        place = y and y + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(width, base)
        return row_strip(self._rows[place], width, self._style_of, base)

    def _style_of(self, tone: str) -> Style:
        return self.get_component_rich_style(f"summary-rows--{tone}")

    def on_click(self, event: events.Click) -> None:
        """Report the clicked row."""
        place = event.y + self.scroll_offset.y
        if event.y > 0 and place < len(self._rows):
            self.post_message(self.Picked(place - 1))


class Summary(Widget):
    """The table under a title line that also names the keys that close it."""

    def __init__(self) -> None:
        super().__init__()
        self._title = PartLine()
        self._table = SummaryRows()

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._table

    def show_results(self, results: Sequence[StreamResult]) -> None:
        """Show the panel with these results."""
        over = sum(result.status.final for result in results)
        if over < len(results):
            ended = f"{over} of {len(results)} streams have ended"
        else:
            ended = f"all {over} streams have ended" if over > 1 else "ended"
        self._table.show_results(results)
        self._title.show(
            [
                Part(ended, 0, "title"),
                Part("★ fastest of those done", 3, "quiet"),
                *(Part(sentence, 4, "quiet") for sentence in cache_sentences(results)),
                Part("s or esc closes", 2, "quiet", at_right=True),
            ]
        )
        # the drawer limits it to a share of the screen
        self.styles.height = len(results) + 2
        self.display = True
