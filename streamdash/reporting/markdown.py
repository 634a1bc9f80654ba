"""A run as Markdown: its table, then every question and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.reporting.columns import rows
from streamdash.reporting.nested_markdown import nested, quoted
from streamdash.reporting.repetitions import (
    SPREAD_TITLES,
    every_answer,
    labelled_answers,
    spread_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.reporting.result import StreamResult

CELL_CELLS = 400


def markdown_report(results: Sequence[StreamResult], title: str) -> str:
    """A table of the run, then every question and answer under its label.

    Headings in an answer are lowered below its own, and its Markdown ends where it ends.
    """
    columns, body = rows(labelled_answers(results))
    lines = [f"# {md_cell(title)}", ""] if title else []
    lines.append(md_row(column.title for column in columns))
    lines.append("|" + "|".join(" ---: " if column.number else " --- " for column in columns) + "|")
    lines += [md_row(map(md_cell, row)) for row in body]
    spread = spread_rows(results)
    if spread:
        lines += ["", md_row(SPREAD_TITLES)]
        lines.append("| --- |" + " ---: |" * (len(SPREAD_TITLES) - 1))
        lines += [md_row(map(md_cell, row)) for row in spread]
    if sentences := cache_sentences(results):
        lines += ["", " ".join(map(md_cell, sentences))]
    for result in results:
        if result.earlier:
            lines += ["", f"## {md_cell(result.label)}"]
            for one in (answer.result for answer in every_answer([result])):
                again = " (earlier)" if one.replaced else ""
                lines += ["", f"### Turn {one.turn}{again}", *_exchange(one, below=3)]
        else:
            for one in labelled_answers([result]):
                lines += ["", f"## {md_cell(one.label)}", *_exchange(one, below=2)]
    return "\n".join([*lines, ""])


def _exchange(result: StreamResult, *, below: int) -> list[str]:
    """The question, the answer and the error, under a heading of level `below`."""
    lines = []
    if result.question:
        lines += ["", quoted(result.question)]
    answer = result.text.rstrip("\n")
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


def md_cell(text: str) -> str:
    """Foreign text on one line, with every character escaped that Markdown would interpret."""
    line = clean_line(text, CELL_CELLS)
    for char in "\\|<>[]*_`":
        line = line.replace(char, "\\" + char)
    return line
