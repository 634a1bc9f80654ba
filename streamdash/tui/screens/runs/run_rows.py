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
_SHORT_DATE = slice(5, 16)
"""Of `2026-01-31 18:20:33` the part `01-31 18:20`."""


def run_rows(choices: Sequence[RunChoice], width: int) -> tuple[list[Cell], list[list[Cell]]]:
    """The heading and a row for each run, together `width` cells wide."""
    roomy = width >= ROOMY
    ends = [one.ending if roomy else _marks(one.run) for one in choices]
    number_width = max([1, *(len(str(one.number)) for one in choices)])
    when_width = 19 if roomy else 11
    end_width = min(_ENDING_MOST if roomy else 12, max([5, *map(cell_len, ends)]))
    title_width = max(1, width - 2 - number_width - when_width - end_width - 3 * GAP)
    heading = [
        Cell(pad("#", number_width, right=True), "quiet"),
        Cell(pad("when", when_width), "quiet"),
        Cell(pad("title and models", title_width), "quiet"),
        Cell(pad("ended", end_width), "quiet"),
    ]
    rows = [
        [
            Cell(pad(str(one.number), number_width, right=True), "quiet"),
            Cell(pad(one.when if roomy else one.when[_SHORT_DATE], when_width), "figures"),
            Cell(pad(one.description or "no title", title_width), "label"),
            Cell(pad(end, end_width), _tone(one.run)),
        ]
        for one, end in zip(choices, ends, strict=True)
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
