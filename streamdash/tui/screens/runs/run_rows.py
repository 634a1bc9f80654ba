"""Recorded runs as rows of cells, in as many columns as fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from streamdash.streams.events import Status
from streamdash.tui.widgets.status_marks import MARKS
from streamdash.tui.widgets.table_cells import GAP, Cell, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.recording.library import RunFile
    from streamdash.tui.screens.runs.run_choices import RunChoice

ROOMY = 84
"""From this width on the date has a year and seconds, and statuses are words."""
_ENDING_MOST = 24
_MARKS_MOST = 12
_NUMBER, _WHEN, _TITLE, _ENDED = range(4)
"""The columns, from left to right."""
_TITLE_LEAST = 10
"""Cells that the title has at least, or the date and the ending make room for it."""
_SHORT_DATE = slice(5, 16)
"""Of `2026-01-31 18:20:33` the part `01-31 18:20`."""


def run_rows(choices: Sequence[RunChoice], width: int) -> tuple[list[Cell], list[list[Cell]]]:
    """The heading and a row for each run, together `width` cells wide."""
    roomy = width >= ROOMY
    texts = [
        (
            str(one.number),
            one.when if roomy else one.when[_SHORT_DATE],
            one.description or "no title",
            one.ending if roomy else _marks(one.run),
        )
        for one in choices
    ]
    longest = max([5, *(cell_len(ending) for *_, ending in texts)])
    widths = [
        max([1, *(len(number) for number, *_ in texts)]),
        19 if roomy else 11,
        0,
        min(_ENDING_MOST if roomy else _MARKS_MOST, longest),
    ]
    columns = [_NUMBER, _WHEN, _TITLE, _ENDED]

    def left() -> int:
        return width - 2 - sum(widths[column] + GAP for column in columns if column != _TITLE)

    for column in (_WHEN, _ENDED):
        if left() < _TITLE_LEAST:
            columns.remove(column)
    widths[_TITLE] = max(1, left())

    def row(words: Sequence[str], tones: Sequence[str]) -> list[Cell]:
        return [
            Cell(pad(words[column], widths[column], right=column == _NUMBER), tones[column])
            for column in columns
        ]

    heading = row(("#", "when", "title and models", "ended"), ["quiet"] * 4)
    rows = [
        row(words, ("quiet", "figures", "label", _tone(one.run)))
        for one, words in zip(choices, texts, strict=True)
    ]
    return heading, rows


def _marks(run: RunFile) -> str:
    """The counts of the statuses, as `✓ 5 ✗ 1`."""
    if run.statuses is None:
        return "unfinished"
    counts = ((_status(word), count) for word, count in run.statuses.items())
    return " ".join(f"{MARKS[status].sign} {count}" for status, count in counts if status)


def _tone(run: RunFile) -> str:
    """The tone of the worst status."""
    if run.statuses is None:
        return "warn"
    tones = {MARKS[status].tone for word in run.statuses if (status := _status(word))}
    return next((tone for tone in ("bad", "warn") if tone in tones), "quiet")


def _status(word: str) -> Status | None:
    """The status of that name; None for one that this version does not know."""
    try:
        return Status(word)
    except ValueError:
        return None
