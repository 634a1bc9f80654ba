"""A Textual layout that puts each pane into a region of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import NULL_OFFSET, NULL_SPACING
from textual.layout import Layout, WidgetPlacement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.geometry import Region, Size
    from textual.layout import ArrangeResult
    from textual.widget import Widget


class PaneLayout(Layout):
    """Places the panes that `regions` lists for a size; all others are hidden."""

    name = "panes"

    def __init__(self, regions: Callable[[Size], Sequence[tuple[Widget, Region]]]) -> None:
        self._regions = regions

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        parent.pre_layout(self)
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, pane)
            for pane, region in self._regions(size)
            if pane in children
        ]
