"""Cutting text to a number of cells, and choosing the parts that fit a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Sequence

ELLIPSIS = "…"


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, ending in an ellipsis if it was cut."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    # a wide character that would be halved becomes a blank, which goes before the ellipsis
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


MOST_NEEDED = 3
"""Parts with a higher rank are extras."""


class Part(NamedTuple):
    """A piece of a line, shown in full, in its short form, or not at all.

    The part with the highest `rank` is dropped first when space is short. A `flexible` part may
    also be cut, down to `least` cells.
    """

    text: str
    rank: int
    tone: str = ""
    short: str = ""
    flexible: bool = False
    least: int = 12
    at_right: bool = False
    """Whether it belongs at the right end of a `PartLine`."""


class Row(NamedTuple):
    """The parts that fit a line, in order, and the number of cells between two of them."""

    parts: tuple[Part, ...]
    gap: int

    @property
    def width(self) -> int:
        return sum(cell_len(part.text) for part in self.parts) + self.gap * (len(self.parts) - 1)


def fit(parts: Sequence[Part], width: int, gap: int = 2) -> Row:
    """The parts that fit into `width` cells.

    Extras are dropped first. Then parts take their short forms and the gaps shrink. At last the
    remaining parts are dropped, those of the highest rank first.
    """
    remaining = [part for part in parts if part.text]
    while remaining:
        whole = Row(tuple(remaining), gap)
        if whole.width <= width:
            return whole
        last = max(remaining, key=lambda part: part.rank)
        if last.rank <= MOST_NEEDED:
            shorter = [part._replace(text=part.short or part.text) for part in remaining]
            tight = min(gap, 2)
            for row, space in ((remaining, tight), (shorter, tight), (shorter, 1)):
                fitted = _fill(Row(tuple(row), space), width)
                if fitted is not None:
                    return fitted
        remaining.remove(last)
    return Row((), gap)


def _fill(row: Row, width: int) -> Row | None:
    """The row in `width` cells, with a flexible part cut if necessary; None if it cannot fit."""
    over = row.width - width
    if over <= 0:
        return row
    for place, part in enumerate(row.parts):
        target = cell_len(part.text) - over
        if part.flexible and target >= part.least:
            shorter = part._replace(text=cut(part.text, target))
            return row._replace(parts=(*row.parts[:place], shorter, *row.parts[place + 1 :]))
    return None
