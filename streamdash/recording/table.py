"""The table of a run: one row a stream, as aligned text, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from streamdash.recording.repetitions import SPREAD_TITLES, named, repetitions, spread_numbers
from streamdash.streams.lag import is_detail, is_ttft_late
from streamdash.streams.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from streamdash.recording.result import Result

LABEL_CELLS = 40
ERROR_CELLS = 80


class Column(NamedTuple):
    """One column: its heading, a result's cell, and whether the cells are numbers."""

    title: str
    cell: Callable[[Result], str]
    number: bool = True


def _label(result: Result) -> str:
    return str(result["label"])


def _target(result: Result) -> str:
    """`endpoint:model`; empty where neither is told."""
    return f"{result['endpoint']}:{result['model']}" if result["endpoint"] else ""


def _status(result: Result) -> str:
    error = result["error"]
    status = str(result["status"])
    return f"{status} ({error['kind']})" if isinstance(error, dict) else status


def flags_of(result: Result) -> list[str]:
    """The marks on the result's numbers."""
    flags = result["flags"]
    return [str(flag) for flag in flags] if isinstance(flags, list) else []


def _ttft(result: Result) -> str:
    known = seconds(result["ttft_s"])
    return f"~{known}" if known and is_ttft_late(flags_of(result)) else known


def notes(result: Result) -> str:
    """Attempts beyond the first, and the flags but those that stand beside their number."""
    attempts = result["attempts"]
    words = [flag for flag in flags_of(result) if not is_detail(flag)]
    if isinstance(attempts, int) and attempts > 1:
        words.insert(0, f"{attempts} attempts")
    return " ".join(words)


COLUMNS: tuple[Column, ...] = (
    Column("label", _label, number=False),
    Column("model", _target, number=False),
    Column("status", _status, number=False),
    Column("TTFT", _ttft),
    Column("total", lambda r: seconds(r["total_s"])),
    Column("chars", lambda r: whole(r["chars"])),
    Column("chars/s", lambda r: rate(r["chars_per_s"])),
    Column("tokens", lambda r: whole(r["output_tokens"])),
    Column("tok/s", lambda r: rate(r["tokens_per_s"])),
    Column("cost", lambda r: dollars(r["cost_usd"])),
    Column("notes", notes, number=False),
)
_ALWAYS = frozenset({"label", "status", "TTFT", "total", "chars"})


def seconds(value: object) -> str:
    """A duration for people: `412 ms`, `3.21 s`; empty when unknown."""
    if not isinstance(value, (int, float)):
        return ""
    return f"{value * 1000:.0f} ms" if value < 0.9995 else f"{value:.2f} s"


def whole(value: object) -> str:
    """A count with thousands apart; empty when unknown."""
    return f"{value:,}" if isinstance(value, int) else ""


def rate(value: object) -> str:
    """A rate per second; empty when unknown."""
    if not isinstance(value, (int, float)):
        return ""
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def dollars(value: object) -> str:
    """An estimated cost, marked as one; empty when unknown."""
    if not isinstance(value, (int, float)):
        return ""
    return f"~${value:.4f}" if value < 1 else f"~${value:,.2f}"


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


def rows(results: Sequence[Result]) -> tuple[list[Column], list[list[str]]]:
    """The columns that have something to say, and the cells of every result in them."""
    columns = [
        column
        for column in COLUMNS
        if column.title in _ALWAYS or any(column.cell(result) for result in results)
    ]
    return columns, [[column.cell(result) for column in columns] for result in results]


def text_table(results: Sequence[Result], width: int | None = None) -> str:
    """An aligned table for a terminal; foreign text is cleaned, unknown numbers are `-`.

    Where it is wider than `width` cells, the less important columns go. Of a stream that was
    repeated every run has a row, and a second table says how the numbers spread.
    """
    columns, body = rows(named(results))
    shown = [
        [clean_line(cell, LABEL_CELLS) if cell else ("-" if column.number else "")
         for column, cell in zip(columns, row, strict=True)]
        for row in body
    ]  # fmt: skip
    keep = list(range(len(columns)))
    widths = [
        max([cells(column.title), *(cells(row[place]) for row in shown)])
        for place, column in enumerate(columns)
    ]
    for title in ("model", "notes", "cost", "tokens", "chars/s", "tok/s"):
        if width is None or sum(widths[place] + 2 for place in keep) - 2 <= width:
            break
        keep = [place for place in keep if columns[place].title != title]
    lines = [[columns[place].title for place in keep], *([row[p] for p in keep] for row in shown)]
    numbers = {place for place, kept in enumerate(keep) if columns[kept].number}
    spread = spread_rows(results)
    if not spread:
        return aligned(lines, numbers)
    cleaned = [[clean_line(row[0], LABEL_CELLS), *row[1:]] for row in spread]
    further = aligned([SPREAD_TITLES, *cleaned], range(1, len(SPREAD_TITLES)))
    return f"{aligned(lines, numbers)}\n\n{further}"


