"""Where the form is on the screen: over its pane, or all over a small terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.screen import Screen
    from textual.widget import Widget

LARGE = (100, 30)
"""From this width and height on, other panes stay in sight beside the form."""
LEAST_COLUMNS, MOST_COLUMNS = 78, 100
NARROW = 48
"""Below this width a field's name is above its text."""
_HEADING = 1
"""The heading of the pane, which stays in sight."""
_LINES_BELOW = 2
"""The title and the keys of the board."""


def place_panel(screen: Screen[Any], panel: Widget, pane: Region) -> None:
    """Place the panel over the pane, as far as it fits; it fills a small screen."""
    width, height = screen.size
    large = width >= LARGE[0] and height >= LARGE[1]
    screen.set_class(not large, "-small")
    screen.set_class(width < NARROW, "-narrow")
    if not large:
        panel.styles.width, panel.styles.max_height = width, height
        panel.styles.offset = (0, 0)
        return
    columns = max(LEAST_COLUMNS, min(MOST_COLUMNS, pane.width))
    most = height - _LINES_BELOW
    panel.styles.width, panel.styles.max_height = columns, most
    rows = min(panel.outer_size.height, most)
    left = pane.x + (pane.width - columns) // 2
    panel.styles.offset = (
        max(0, min(left, width - columns)),
        max(0, min(pane.y + _HEADING, most - rows)),
    )
