"""The verdict per model as cells and as text."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import NEVER
from streamdash.reporting.models.answers import models_of
from streamdash.reporting.paired.estimate import LEAST_PAIRS
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.reporting.spread_table import span_cell
from streamdash.reporting.text_table import aligned, cells, column_widths, fitting_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.models.rows import ModelRow, ModelRows
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.result import RunSnapshot, StreamResult

TITLES = ("model", "n", "failed", "median", "p10 - p90", "ratio", "95 %", "wins", "verdict")
NUMBERS = range(1, len(TITLES) - 1)
"""The columns that are aligned to the right."""
DROPPED_FIRST = ("p10 - p90", "failed", "wins", "n", "median", "95 %")
MODEL_CELLS = 40


class ModelTable(NamedTuple):
    """One time of every model, for people."""

    heading: str
    rows: list[tuple[str, ...]]
    """The cells of `TITLES`; the models' names are foreign text."""


def model_tables(run: RunSnapshot, results: Sequence[StreamResult]) -> list[ModelTable]:
    """TTFT and total; empty unless several models answered the same questions."""
    return [
        ModelTable(_heading(quantity, found), [_cells(row, quantity, found) for row in found.rows])
        for quantity in (TTFT, TOTAL)
        if (found := models_of(run, results, quantity)) is not None
    ]


def models_text(
    run: RunSnapshot, results: Sequence[StreamResult], width: int | None = None
) -> list[str]:
    """Each table under its heading, in `width` cells by leaving out the less important columns."""
    blocks = []
    for heading, rows in model_tables(run, results):
        lines = [TITLES, *((clean_line(row[0], MODEL_CELLS), *row[1:]) for row in rows)]
        fitting = fitting_columns(TITLES, column_widths(lines, cells), DROPPED_FIRST, width)
        kept = [[line[at] for at in fitting] for line in lines]
        numbers = {place for place, at in enumerate(fitting) if at in NUMBERS}
        blocks.append(f"{heading}\n{aligned(kept, numbers)}")
    return blocks


def _heading(quantity: Quantity, found: ModelRows) -> str:
    """What the table below says, and what its ratios are against."""
    against = next(row.model for row in found.rows if row.verdict == "reference")
    title = quantity.title[0].upper() + quantity.title[1:]
    return (
        f"{title} per model over {found.questions} questions "
        f"(ratio against {clean_line(against, MODEL_CELLS)})"
    )


def _cells(row: ModelRow, quantity: Quantity, found: ModelRows) -> tuple[str, ...]:
    tenths = ci95 = ratio = ""
    if row.tenths is not None:
        tenths = span_cell(row.tenths, quantity)
    if row.ratio is not None and row.ci95 is not None:
        ratio = _ratio(row.ratio)
        ci95 = " - ".join(map(_ratio, row.ci95))
    return (
        row.model,
        str(row.n),
        str(row.failed),
        quantity.written(row.median),
        tenths or "-",
        ratio or "-",
        ci95 or "-",
        f"{row.wins}/{found.contests}",
        verdict_words(row),
    )


def verdict_words(row: ModelRow) -> str:
    """What is proved about a model, in a few words."""
    if row.verdict == "tie":
        return "not told apart"
    if row.verdict == "unknown" and row.failed == row.n:
        return "unknown: all failed"
    if row.verdict == "unknown":
        return f"unknown: needs {LEAST_PAIRS} questions or rounds"
    return "differs by question" if row.verdict == "mixed" else row.verdict


def _ratio(value: float) -> str:
    return NEVER if isinf(value) else f"{value:.2f}"
