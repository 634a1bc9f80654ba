"""Intervals of medians, drawn on a scale that all streams share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from streamdash.tui.widgets.table_cells import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streamdash.reporting.spread import Spread

LEAST, MOST = 18, 44
"""Cells that the drawing takes at least, and at most."""


class Whiskers(NamedTuple):
    """A scale from `low` to `high` on `width` cells; the median is `┼` and the ends `├` and `┤`."""

    low: float
    high: float
    width: int
    intervals: bool
    """Whether any median has one."""

    def heading(self, title: str, written: Callable[[float], str]) -> Cell:
        """The numbers at both ends of the scale, and what it shows between them."""
        if self.low > self.high:
            return Cell(" " * self.width, "quiet")
        low, high = written(self.low), written(self.high)
        between = self.width - len(low) - len(high)
        if between < 1 or self.low == self.high:
            return Cell(low.center(self.width)[: self.width], "quiet")
        captions = (f"{title} 95 %", "95 %") if self.intervals else (title,)
        caption = next((one for one in captions if len(one) < between - 1), "")
        return Cell(f"{low}{caption.center(between)}{high}", "quiet")

    def cell(self, value: float) -> int:
        """The cell of a value on the scale; one beyond the scale is in its last cell."""
        if self.low >= self.high:
            return self.width // 2
        part = (min(value, self.high) - self.low) / (self.high - self.low)
        return round(max(0.0, part) * (self.width - 1))

    def row(self, measured: Spread | None, *, best: bool) -> Cell:
        """`├──┼──┤`; only `┼` without an interval, and `►` at an end that never comes."""
        cells = [" "] * self.width
        if measured is not None and math.isfinite(measured.median):
            if measured.ci95 is not None:
                low, high = measured.ci95
                start, end = self.cell(low), self.cell(high)
                cells[start : end + 1] = "─" * (end + 1 - start)
                cells[end] = "┤" if math.isfinite(high) else "►"
                cells[start] = "├"
            cells[self.cell(measured.median)] = "┼"
        return Cell("".join(cells), "best" if best else "figures")


def whiskers(measured: Iterable[Spread | None], width: int) -> Whiskers:
    """The scale on which all these medians and intervals fit; `low` exceeds `high` without any."""
    drawn = [one for one in measured if one is not None and math.isfinite(one.median)]
    ends = [
        value for one in drawn for value in (one.median, *(one.ci95 or ())) if math.isfinite(value)
    ]
    intervals = any(one.ci95 is not None for one in drawn)
    return Whiskers(min(ends, default=1.0), max(ends, default=0.0), width, intervals)
