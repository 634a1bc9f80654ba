"""The summary's rows: the columns of the printed table, cut to a width, the best times marked."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len

from streamdash.output.safe_text import clean_line
from streamdash.reporting.columns import DROPPED_FIRST, rows
from streamdash.reporting.winners import winners
from streamdash.tui.board.drawer.summary_proof import RACED, with_medians
from streamdash.tui.screens.leaderboard.model_verdicts import model_rows
from streamdash.tui.widgets.status_marks import MARKS
from streamdash.tui.widgets.table_cells import Cell, fit_columns, pad

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from streamdash.reporting.columns import Column
    from streamdash.reporting.models.table import ModelTable
    from streamdash.reporting.result import StreamResult

BEST = "★"
_LABEL = "label"
_LABEL_MOST = 40


def summary_rows(
    results: Sequence[StreamResult],
    width: int,
    lag_p99_s: float | None,
    best: Mapping[str, Collection[int]] | None = None,
) -> list[list[Cell]]:
    """The heading and one row per result, each cell padded to its column's width.

    `lag_p99_s` is the run's. In a run with rounds the numbers are medians, and `best` says by
    column which rows are best.
    """
    if best is None:
        best = {title: winners(results, quantity, lag_p99_s) for title, quantity in RACED.items()}
    results = [with_medians(result) for result in results]
    columns, body = rows(results)
    texts = [
        [
            _text(result, column, cell, best=place in best.get(column.title, ()))
            for column, cell in zip(columns, row, strict=True)
        ]
        for place, (result, row) in enumerate(zip(results, body, strict=True))
    ]
    widths = {
        column.title: max([cell_len(_title(column, best)), *(cell_len(row[at]) for row in texts)])
        for at, column in enumerate(columns)
    }
    by_name = {column.title: column for column in columns}
    fitting = fit_columns(
        by_name, widths, width, label=_LABEL, label_most=_LABEL_MOST, dropped_first=DROPPED_FIRST
    )
    kept = [by_name[title] for title in fitting]
    lines = [[_pad(_title(column, best), column, widths, "quiet") for column in kept]]
    for place, (result, row) in enumerate(zip(results, texts, strict=True)):
        by_title = dict(zip((column.title for column in columns), row, strict=True))
        lines.append(
            [
                _pad(
                    by_title[column.title],
                    column,
                    widths,
                    _tone(result, column.title, best=place in best.get(column.title, ())),
                )
                for column in kept
            ]
        )
    return lines


def verdict_rows(tables: Sequence[ModelTable], width: int) -> list[list[Cell]]:
    """An empty row and the verdict per model; no rows without one."""
    if not tables:
        return []
    heading, lines = model_rows(tables, width)
    return [[], heading, *lines]


def sentence_rows(sentences: Sequence[str], width: int) -> list[list[Cell]]:
    """An empty row and the sentences, wrapped; no rows without sentences."""
    lines = [line for one in sentences for line in wrap(one, width, subsequent_indent="  ")]
    return [[Cell(line, "figures")] for line in ("", *lines)] if lines else []


def _text(result: StreamResult, column: Column, cell: str, *, best: bool) -> str:
    if column.title == "status":
        return f"{MARKS[result.status].sign} {cell}"
    text = clean_line(cell, 200) if cell else ("–" if column.number else "")
    if column.title in RACED:
        return f"{text} {BEST if best else ' '}"
    return text


def _title(column: Column, best: Mapping[str, Collection[int]]) -> str:
    return f"{column.title}  " if column.title in best else column.title


def _pad(text: str, column: Column, widths: dict[str, int], tone: str) -> Cell:
    return Cell(pad(text, widths[column.title], right=column.number), tone)


def _tone(result: StreamResult, title: str, *, best: bool) -> str:
    if best:
        return "best"
    if title == "status":
        return MARKS[result.status].tone
    return {"label": "label", "model": "quiet", "notes": "warn"}.get(title, "figures")
