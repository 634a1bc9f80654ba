"""The columns of a run's table, which the terminal, Markdown, the page and the summary share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.figures import count, dollars, duration, rate
from streamdash.streams.flags import is_detail, is_ttft_late

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.reporting.result import StreamResult


class Column(NamedTuple):
    """One column: its heading, the text of a result's cell, and whether it holds numbers."""

    title: str
    cell: Callable[[StreamResult], str]
    number: bool = True


def _status(result: StreamResult) -> str:
    return f"{result.status} ({result.error.kind})" if result.error else str(result.status)


def _ttft(result: StreamResult) -> str:
    ttft = duration(result.metrics.ttft_s)
    return f"~{ttft}" if ttft and is_ttft_late(result.flags) else ttft


def _felt(result: StreamResult, seconds: float | None) -> str:
    """A felt time where it differs from the time of the last attempt."""
    return duration(seconds) if result.metrics.attempts > 1 else ""


def checks_cell(result: StreamResult) -> str:
    """`3/4`: the checks that the answer passed, of all; nothing without any that was decided."""
    decided = [one for one in result.checks if one.passed is not None]
    return f"{sum(one.passed is True for one in decided)}/{len(result.checks)}" if decided else ""


def _notes(result: StreamResult) -> str:
    """Attempts beyond the first, and the flags that mark no single number.

    `earlier` marks an answer whose question was sent again.
    """
    words = [flag for flag in result.flags if not is_detail(flag)]
    if result.metrics.attempts > 1:
        words.insert(0, f"{result.metrics.attempts} attempts")
    if result.cache == "cold" and result.fresh_line is not None:
        words.append("cold")
    if result.priming is not None:
        words.append("not primed" if result.priming.error else "primed")
    if result.replaced:
        words.insert(0, "earlier")
    return " ".join(words)


COLUMNS: tuple[Column, ...] = (
    Column("label", lambda r: r.label, number=False),
    Column("model", lambda r: r.target, number=False),
    Column("turn", lambda r: str(r.turn)),
    Column("status", _status, number=False),
    Column("checks", checks_cell),
    Column("TTFT", _ttft),
    Column("total", lambda r: duration(r.metrics.total_s)),
    Column("felt TTFT", lambda r: _felt(r, r.metrics.felt_ttft_s)),
    Column("felt total", lambda r: _felt(r, r.metrics.felt_total_s)),
    Column("chars", lambda r: count(r.metrics.chars)),
    Column("chars/s", lambda r: rate(r.metrics.chars_per_s)),
    Column("tokens", lambda r: count(r.metrics.output_tokens)),
    Column("tok/s", lambda r: rate(r.metrics.tokens_per_s)),
    Column("cost", lambda r: dollars(r.cost_usd)),
    Column("notes", _notes, number=False),
)
DROPPED_FIRST = (
    "model", "notes", "cost", "tokens", "chars/s", "tok/s", "felt total", "felt TTFT",
)  # fmt: skip
"""The columns that a narrow table leaves out, in this order."""
_ALWAYS = frozenset({"label", "status", "TTFT", "total", "chars"})


def rows(results: Sequence[StreamResult]) -> tuple[list[Column], list[list[str]]]:
    """The columns with anything in them, and each result's cells; an unknown number is empty."""
    columns = [column for column in COLUMNS if _is_needed(column, results)]
    return columns, [[column.cell(result) for column in columns] for result in results]


def _is_needed(column: Column, results: Sequence[StreamResult]) -> bool:
    """Turns are needed once a follow-up was sent, most columns once a cell has text."""
    if column.title == "turn":
        return any(result.turn > 1 for result in results)
    return column.title in _ALWAYS or any(column.cell(result) for result in results)
