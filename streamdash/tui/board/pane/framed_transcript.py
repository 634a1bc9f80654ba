"""A transcript in its frame: a heading above it, numbers below it, a side at either hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.widget import Widget

from streamdash.tui.board.pane.pane_rows import PaneRows
from streamdash.tui.board.pane.pane_transcript import PaneTranscript

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.strip import Strip

    from streamdash.tui.board.grid.pane_views import PaneViews
    from streamdash.tui.board.pane.number_places import Numbers
    from streamdash.tui.board.pane.pane_frame import Heading
    from streamdash.tui.board.pane.pane_styles import PaneStyles
    from streamdash.tui.terminal.direct_rows import DirectRows


class FramedTranscript(Widget):
    """Draws the frame, and again only those of its rows that have changed."""

    ALLOW_SELECT = False

    def __init__(self, styles: PaneStyles, direct_rows: DirectRows, views: PaneViews) -> None:
        super().__init__()
        self.transcript = PaneTranscript(
            lambda error: self.call_later(self.fail, error), styles, direct_rows, views
        )
        self._direct_rows = direct_rows
        self._rows = PaneRows(styles)

    def compose(self) -> ComposeResult:
        yield self.transcript

    def fail(self, error: Exception) -> None:
        """Called after the transcript could not be drawn."""
        raise NotImplementedError

    @property
    def current(self) -> bool:
        """Whether keys act on this pane."""
        return self._rows.current

    @current.setter
    def current(self, current: bool) -> None:
        if current != self._rows.current:
            self._rows.current = current
            self.restyle()

    def restyle(self) -> None:
        """Draw the whole frame again."""
        self._rows.clear()
        self.refresh()

    def show_heading(self, heading: Heading) -> None:
        """Show this above the transcript."""
        failed = self._rows.failed
        if self._rows.set_heading(heading):
            if failed != self._rows.failed:
                self.restyle()
            else:
                self._redraw_row(top=True)

    def show_numbers(self, numbers: Numbers) -> None:
        """Show these under the transcript."""
        self._rows.following = self.transcript.following
        if self._rows.set_numbers(numbers):
            self._redraw_row(top=False)

    def show_markdown(self, shown: bool, *, noted: bool) -> None:
        """Render the answers, or show their source; if `noted`, the numbers mention the source."""
        self.transcript.markdown = shown
        self._rows.source = noted and not shown
        self._redraw_row(top=False)

    def on_transcript_follow_changed(self) -> None:
        self._rows.following = self.transcript.following
        self._redraw_row(top=False)

    def _redraw_row(self, *, top: bool) -> None:
        """Draw the first or the last row of the frame again."""
        if not top:
            self._rows.clear_bottom()
        width, height = self.outer_size
        if not self.is_mounted or not width:
            return
        rows = self._rows
        y, row = (0, rows.top(width)) if top else (height - 1, rows.bottom(width))
        if self._direct_rows.put(self, [(y, row)]):
            left, above = self.content_offset
            # a refresh counts from the content's corner, and the frame is outside the content
            self.refresh(Region(-left, y - above, width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the frame too: Textual's border drawing costs more than both rows together."""
        return self._rows.lines(crop, *self.outer_size)
