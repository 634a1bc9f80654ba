"""What the answers prove about streams and models, worked out beside the event loop."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from rich.cells import cell_len

from streamdash.output.safe_text import clean_line
from streamdash.streams.frozen_run import freeze
from streamdash.tui.widgets.table_cells import Cell, fit_columns, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.models.table import ModelTable
    from streamdash.streams.frozen_run import FrozenRun
    from streamdash.streams.run import Run
    from streamdash.tui.screens.leaderboard.proven import Proven

AGAIN_S = 2.0
"""Seconds between two pieces of work while streams are live."""
NO_VERDICT = "no verdict per model: two models must have answered the same two questions"
BLIND = "blind mode hides the models"
_MODEL, _VERDICT = "model", "verdict"
_TONES = {"faster": "good", "slower": "warn", "reference": "quiet"}
"""Of the verdicts that prove something, and of the model that the others are compared with."""


class Verdicts:
    """What a run proves, brought up to date by `refresh` whenever more answers have ended."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._judged: list[tuple[int, int, int, bool]] = []
        self._judging = False
        self.tables: Sequence[ModelTable] | None = None
        """Those of the models; None until they have been worked out for the first time."""
        self.proven: Proven | None = None
        """What the rounds of the streams prove; None without rounds, and until then."""
        self._again_at = 0.0

    @property
    def stale(self) -> bool:
        """Whether answers have ended since, and it is time to work on them."""
        if self._judging or (self._run.live and monotonic() < self._again_at):
            return False
        return self._judged != self._ended()

    async def refresh(self) -> None:
        """Work the tables out in a thread."""
        self._judged, self._judging = self._ended(), True
        try:
            self.tables, self.proven = await asyncio.to_thread(_judged, freeze(self._run))
        finally:
            self._judging = False
            self._again_at = monotonic() + AGAIN_S

    def _ended(self) -> list[tuple[int, int, int, bool]]:
        run = self._run
        return [
            (index, len(run.past[index]), len(run.earlier[index]), state.status.final)
            for index, state in zip(run.present, run.present_states, strict=True)
        ]


def _judged(run: FrozenRun) -> tuple[list[ModelTable], Proven | None]:
    # loaded here: a run without rounds and models does not need them
    from streamdash.reporting.models.table import model_tables
    from streamdash.reporting.result import paired_rounds, results_of
    from streamdash.tui.screens.leaderboard.proven import proven_by

    results = results_of(run)
    proven = None
    if run.plan.in_rounds:
        proven = proven_by(results, run.present, run.lag.p99_s, paired_rounds(run, results))
    return model_tables(run, results), proven


def model_rows(tables: Sequence[ModelTable], width: int) -> tuple[list[Cell], list[list[Cell]]]:
    """The titles of the columns that fit into `width` cells, and each table under its heading."""
    from streamdash.reporting.models.table import DROPPED_FIRST, TITLES

    bodies = [[(clean_line(row[0], 200), *row[1:]) for row in table.rows] for table in tables]
    widths = {
        title: max(cell_len(title), *(cell_len(row[at]) for body in bodies for row in body))
        for at, title in enumerate(TITLES)
    }
    fitting = fit_columns(
        TITLES, widths, width, label=_MODEL, label_most=40, dropped_first=DROPPED_FIRST
    )
    places = [TITLES.index(title) for title in fitting]

    def cell(text: str, title: str, tone: str) -> Cell:
        return Cell(pad(text, widths[title], right=title not in (_MODEL, _VERDICT)), tone)

    rows: list[list[Cell]] = []
    for table, body in zip(tables, bodies, strict=True):
        rows.append([Cell(clean_line(table.heading, width), "note")])
        rows += [
            [cell(row[at], TITLES[at], _tone(TITLES[at], row[at])) for at in places] for row in body
        ]
    return [cell(title, title, "quiet") for title in fitting], rows


def _tone(title: str, text: str) -> str:
    if title == _VERDICT:
        return _TONES.get(text, "figures")
    return "label" if title == _MODEL else "figures"
