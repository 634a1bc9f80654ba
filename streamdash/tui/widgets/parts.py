"""Text measured in terminal cells: cutting it, and choosing which parts fit a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Sequence

ELLIPSIS = "…"


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    # a wide character that would be halved leaves a blank, which belongs after the ellipsis
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


MOST_NEEDED = 3
"""Parts of a higher rank are extras."""


class Part(NamedTuple):
    """A piece of a line that is shown whole, in its short form, or not at all.

    The part with the highest `rank` goes first when space is short. A `flexible` part may also
    be cut, down to `least` cells.
    """

    text: str
    rank: int
    tone: str = ""
    short: str = ""
    flexible: bool = False
    least: int = 12
    at_right: bool = False
    """Stands at the line's right end, where a line has one."""


class Row(NamedTuple):
    """The parts that fit a line, in their order, and the cells between two of them."""

    parts: tuple[Part, ...]
    gap: int

    @property
    def width(self) -> int:
        return sum(cell_len(part.text) for part in self.parts) + self.gap * (len(self.parts) - 1)


def fit(parts: Sequence[Part], width: int, gap: int = 2) -> Row:
    """The parts that fit into `width` cells.

    Parts that are mere extras go before anything is squeezed; then short forms come in and the
    gaps shrink, and at last the others go, the highest rank first.
    """
    kept = [part for part in parts if part.text]
    while kept:
        whole = Row(tuple(kept), gap)
        if whole.width <= width:
            return whole
        last = max(kept, key=lambda part: part.rank)
        if last.rank <= MOST_NEEDED:
            shorter = [part._replace(text=part.short or part.text) for part in kept]
            tight = min(gap, 2)
            for row, space in ((kept, tight), (shorter, tight), (shorter, 1)):
                fitted = _filled(Row(tuple(row), space), width)
                if fitted is not None:
                    return fitted
        kept.remove(last)
    return Row((), gap)


def _filled(row: Row, width: int) -> Row | None:
    """The row in `width` cells, its flexible part cut if need be; None if that is not enough."""
    over = row.width - width
    if over <= 0:
        return row
    for place, part in enumerate(row.parts):
        target = cell_len(part.text) - over
        if part.flexible and target >= part.least:
            shorter = part._replace(text=cut(part.text, target))
            return row._replace(parts=(*row.parts[:place], shorter, *row.parts[place + 1 :]))
    return None
