"""Scrolled rows whose number can change without a layout of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

from streamdash.tui.terminal.lazy_styles import LazyStyles

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.strip import Strip


class RowScroll(ScrollView, LazyStyles, can_focus=True):
    """A widget of Textual's line API without border and padding, and always with a scroll bar.

    Textual lays out and paints the whole screen again when `virtual_size` is set. For a list that
    grows ten times a second, that would be most of the program's work.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RowScroll {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: $background;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
    }
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows themselves, without the border, padding and tint that Textual would add."""
        filters, background = self.get_line_filters(), self.background_colors[1]
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip)
        if crop.column_span == (0, self.size.width):
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def set_rows(self, rows: int) -> None:
        """Set the number of rows, and draw the visible ones."""
        self.set_reactive(Widget.virtual_size, Size(self.size.width, rows))
        self.vertical_scrollbar.window_virtual_size = rows
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)
        self.refresh()
