"""The table of a run: one row a stream, as aligned text, CSV or Markdown."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.reporting.embedding import embedded, quoted
from streamdash.reporting.repetitions import (
    REPLACED,
    SPREAD_TITLES,
    named,
    repetitions,
    spread_numbers,
    turn_of,
    with_earlier,
)
from streamdash.streams.flags import is_detail, is_ttft_late

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from streamdash.reporting.result import Result

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
    """Attempts beyond the first, and the flags but those that stand beside their number.

    `earlier` marks an answer whose question was asked once more.
    """
    attempts = result["attempts"]
    words = [flag for flag in flags_of(result) if not is_detail(flag)]
    if isinstance(attempts, int) and attempts > 1:
        words.insert(0, f"{attempts} attempts")
    if result.get(REPLACED):
        words.insert(0, "earlier")
    return " ".join(words)


COLUMNS: tuple[Column, ...] = (
    Column("label", _label, number=False),
    Column("model", _target, number=False),
    Column("turn", lambda r: str(turn_of(r))),
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
    columns = [column for column in COLUMNS if _tells(column, results)]
    return columns, [[column.cell(result) for column in columns] for result in results]


def _tells(column: Column, results: Sequence[Result]) -> bool:
    """Whether the column says anything; turns do where a follow-up was asked."""
    if column.title == "turn":
        return any(turn_of(result) > 1 for result in results)
    return column.title in _ALWAYS or any(column.cell(result) for result in results)


def text_table(results: Sequence[Result], width: int | None = None) -> str:
    """An aligned table for a terminal; foreign text is cleaned, unknown numbers are `-`.

    Where it is wider than `width` cells, the less important columns go. Of a stream that was
    repeated, rerun or asked a follow-up every answer has a row; a second table says how the
    numbers of repetitions spread.
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
CSV_TEXT_FIELDS = ("turn", "earlier", "question", "answer")
"""The columns at the right end. `earlier` is true where a rerun or a follow-up came after."""


def csv_table(results: Sequence[Result], further: Sequence[Mapping[str, object]] = ()) -> str:
    """Every number as a column, exact, then question and answer; see `_csv_cell` for texts.

    `further` has a mapping for each result, all with the same keys: columns before the texts. A
    stream that was repeated has a row a run, and a column that counts them; answers before a
    rerun or a follow-up have rows too.
    """
    pieces: list[str] = []
    runs = repetitions(results)
    counted = any(run.number is not None for run in runs)
    titles = [*CSV_FIELDS, *(("repetition",) if counted else ())]
    pieces += _csv_row([*titles, *(further[0] if further else ()), *CSV_TEXT_FIELDS])
    for result, number, place, earlier in runs:
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
            values += [None if earlier else value for value in further[place].values()]
        values += [turn_of(result), str(earlier).lower(), result.get("question"), result["text"]]
        pieces += _csv_row(map(_csv_cell, values))
    return "".join(pieces)


def _csv_row(values: Iterable[object]) -> list[str]:
    """A row in pieces, as `csv.writer` quotes it, whose own row has four bytes per character."""
    pieces = []
    for value in values:
        text = "" if value is None else str(value)
        if any(special in text for special in ',"\r\n'):
            pieces += ['"', text.replace('"', '""'), '"', ","]
        else:
            pieces += [text, ","]
    return [*pieces[:-1], "\n"]


_RUN_BY_SPREADSHEETS = frozenset("=+-@|%＝＋－＠")
"""What begins a formula, also in its full-width form."""
_BEGINNING = re.compile(r"([\s'\u200b\u2060\ufeff\x00-\x1f]*)(.?)", re.DOTALL)
"""What nobody sees, and what may be a formula behind it."""
_BREAKS = frozenset("\t\n")
"""What some programs take for the end of a cell, so that another begins there."""


def _csv_cell(value: object) -> object:
    """A cell that no spreadsheet runs: a text that begins like a formula gets a `'` before it.

    So does one that begins with `'` and goes on like one: whoever takes one `'` from each cell
    that begins so has the text again. Line ends become plain newlines, all else stays.
    """
    if not isinstance(value, str):
        return value
    # a carriage return alone is written bare, and read as the end of the row
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    match = _BEGINNING.match(text)
    begin, first = ("", "") if match is None else match.groups()
    runs = first in _RUN_BY_SPREADSHEETS
    return "'" + text if runs or not _BREAKS.isdisjoint(begin) else text


def markdown_report(results: Sequence[Result], title: str) -> str:
    """A Markdown table of the run, then every question and answer under its label.

    Headings in an answer stand below its own, and nothing in it reaches beyond its end.
    """
    spread = spread_rows(results)
    columns, body = rows(named(results))
    lines = [f"# {md_cell(title)}", ""] if title else []
    lines.append("| " + " | ".join(column.title for column in columns) + " |")
    lines.append("|" + "|".join(" ---: " if column.number else " --- " for column in columns) + "|")
    lines += ["| " + " | ".join(md_cell(cell) for cell in row) + " |" for row in body]
    if spread:
        lines += ["", "| " + " | ".join(SPREAD_TITLES) + " |"]
        lines.append("| --- |" + " ---: |" * (len(SPREAD_TITLES) - 1))
        lines += ["| " + " | ".join(md_cell(cell) for cell in row) + " |" for row in spread]
    for result in results:
        if result.get("earlier"):
            lines += ["", f"## {md_cell(_label(result))}"]
            for one in with_earlier([result]):
                again = " (earlier)" if one.get(REPLACED) else ""
                lines += ["", f"### Turn {turn_of(one)}{again}", *_exchange(one, below=3)]
        else:
            for one in named([result]):
                lines += ["", f"## {md_cell(_label(one))}", *_exchange(one, below=2)]
    return "\n".join([*lines, ""])


def _exchange(result: Result, *, below: int) -> list[str]:
    """The question, the answer and what went wrong, under a heading of level `below`."""
    lines = []
    question = result.get("question")
    if question:
        lines += ["", quoted(str(question))]
    answer = str(result["text"]).rstrip("\n")
    if answer:
        lines += ["", embedded(answer, below)]
    if refusal := str(result.get("refusal") or "").rstrip("\n"):
        lines += ["", "*Refused:*", "", embedded(refusal, below)]
    error = result["error"]
    if isinstance(error, dict):
        lines += ["", f"*{result['status']}: {md_cell(str(error['message']))}*"]
    return lines


def md_cell(text: str) -> str:
    """Foreign text on one line, with nothing in it that Markdown would obey."""
    return md_escaped(clean_line(text, 400))


def md_escaped(line: str) -> str:
    """A clean line with nothing in it that Markdown would obey anywhere."""
    for char in "\\|<>[]*_`":
        line = line.replace(char, "\\" + char)
    return line
