"""What the drawings of a report share: the time axis, its grid, labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.reporting.html.markup import element
from streamdash.reporting.text_table import cells

if TYPE_CHECKING:
    from streamdash.reporting.html.markup import Child, Html

WIDTH = 1000.0
LEFT = 170.0
RIGHT = 120.0
TOP = 26.0
"""The drawing's width and margins, in its own units; it scales to the page."""
_MOST_TICKS = 8


class Axis(NamedTuple):
    """Seconds across the drawing, from 0 to `longest`."""

    longest: float

    def x(self, at: float) -> float:
        """Where a time is."""
        return LEFT + (WIDTH - LEFT - RIGHT) * at / self.longest


def axis_to(longest: float) -> Axis:
    """An axis that ends at `longest`, which may be 0 where nothing was measured."""
    return Axis(longest if longest > 0 else 1.0)


def ticks(longest: float, most: int) -> list[float]:
    """Round numbers from 0 to `longest`, at most `most` steps."""
    rough = longest / most
    step = 10.0 ** math.floor(math.log10(rough))
    step *= next(factor for factor in (1, 2, 5, 10) if rough <= step * factor)
    return [step * place for place in range(int(longest / step + 1e-9) + 1)]


def grid(axis: Axis, bottom: float) -> Html:
    """Upright lines at round seconds, with their numbers above."""
    marks: list[Child] = []
    for tick in ticks(axis.longest, _MOST_TICKS):
        x = axis.x(tick)
        marks.append(element("line", x1=x, x2=x, y1=TOP - 6, y2=bottom, class_="grid"))
        marks.append(element("text", f"{tick:g} s", x=x, y=TOP - 13, class_="tick"))
    return element("g", marks)


def short_label(label: str, limit: int) -> str:
    """A label of at most `limit` cells, to stand beside a drawing."""
    line = clean_line(label, limit)
    while cells(line) > limit:
        line = line.rstrip("…")[:-1] + "…"
    return line


_TONES = {
    "done": "good",
    "incomplete": "warn",
    "cancelled": "warn",
    "filtered": "bad",
    "truncated": "bad",
    "failed": "bad",
    "timeout": "bad",
}


def tone(status: str) -> str:
    """How a status is coloured: `good`, `warn`, `bad`, and `quiet` while it lives."""
    return _TONES.get(status, "quiet")
