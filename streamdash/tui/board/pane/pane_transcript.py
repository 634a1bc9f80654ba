"""The transcript of a pane; a failure to draw it affects no other pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

from streamdash.tui.transcript.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Region

    from streamdash.tui.board.grid.pane_views import PaneViews
    from streamdash.tui.board.pane.pane_styles import PaneStyles
    from streamdash.tui.terminal.direct_rows import DirectRows


class PaneTranscript(Transcript):
    """A transcript that draws blank rows and reports the error when drawing fails."""

    def __init__(
        self,
        failed: Callable[[Exception], object],
        styles: PaneStyles,
        direct_rows: DirectRows,
        views: PaneViews,
    ) -> None:
        super().__init__(
            styles.transcript,
            show_reasoning=views.reasoning,
            markdown=views.markdown,
            direct_rows=direct_rows,
        )
        self._failed = failed

    def render_lines(self, crop: Region) -> list[Strip]:
        try:
            return super().render_lines(crop)
        except Exception as error:
            self._failed(error)
            return [Strip.blank(crop.width)] * crop.height
