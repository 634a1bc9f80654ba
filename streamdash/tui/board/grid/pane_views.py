"""How panes show their text: answers as Markdown or source; reasoning, questions folded or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.tui.board.grid.pane_grid import PaneGrid


class PaneViews:
    """The views with which a pane is made, and the changes that keys make to them.

    A pane keeps its views through reruns and follow-ups. A change everywhere gives all panes,
    made or not, what the current one does not show now.
    """

    def __init__(self, *, markdown: bool) -> None:
        self.markdown = markdown
        """Whether answers are rendered as Markdown."""
        self.reasoning = True
        """Whether reasoning is shown in full."""
        self.question = True
        """Whether panes with room for it repeat their question, and if zoomed, the settings."""

        self.leaving: frozenset[int] = frozenset()
        """Streams that are soon removed; their headings say so."""

    def toggle_reasoning(self, grid: PaneGrid, *, everywhere: bool) -> None:
        """Show the reasoning, or fold it."""
        if grid.current_pane is None:
            return
        shown = not grid.current_pane.transcript.show_reasoning
        if everywhere:
            self.reasoning = shown
        for pane in grid.panes if everywhere else [grid.current_pane]:
            pane.transcript.show_reasoning = shown

    def toggle_markdown(self, grid: PaneGrid, *, everywhere: bool) -> None:
        """Render the answers, or show their source, which a single pane then mentions."""
        if grid.current_pane is None:
            return
        shown = not grid.current_pane.transcript.markdown
        if everywhere:
            self.markdown = shown
        for pane in grid.panes if everywhere else [grid.current_pane]:
            pane.show_markdown(shown, noted=not everywhere)
