"""The time axis, grid and labels that the page's drawings share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import tick
from streamdash.reporting.html.markup import element
from streamdash.reporting.text_table import cells
from streamdash.streams.events import Status

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
        """The horizontal place of a time, in the drawing's units."""
        return LEFT + (WIDTH - LEFT - RIGHT) * at / self.longest


def axis_to(longest: float) -> Axis:
    """An axis that ends at `longest`, or at 1 if that is 0 as nothing was measured."""
    return Axis(longest if longest > 0 else 1.0)


def ticks(longest: float, most: int) -> list[float]:
    """Round numbers from 0 to at most `longest`, in at most `most` steps."""
    rough = longest / most
    step = 10.0 ** math.floor(math.log10(rough))
    step *= next(factor for factor in (1, 2, 5, 10) if rough <= step * factor)
    return [step * place for place in range(int(longest / step + 1e-9) + 1)]


def grid(axis: Axis, bottom: float) -> Html:
    """Vertical lines at round seconds, labelled above."""
    marks: list[Child] = []
    for at in ticks(axis.longest, _MOST_TICKS):
        x = axis.x(at)
        marks.append(element("line", x1=x, x2=x, y1=TOP - 6, y2=bottom, class_="grid"))
        marks.append(element("text", tick(at), x=x, y=TOP - 13, class_="tick"))
    return element("g", marks)


def short_label(label: str, limit: int) -> str:
    """A label cut to at most `limit` cells."""
    line = clean_line(label, limit)
    while cells(line) > limit:
        line = line.rstrip("…")[:-1] + "…"
    return line


_TONES = {
    Status.DONE: "good",
    Status.INCOMPLETE: "warn",
    Status.CANCELLED: "warn",
    Status.FILTERED: "bad",
    Status.TRUNCATED: "bad",
    Status.FAILED: "bad",
    Status.TIMEOUT: "bad",
}


def tone(status: Status) -> str:
    """The class that colours a status: `good`, `warn` or `bad`; `quiet` for a live stream."""
    return _TONES.get(status, "quiet")
