"""Tables of cells: padding a text, choosing the columns that fit, drawing a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from streamdash.tui.widgets.parts import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GAP = 2
"""Cells between two columns."""
LABEL_LEAST = 8
"""Cells that a label's column keeps at least, if its labels are that long."""
Column = TypeVar("Column")


class Cell(NamedTuple):
    """A padded text and its tone, which a widget's component class gives a style."""

    text: str
    tone: str


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` cut or padded to `width` cells, at the `right` end of them for numbers."""
    text = cut(text, width)
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def fit_columns(
    columns: Iterable[Column],
    widths: dict[Column, int],
    width: int,
    *,
    label: Column,
    label_most: int,
    dropped_first: Iterable[Column],
) -> list[Column]:
    """The columns that fit into `width` cells; sets the label's width in `widths`.

    The label's column takes what the others leave, up to `label_most` cells. Until all fit,
    columns are dropped in the order of `dropped_first`.
    """
    fitting = list(columns)

    def others() -> int:
        return sum(widths[column] + GAP for column in fitting if column != label)

    wanted = min(widths[label], label_most)
    for column in dropped_first:
        if others() + wanted <= width:
            break
        if column in fitting:
            fitting.remove(column)
    widths[label] = max(min(wanted, LABEL_LEAST), min(wanted, width - others()))
    return fitting


def row_strip(
    cells: Iterable[Cell],
    width: int,
    style_of: Callable[[str], Style],
    base: Style,
    *,
    cursor: Style | None = None,
    gap: int = GAP,
) -> Strip:
    """A row of `width` cells with a margin of one cell, each text in the style of its tone.

    The `cursor` gives the chosen row its background; there the tone `quiet` becomes `on-cursor`.
    """
    over = base if cursor is None else cursor
    back = Style(bgcolor=over.bgcolor, reverse=over.reverse)
    blank = base + back
    segments = [Segment(" ", blank)]
    for number, cell in enumerate(cells):
        if gap and number:
            segments.append(Segment(" " * gap, blank))
        tone = "on-cursor" if cursor is not None and cell.tone == "quiet" else cell.tone
        segments.append(Segment(cell.text, style_of(tone) + back))
    return Strip(segments).adjust_cell_length(width, blank)
