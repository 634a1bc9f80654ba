"""The table of every stream's numbers, which lies over the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.tui.board.drawer.summary_proof import SummaryProof, unproven
from streamdash.tui.board.drawer.summary_table import sentence_rows, summary_rows, verdict_rows
from streamdash.tui.terminal.lazy_styles import LazyStyles
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.table_cells import row_strip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
            "summary-rows--note",
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

    class Laid(Message):
        """There are this many rows now, the heading and the sentences included."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self) -> None:
        super().__init__()
        self._results: Sequence[StreamResult] = ()
        self._lag_p99_s: float | None = None
        self._proof = unproven(in_rounds=False)
        self._rows: list[list[Cell]] = []

    def show_results(
        self, results: Sequence[StreamResult], lag_p99_s: float | None, proof: SummaryProof
    ) -> None:
        """Draw these results, one per row, and below them what they prove.

        `lag_p99_s` is their run's.
        """
        self._results, self._lag_p99_s, self._proof = results, lag_p99_s, proof
        self._lay()

    def _lay(self) -> None:
        width = max(1, self.size.width - 2)
        self._rows = []
        if self._results:
            self._rows = summary_rows(self._results, width, self._lag_p99_s, self._proof.best)
        # before the first layout there is no width to wrap at
        if self.size.width:
            self._rows += verdict_rows(self._proof.models, width)
            told = [*self._proof.sentences, *cache_sentences(self._results)]
            self._rows += sentence_rows(told, width)
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.post_message(self.Laid(len(self._rows)))
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
        if event.y > 0 and place <= len(self._results):
            self.post_message(self.Picked(place - 1))


class Summary(Widget):
    """The table under a title line that also names the keys that close it."""

    def __init__(self) -> None:
        super().__init__()
        self._title = PartLine()
        self._table = SummaryRows()
        self._job: LatestJob[SummaryProof] = LatestJob(self)
        self._shown: tuple[list[StreamResult], bool] | None = None
        """The results that are drawn, and whether they are or will be with their proof."""

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._table

    def show_results(
        self,
        results: Sequence[StreamResult],
        lag_p99_s: float | None,
        prove: Callable[[], SummaryProof] | None,
        *,
        in_rounds: bool,
    ) -> None:
        """Show the panel with these results; `lag_p99_s` is their run's.

        What `prove` finds, called in a thread, appears once it is there; it is None if there is
        nothing to find.
        """
        over = sum(result.status.final for result in results)
        if over < len(results):
            ended = f"{over} of {len(results)} streams have ended"
        else:
            ended = f"all {over} streams have ended" if over > 1 else "ended"
        rounds = "all rounds" if over == len(results) else "the rounds so far"
        self._title.show(
            [
                Part(ended, 0, "title"),
                *([Part(f"medians of {rounds}", 2, "quiet")] if in_rounds else []),
                Part(
                    "★ best, or not told apart" if in_rounds else "★ best, or level with the best",
                    3,
                    "quiet",
                ),
                Part("s or esc closes", 2, "quiet", at_right=True),
            ]
        )
        self.display = True
        shown = list(results), prove is not None
        if shown == self._shown:
            return
        self._shown = shown
        self._table.show_results(results, lag_p99_s, unproven(in_rounds=in_rounds))
        if prove is None:
            self._job.drop()
        else:
            self._job.want(prove, lambda proof: self._table.show_results(results, lag_p99_s, proof))

    def on_summary_rows_laid(self, event: SummaryRows.Laid) -> None:
        """Take as many rows as there are, below the title; the maximum is a share of the screen."""
        event.stop()
        self.styles.height = event.rows + 1
