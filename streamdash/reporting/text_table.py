"""Tables as aligned text, and the table of a run among them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.reporting.columns import DROPPED_FIRST, rows
from streamdash.reporting.repetitions import SPREAD_TITLES, labelled_answers, spread_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from streamdash.reporting.result import StreamResult

GAP = 2
"""Cells between two columns."""
LABEL_CELLS = 40


def text_table(results: Sequence[StreamResult], width: int | None = None) -> str:
    """The table of a run for a terminal; foreign text is cleaned, unknown numbers are `-`.

    Every answer has a row, repetitions and earlier answers too; a second table shows how the
    numbers of repetitions spread. If the table is wider than `width` cells, it leaves out the
    less important columns.
    """
    columns, body = rows(labelled_answers(results))
    shown = [
        [clean_line(cell, LABEL_CELLS) if cell else ("-" if column.number else "")
         for column, cell in zip(columns, row, strict=True)]
        for row in body
    ]  # fmt: skip
    titles = [column.title for column in columns]
    widths = column_widths([titles, *shown], cells)
    fitting = fitting_columns(titles, widths, DROPPED_FIRST, width)
    lines = [[row[at] for at in fitting] for row in (titles, *shown)]
    numbers = {place for place, at in enumerate(fitting) if columns[at].number}
    table = aligned(lines, numbers)
    blocks = [table]
    if spread := spread_rows(results):
        cleaned = [[clean_line(row[0], LABEL_CELLS), *row[1:]] for row in spread]
        blocks.append(aligned([SPREAD_TITLES, *cleaned], range(1, len(SPREAD_TITLES))))
    if sentences := cache_sentences(results):
        blocks.append("\n".join(sentences))
    return "\n\n".join(blocks)


def aligned(lines: Sequence[Sequence[str]], numbers: Collection[int]) -> str:
    """Rows of cells in aligned columns; the columns in `numbers` are aligned to the right."""
    widths = column_widths(lines, cells)
    return "\n".join(
        (" " * GAP)
        .join(
            padded(cell, width, cells, right=place in numbers)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        .rstrip()
        for line in lines
    )


def column_widths(lines: Sequence[Sequence[str]], measure: Callable[[str], int]) -> list[int]:
    """The width of each column's widest cell."""
    return [max(map(measure, column)) for column in zip(*lines, strict=True)]


def fitting_columns(
    titles: Sequence[str], widths: Sequence[int], dropped_first: Sequence[str], width: int | None
) -> list[int]:
    """The indices of the columns left after dropping `dropped_first` until the rest fits.

    The columns are `GAP` cells apart; a `width` of None fits everything.
    """
    fitting = list(range(len(titles)))
    for title in dropped_first:
        if width is None or sum(widths[at] + GAP for at in fitting) - GAP <= width:
            break
        fitting = [at for at in fitting if titles[at] != title]
    return fitting


def padded(text: str, width: int, measure: Callable[[str], int], *, right: bool) -> str:
    """`text` with spaces up to `width` cells, before it if `right`, else after it."""
    space = " " * (width - measure(text))
    return space + text if right else text + space


def cells(text: str) -> int:
    """Terminal cells of a line: wide characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char) or char in "\u200d\ufe0f\ufe0e"
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )
