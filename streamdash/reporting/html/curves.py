"""The characters of the answers over time, one step line per stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.figures import count
from streamdash.reporting.html.axis import (
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    axis_to,
    grid,
    short_label,
    ticks,
)
from streamdash.reporting.html.markup import element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.html.axis import Axis
    from streamdash.reporting.html.markup import Child, Html

HEIGHT = 320.0
LINE = 14.0
LABEL_CELLS = 16
LABEL_WIDTH = 110.0
MOST_LABELS = 22
"""With more lines than this, labels would overlap, so there are none."""
COLOURS = 8
_COLUMNS = 600
"""How many points a line has at most."""


class Curve(NamedTuple):
    """One stream's line; `points` are seconds and the characters by then.

    A dashed line has the colour of a solid one and gets no label of its own.
    """

    label: str
    colour: int
    dashed: bool
    points: Sequence[tuple[float, int]]
    end: float


class _Scale(NamedTuple):
    axis: Axis
    most: float

    def y(self, chars: float) -> float:
        return TOP + HEIGHT * (1 - chars / self.most)


def curves(lines: Sequence[Curve]) -> Html:
    """All lines in one drawing; lines without points are left out."""
    lines = [curve for curve in lines if curve.points]
    named = [curve for curve in lines if not curve.dashed] or lines
    longest = max((curve.end for curve in lines), default=0.0)
    most = max((curve.points[-1][1] for curve in lines), default=1)
    scale = _Scale(axis_to(longest), most)
    return element(
        "svg",
        element("title", "Chars of the answers over time"),
        grid(scale.axis, TOP + HEIGHT),
        _levels(scale),
        [_line(curve, scale) for curve in lines],
        _labels(named, scale) if len(named) <= MOST_LABELS else None,
        viewBox=f"0 0 {WIDTH:g} {TOP + HEIGHT + 10:g}",
        role="img",
        class_="curves",
    )


def _levels(scale: _Scale) -> Html:
    marks: list[Child] = []
    for chars in ticks(scale.most, 6):
        y = scale.y(chars)
        marks.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
        marks.append(element("text", count(chars), x=LEFT - 12, y=y, class_="name"))
    return element("g", marks)


def _line(curve: Curve, scale: _Scale) -> Html:
    steps = [f"M{scale.axis.x(curve.points[0][0]):.1f} {scale.y(0):.1f}"]
    for at, chars in _thinned(curve.points, curve.end):
        steps.append(f"H{scale.axis.x(at):.1f}V{scale.y(chars):.1f}")
    kind = f"curve c{curve.colour % COLOURS}{' dashed' if curve.dashed else ''}"
    return element("path", element("title", curve.label), d="".join(steps), class_=kind)


def _thinned(points: Sequence[tuple[float, int]], end: float) -> list[tuple[float, int]]:
    """At most `_COLUMNS` points: the last of each of so many equal intervals."""
    if len(points) <= _COLUMNS or end <= 0:
        return list(points)
    last = {int(at / end * _COLUMNS): (at, chars) for at, chars in points}
    return list(last.values())


def _labels(lines: Sequence[Curve], scale: _Scale) -> Html:
    """A label beside each line's end, moved up or down if another is in the way."""
    placed: list[tuple[float, float]] = []
    labels: list[Child] = []
    for curve in sorted(lines, key=lambda one: -one.points[-1][1]):
        at, chars = curve.points[-1]
        x = scale.axis.x(at) + 8
        y = _free(x, scale.y(chars), placed)
        placed.append((x, y))
        kind = f"beside c{curve.colour % COLOURS}"
        labels.append(element("text", short_label(curve.label, LABEL_CELLS), x=x, y=y, class_=kind))
    return element("g", labels)


def _free(x: float, y: float, placed: Sequence[tuple[float, float]]) -> float:
    """The height nearest to `y` that no label covers yet."""
    for step in range(2 * MOST_LABELS):
        tried = y + LINE * ((step + 1) // 2) * (1 if step % 2 else -1)
        inside = TOP <= tried <= TOP + HEIGHT
        if inside and not any(
            abs(x - other_x) < LABEL_WIDTH and abs(tried - other_y) < LINE
            for other_x, other_y in placed
        ):
            return tried
    return y
