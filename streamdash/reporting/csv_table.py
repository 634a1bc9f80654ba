"""A run as CSV: every number exact, every text safe to open in a spreadsheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.reporting.columns import checks_cell
from streamdash.reporting.repetitions import every_answer
from streamdash.reporting.request_changes import change_words
from streamdash.reporting.result_json import answer_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from streamdash.reporting.result import StreamResult

NUMBER_FIELDS = (
    "label", "endpoint", "api", "model", "status", "finish_reason", "error_kind", "error",
    "flags", "ttft_s", "ttfa_s", "headers_s", "first_event_s", "connect_s", "last_delta_s",
    "total_s", "felt_ttft_s", "felt_total_s", "attempts", "retry_wait_s", "queued_s", "chars",
    "reasoning_chars", "tool_chars", "chunks", "chars_per_s", "tokens_per_s",
    "gap_p50_s", "gap_p95_s", "gap_max_s",
    "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens",
    "cache_write_tokens", "cache_write_1h_tokens", "cost_usd",
    "response_id", "request_id", "response_model", "prompt_label", "case",
)  # fmt: skip
CHECK_FIELDS = ("passed", "checks", "failed_checks")
"""The columns of a run with checks."""
TEXT_FIELDS = ("launch", "cause", "changes", "turn", "earlier", "question", "answer")
"""The last columns. `earlier` is true if a rerun, a change or a follow-up came after the answer."""


def csv_table(results: Sequence[StreamResult], further: Sequence[Mapping[str, object]] = ()) -> str:
    """One row per answer: numbers, then question and answer.

    `further` adds columns before the texts: one mapping per result, all with the same keys; rows
    of earlier answers leave them empty. A run in rounds has a column `round`, one with checks has
    `CHECK_FIELDS`.
    """
    pieces: list[str] = []
    answers = every_answer(results)
    repeated = any(answer.number is not None for answer in answers)
    checked = any(answer.result.checks for answer in answers)
    titles = [*NUMBER_FIELDS, *(("round",) if repeated else ())]
    titles += CHECK_FIELDS if checked else ()
    pieces += _csv_row([*titles, *(further[0] if further else ()), *TEXT_FIELDS])
    for result, number, stream, earlier in answers:
        error = result.error
        fields = {
            **answer_json(result),
            "error_kind": error and error.kind,
            "error": error and error.message,
            "flags": " ".join(result.flags),
        }
        row = [fields[field] for field in NUMBER_FIELDS]
        if repeated:
            row.append(number)
        if checked:
            row += _check_cells(result)
        if further:
            row += [None if earlier else value for value in further[stream].values()]
        row += [result.launch, result.cause, "; ".join(map(change_words, result.changes))]
        row += [result.turn, str(earlier).lower(), result.question, result.text]
        pieces += _csv_row(map(_safe_cell, row))
    return "".join(pieces)


def _check_cells(result: StreamResult) -> tuple[str, str, str]:
    """The cells of `CHECK_FIELDS`."""
    failed = [f"{one.name}: {one.message}" for one in result.checks if one.passed is False]
    passed = "" if result.passed is None else str(result.passed).lower()
    return passed, checks_cell(result), "; ".join(failed)


def _csv_row(values: Iterable[object]) -> list[str]:
    """A row in pieces; `csv.writer`, which quotes alike, needs four bytes per character."""
    pieces = []
    for value in values:
        text = "" if value is None else str(value)
        if any(special in text for special in ',"\r\n'):
            pieces += ['"', text.replace('"', '""'), '"', ","]
        else:
            pieces += [text, ","]
    return [*pieces[:-1], "\n"]


_FORMULA_SIGNS = frozenset("=+-@|%＝＋－＠")
"""Characters that begin a formula, full-width forms among them."""
_BEGINNING = re.compile(r"([\s'\u200b\u2060\ufeff\x00-\x1f]*)(.?)", re.DOTALL)
"""Invisible characters and quotes, and the first character after them."""
_CELL_ENDS = frozenset("\t\n")
"""Characters that some programs take for the end of a cell."""


def _safe_cell(value: object) -> object:
    """A cell that no spreadsheet runs: a text that begins like a formula gets a `'` before it.

    A text that begins with `'` and then like a formula gets another `'`, so removing one `'`
    from every such cell restores the texts. Line ends become plain newlines.
    """
    if not isinstance(value, str):
        return value
    # readers take a lone carriage return for the end of the row
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    match = _BEGINNING.match(text)
    begin, first = ("", "") if match is None else match.groups()
    is_run = first in _FORMULA_SIGNS
    return "'" + text if is_run or not _CELL_ENDS.isdisjoint(begin) else text
