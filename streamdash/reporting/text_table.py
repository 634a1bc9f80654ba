"""Tables as aligned text, and the table of a run among them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.reporting.columns import DROPPED_FIRST, rows
from streamdash.reporting.paired.sentences import sentences
from streamdash.reporting.pass_rates import PASS_TITLES, failures, pass_rows
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.reporting.repetitions import labelled_answers
from streamdash.reporting.spread_table import DROPPED_FIRST as SPREAD_DROPPED_FIRST
from streamdash.reporting.spread_table import spread_table
from streamdash.reporting.winners import winners

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from streamdash.reporting.columns import Column
    from streamdash.reporting.paired.comparisons import PairedRounds
    from streamdash.reporting.result import StreamResult

GAP = 2
"""Cells between two columns."""
LABEL_CELLS = 40
MOST_FAILURES = 20
"""How many failed answers are listed below the table."""
WORDS_CELLS = 300
BEST = "*"
"""Follows the best times of each question; every terminal and encoding has it."""


def text_table(
    results: Sequence[StreamResult],
    width: int | None = None,
    *,
    lag_p99_s: float | None = None,
    paired: PairedRounds | None = None,
) -> str:
    """The table of a run for a terminal; foreign text is cleaned, unknown numbers are `-`.

    Every answer has a row, rounds and earlier answers too; a second table shows how the numbers of
    rounds spread, and sentences say what `paired`, the rounds of these results, proves. If a table
    is wider than `width` cells, it leaves out the less important columns. `lag_p99_s` is the run's.
    """
    answers = labelled_answers(results)
    columns, body = rows(answers)
    # a repetition wins nothing: its stream's median would
    single = [] if any(result.runs for result in results) else answers
    best = {one.title: winners(single, one, lag_p99_s) for one in (TTFT, TOTAL)}
    shown = [
        [
            _cell(
                column,
                cell,
                best=place in best.get(column.title, ()),
                room=bool(best.get(column.title)),
            )
            for column, cell in zip(columns, row, strict=True)
        ]
        for place, row in enumerate(body)
    ]
    titles = [f"{column.title} " if best.get(column.title) else column.title for column in columns]
    widths = column_widths([titles, *shown], cells)
    fitting = fitting_columns(titles, widths, DROPPED_FIRST, width)
    lines = [[row[at] for at in fitting] for row in (titles, *shown)]
    numbers = {place for place, at in enumerate(fitting) if columns[at].number}
    table = aligned(lines, numbers)
    blocks = [table, _spread_table(results, width, lag_p99_s, paired)]
    if paired is not None:
        blocks.append("\n".join(sentences(paired)))
    blocks += _checks(results, width)
    if saved := cache_sentences(results):
        blocks.append("\n".join(saved))
    return "\n\n".join(filter(None, blocks))


def _spread_table(
    results: Sequence[StreamResult],
    width: int | None,
    lag_p99_s: float | None,
    paired: PairedRounds | None,
) -> str:
    """The table of how the rounds spread, with the best medians marked; empty without rounds."""
    spread = spread_table(results, lag_p99_s, paired)
    if spread is None:
        return ""
    marked = {column for _, column in spread.best}
    lines = [
        [
            clean_line(cell, LABEL_CELLS)
            + (BEST if (row, at) in spread.best else " " if at in marked else "")
            for at, cell in enumerate(line)
        ]
        for row, line in enumerate([spread.titles, *spread.rows], start=-1)
    ]
    fitting = fitting_columns(
        spread.titles, column_widths(lines, cells), SPREAD_DROPPED_FIRST, width
    )
    shown = [[line[at] for at in fitting] for line in lines]
    return aligned(shown, range(1, len(fitting)))


def _checks(results: Sequence[StreamResult], width: int | None) -> list[str]:
    """The pass rates of the models, and which answers failed; nothing without checks."""
    rows = pass_rows(results)
    if not rows:
        return []
    lines = [PASS_TITLES, *((clean_line(row[0], LABEL_CELLS), *row[1:]) for row in rows)]
    fitting = fitting_columns(PASS_TITLES, column_widths(lines, cells), PASS_TITLES[:2:-1], width)
    failed = failures(results)
    said = [
        f"{clean_line(one.label, LABEL_CELLS)}: {clean_line(words, WORDS_CELLS)}"
        for one in failed[:MOST_FAILURES]
        for words in one.words
    ]
    if len(failed) > MOST_FAILURES:
        said.append(f"and {len(failed) - MOST_FAILURES} more answers failed")
    table = aligned([[line[at] for at in fitting] for line in lines], range(1, len(fitting)))
    return [f"Checks\n{table}", "\n".join(["Failed", *said]) if said else ""]


def _cell(column: Column, cell: str, *, best: bool, room: bool) -> str:
    """A cell's text, cleaned; with `room` for the mark of the best in its column."""
    text = clean_line(cell, LABEL_CELLS) if cell else ("-" if column.number else "")
    if room:
        text += BEST if best else " "
    return text


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
