"""A run as Markdown: its table, then every question and answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.reporting.columns import rows
from streamdash.reporting.launch_rows import LAUNCH_TITLES, NO_TEXT, launch_rows, launch_title
from streamdash.reporting.models.table import NUMBERS, TITLES
from streamdash.reporting.nested_markdown import nested, quoted
from streamdash.reporting.paired.sentences import sentences
from streamdash.reporting.pass_rates import (
    PASS_NUMBERS,
    PASS_TITLES,
    failures,
    pass_rates,
    pass_rows,
)
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.reporting.repetitions import every_answer, labelled_answers
from streamdash.reporting.spread_table import spread_table
from streamdash.reporting.winners import winners

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.reporting.models.table import ModelTable
    from streamdash.reporting.paired.comparisons import PairedRounds
    from streamdash.reporting.result import StreamResult

CELL_CELLS = 400


def markdown_report(
    results: Sequence[StreamResult],
    title: str,
    *,
    lag_p99_s: float | None = None,
    paired: PairedRounds | None = None,
    models: Sequence[ModelTable] = (),
) -> str:
    """A table of the run and those of its `models`, then every question and answer by its label.

    Headings in an answer are lowered below its own, and its Markdown ends where it ends. The best
    times of each question are bold. `lag_p99_s` is the run's, `paired` the rounds of the results.
    """
    answers = labelled_answers(results)
    columns, body = rows(answers)
    # a repetition wins nothing: its stream's median would
    single = [] if any(result.runs for result in results) else answers
    best = {one.title: winners(single, one, lag_p99_s) for one in (TTFT, TOTAL)}
    lines = [f"# {md_cell(title)}", ""] if title else []
    lines.append(md_row(column.title for column in columns))
    lines.append("|" + "|".join(" ---: " if column.number else " --- " for column in columns) + "|")
    lines += [
        md_row(
            f"**{md_cell(cell)}**" if place in best.get(column.title, ()) else md_cell(cell)
            for column, cell in zip(columns, row, strict=True)
        )
        for place, row in enumerate(body)
    ]
    lines += _checks(results)
    lines += _rounds(results, lag_p99_s, paired)
    for heading, cells in models:
        lines += ["", f"**{md_cell(heading)}**", "", md_row(TITLES)]
        lines.append(md_row("---:" if place in NUMBERS else "---" for place in range(len(TITLES))))
        lines += [md_row(map(md_cell, row)) for row in cells]
    if saved := cache_sentences(results):
        lines += ["", " ".join(map(md_cell, saved))]
    for result in results:
        if result.earlier:
            lines += ["", f"## {md_cell(result.label)}", *_launches(result)]
            for one in (answer.result for answer in every_answer([result])):
                lines += ["", f"### {md_cell(launch_title(one))}", *_exchange(one, below=3)]
        else:
            for one in labelled_answers([result]):
                lines += ["", f"## {md_cell(one.label)}", *_exchange(one, below=2)]
    return "\n".join([*lines, ""])


def _checks(results: Sequence[StreamResult]) -> list[str]:
    """The pass rates of the models, and every answer that failed with the check's words."""
    rates = pass_rates(results)
    if not rates:
        return []
    passed, n = sum(rate.passed for rate in rates), sum(rate.n for rate in rates)
    lines = ["", f"**{passed} of {n} answers passed their checks.**", "", md_row(PASS_TITLES)]
    lines.append("| --- |" + " ---: |" * len(PASS_NUMBERS))
    lines += [md_row(map(md_cell, row)) for row in pass_rows(results)]
    failed = failures(results)
    lines += [""] if failed else []
    return lines + [
        f"- **{md_cell(one.label)}**: {'; '.join(map(md_code, one.words))}" for one in failed
    ]


def _launches(result: StreamResult) -> list[str]:
    """A table of the stream's answers: why each was asked for, and its numbers."""
    lines = ["", md_row(LAUNCH_TITLES), "| ---: | ---: | --- | --- | --- | ---: | ---: | ---: |"]
    return lines + [md_row(map(md_cell, row)) for row in launch_rows(result)]


def _rounds(
    results: Sequence[StreamResult], lag_p99_s: float | None, paired: PairedRounds | None
) -> list[str]:
    """How the rounds spread, with the best medians in bold, and what they prove."""
    spread = spread_table(results, lag_p99_s, paired)
    if spread is None:
        return []
    lines = ["", md_row(spread.titles), "| --- |" + " ---: |" * (len(spread.titles) - 1)]
    for row, cells in enumerate(spread.rows):
        lines.append(
            md_row(
                f"**{md_cell(cell)}**" if (row, at) in spread.best else md_cell(cell)
                for at, cell in enumerate(cells)
            )
        )
    proven = sentences(paired) if paired is not None else []
    return [*lines, *([""] if proven else []), *(f"- {md_cell(one)}" for one in proven)]


def _exchange(result: StreamResult, *, below: int) -> list[str]:
    """The question, the answer and the error, under a heading of level `below`."""
    lines = []
    if result.question:
        lines += ["", quoted(result.question)]
    answer = result.text.rstrip("\n")
    if not result.text_kept:
        lines += ["", f"*{NO_TEXT}*"]
    if answer:
        lines += ["", nested(answer, below)]
    if refusal := result.refusal.rstrip("\n"):
        lines += ["", "*Refused:*", "", nested(refusal, below)]
    if result.error:
        lines += ["", f"*{result.status}: {md_cell(result.error.message)}*"]
    return lines


def md_row(row: Iterable[str]) -> str:
    """A row of a table, of cells that are Markdown already."""
    return "| " + " | ".join(row) + " |"


def md_code(text: str) -> str:
    """Foreign text in a code span, where no reader makes links or mentions of it."""
    line = clean_line(text, CELL_CELLS)
    ticks = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    blank = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{blank}{line}{blank}{ticks}"


def md_cell(text: str) -> str:
    """Foreign text on one line, with every character escaped that Markdown would interpret."""
    line = clean_line(text, CELL_CELLS)
    for char in "\\|<>[]*_`":
        line = line.replace(char, "\\" + char)
    return line
