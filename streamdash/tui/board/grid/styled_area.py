"""The styles of the panes, which the style sheet gives to the area around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from streamdash.tui.board.pane.pane_styles import PaneStyles
from streamdash.tui.terminal.lazy_styles import LazyStyles
from streamdash.tui.transcript.styles import STYLE_CLASSES, TRANSCRIPT_CSS, resolve

if TYPE_CHECKING:
    from typing import ClassVar

    from streamdash.tui.board.pane.pane import Pane

_TONES = (
    "frame", "current", "bar", "bar-current", "label", "label-current", "target", "figures",
    "key", "button", "on-bar", "quiet", "wait", "live", "good", "warn", "bad",
    "failed", "failed-current",
)  # fmt: skip


class StyledArea(LazyStyles):
    """Resolves each style once for all panes, and again after a change of the theme."""

    DEFAULT_CSS = TRANSCRIPT_CSS
    LAZY_CLASSES: ClassVar = frozenset({*STYLE_CLASSES, *(f"pane-grid--{tone}" for tone in _TONES)})

    def __init__(self) -> None:
        super().__init__()
        self._pane_styles = PaneStyles(
            self._filtered_style, lambda: resolve(self), heavy=self.app.no_color
        )

    @property
    def panes(self) -> list[Pane]:
        """All panes that have been made."""
        raise NotImplementedError

    def _filtered_style(self, tone: str) -> Style:
        """A tone's style after the line filters, which then need not run on every strip."""
        segments = [Segment(" ", self.get_component_rich_style(f"pane-grid--{tone}"))]
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments[0].style or Style.null()

    def notify_style_update(self) -> None:
        """Resolve the styles again and redraw the panes, as the theme has changed."""
        super().notify_style_update()
        self._pane_styles.reset()
        for pane in self.panes:
            pane.restyle()
            pane.transcript.refresh()