def spread_rows(results: Sequence[Result]) -> list[list[str]]:
    """The cells of `SPREAD_TITLES` for each stream that was repeated."""
    found: list[list[str]] = []
    for result in results:
        known = spread_numbers(result)
        if known is not None:
            count, numbers = known
            written = [*map(seconds, numbers[:4]), *map(rate, numbers[4:])]
            found.append([_label(result), str(count), *(cell or "-" for cell in written)])
    return found


def aligned(lines: Sequence[Sequence[str]], numbers: Collection[int]) -> str:
    """Lines of cells as columns two cells apart; the columns `numbers` stand at their right."""
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            _pad(cell, width, right=place in numbers)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _pad(cell: str, width: int, *, right: bool) -> str:
    space = " " * max(0, width - cells(cell))
    return space + cell if right else cell + space


CSV_FIELDS = (
    "label", "endpoint", "api", "model", "status", "finish_reason", "error_kind", "error",
    "flags", "ttft_s", "ttfa_s", "headers_s", "first_event_s", "connect_s", "last_delta_s",
    "total_s", "attempts", "retry_wait_s", "queued_s", "chars", "reasoning_chars", "tool_chars",
    "chunks", "chars_per_s", "tokens_per_s", "gap_p50_s", "gap_p95_s", "gap_max_s",
    "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens",
    "cache_write_tokens", "cost_usd", "response_id", "request_id", "response_model",
)  # fmt: skip


def csv_table(results: Sequence[Result], further: Sequence[Mapping[str, object]] = ()) -> str:
    """Every number as a column, exact; cells that a spreadsheet would run are defused.

    `further` has a mapping for each result, all with the same keys: columns to the right. A
    stream that was repeated has a row a run, and a column that counts them.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    runs = repetitions(results)
    counted = any(run.number is not None for run in runs)
    titles = [*CSV_FIELDS, *(("repetition",) if counted else ())]
    writer.writerow([*titles, *(further[0] if further else ())])
    for result, number, place in runs:
        error = result["error"]
        known = error if isinstance(error, dict) else {}
        flags = result["flags"]
        row = {
            **result,
            "error_kind": known.get("kind"),
            "error": known.get("message"),
            "flags": " ".join(flags) if isinstance(flags, list) else "",
        }
        values = [row[field] for field in CSV_FIELDS]
        if counted:
            values.append(number)
        if further:
            values += further[place].values()
        writer.writerow([_csv_cell(value) for value in values])
    return out.getvalue()


_RUN_BY_SPREADSHEETS = frozenset("=+-@\t\n＝＋－＠")
"""What begins a formula, also in its full-width form; an empty cell begins with none of them."""


def _csv_cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    # a carriage return alone is written bare, and read as the end of the row
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + text if text.lstrip(" ")[:1] in _RUN_BY_SPREADSHEETS else text


_FENCE = r" {0,3}(`{3,}|~{3,})"


def markdown_report(results: Sequence[Result], title: str) -> str:
    """A Markdown table of the run, then every answer under its label."""
    spread = spread_rows(results)
    results = named(results)
    columns, body = rows(results)
    lines = [f"# {md_cell(title)}", ""] if title else []
    lines.append("| " + " | ".join(column.title for column in columns) + " |")
    lines.append("|" + "|".join(" ---: " if column.number else " --- " for column in columns) + "|")
    lines += ["| " + " | ".join(md_cell(cell) for cell in row) + " |" for row in body]
    if spread:
        lines += ["", "| " + " | ".join(SPREAD_TITLES) + " |"]
        lines.append("| --- |" + " ---: |" * (len(SPREAD_TITLES) - 1))
        lines += ["| " + " | ".join(md_cell(cell) for cell in row) + " |" for row in spread]
    for result in results:
        lines += [
            "",
            f"## {md_cell(_label(result))}",
            "",
            _closed(str(result["text"]).rstrip("\n")),
        ]
        if refusal := str(result.get("refusal") or "").rstrip("\n"):
            lines += ["", "*Refused:*", "", _closed(refusal)]
        error = result["error"]
        if isinstance(error, dict):
            lines += ["", f"*{result['status']}: {md_cell(str(error['message']))}*"]
    return "\n".join(lines) + "\n"


def _closed(answer: str) -> str:
    """The answer with its last code block closed, which would swallow what follows."""
    fence = ""
    for line in answer.split("\n"):
        match = re.match(_FENCE, line)
        if match is None:
            continue
        if not fence:
            fence = match[1]
        elif match[1].startswith(fence) and not line[match.end() :].strip():
            fence = ""
    return f"{answer}\n{fence}" if fence else answer


def md_cell(text: str) -> str:
    """Foreign text on one line, with nothing in it that Markdown would obey."""
    line = clean_line(text, 400)
    for char in "\\|<>[]*_`":
        line = line.replace(char, "\\" + char)
    return line
