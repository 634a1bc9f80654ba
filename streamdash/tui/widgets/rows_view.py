"""A scrolled view of rows that were drawn before."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from streamdash.tui.widgets.row_scroll import RowScroll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.theme import Theme

WIDEST = 100
"""The most cells of a row of text: longer lines are hard to read."""


def rows_of(
    renderable: RenderableType, width: int, theme: Theme | None = None
) -> list[list[Segment]]:
    """A renderable drawn by Rich, in rows of at most `width` cells; may be called in a thread."""
    console = Console(
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        theme=theme,
    )
    return console.render_lines(renderable, console.options, pad=False)


class RowsView(RowScroll):
    """Rows of segments, with a margin on both sides."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Sequence[Segment]] = ()

    @property
    def text_width(self) -> int:
        """The number of cells for a row of text."""
        return max(10, min(WIDEST, self.size.width - 4))

    def show(self, rows: Sequence[Sequence[Segment]]) -> None:
        """Show these rows without moving the scroll position."""
        self._rows = rows
        self.set_rows(len(rows))

    def render_line(self, y: int) -> Strip:
        """The row that is scrolled to line `y`."""
        width, base = self.size.width, self.base_style
        place = y + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(width, base)
        row = Strip([Segment("  "), *self._rows[place]])
        return row.apply_style(base).adjust_cell_length(width, base)
