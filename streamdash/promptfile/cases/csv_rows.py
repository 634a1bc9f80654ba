"""Reads CSV text row by row, with the line of each row.

Cells are separated by a comma, a semicolon or a tab, whichever the header has most often. Quoted
cells may hold separators and line ends; a quote in them is written twice. Rows end with LF, CRLF or
CR.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.input_text import UnreadableFile, count_line_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_COLUMNS = 1_000
_SEPARATORS = ",;\t"
_QUOTED = r'"[^"]*+(?:""[^"]*+)*+"'
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])(?:\r\n|[\r\n])", re.IGNORECASE)
"""The first line by which some spreadsheets name the separator."""
_EMPTY_LINES = re.compile(r"[\r\n]++")
_HEADER = re.compile(rf"(?:{_QUOTED}|[^\"\r\n]++)*+")


class CsvRow(NamedTuple):
    """The cells of one row, and the line in which it begins."""

    line: int
    cells: list[str]


def csv_rows(text: str) -> Iterator[CsvRow]:
    """The rows of a CSV text without empty lines, the header first.

    Raises UnreadableFile with the line when it comes to a quote that never closes, to text after a
    quoted cell, or to more than `MAX_COLUMNS` cells in a row.
    """
    named = _SEPARATOR_LINE.match(text)
    start = named.end() if named else 0
    separator = named[1] if named else _separator(text)
    cell = re.compile(
        rf'(?:"([^"]*+(?:""[^"]*+)*+)"|([^"{separator}\r\n][^{separator}\r\n]*+|))'
        rf"(\r\n|[{separator}\r\n]|\Z)"
    )
    row = CsvRow(line := 2 if named else 1, [])
    while start < len(text) or row.cells:
        if not row.cells and (empty := _EMPTY_LINES.match(text, start)):
            start = empty.end()
            row = CsvRow(line := line + count_line_ends(empty[0]), [])
            continue
        match = cell.match(text, start)
        if match is None:
            raise _malformed(text, start, line)
        start = match.end()
        quoted, plain, end = match.groups()
        if quoted is not None:
            line += count_line_ends(quoted)
        row.cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if len(row.cells) > MAX_COLUMNS:
            raise UnreadableFile(f"has a row of more than {MAX_COLUMNS:,} cells", line)
        if end != separator:
            yield row
            row = CsvRow(line := line + 1, [])


def _separator(text: str) -> str:
    """The separator that the header has most often outside quotes."""
    beginning = _EMPTY_LINES.match(text)
    header = _HEADER.match(text, beginning.end() if beginning else 0)
    bare = re.sub(_QUOTED, "", header[0] if header else "")
    return max(_SEPARATORS, key=bare.count)


def _malformed(text: str, start: int, line: int) -> UnreadableFile:
    quoted = re.compile(_QUOTED).match(text, start)
    if quoted is None:
        return UnreadableFile("a quote opens a cell here and is never closed", line)
    return UnreadableFile(
        'text follows the closing quote of a cell; a quote inside a cell is written twice, ""',
        line + count_line_ends(quoted[0]),
    )
