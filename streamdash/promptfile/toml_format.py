"""Reads TOML: values through the standard library, line numbers through a scan of our own."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING

from streamdash.promptfile.document import MAX_DEPTH, Document, nearest_line
from streamdash.promptfile.input_text import UnreadableFile
from streamdash.promptfile.problems import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streamdash.promptfile.problems import KeyPath

# An unclosed string extends to the end of the text, which keeps the scan linear.
_PIECE = r'''
      """ [^"\\]*+ (?: (?: \\. | "{1,2}(?!") ) [^"\\]*+ )*+ (?: "{3,5} )?
    | \'\'\' [^']*+ (?: '{1,2}(?!') [^']*+ )*+ (?: '{3,5} )?
    | " (?: [^"\\\n] | \\. )*+ "?
    | ' [^'\n]*+ '?
    | \# [^\n]*+
    | [^"'\#\n=,{}\[\]]++
    | .
    '''
_POSITION = r" \(at (?:line (\d+), column (\d+)|end of document)\)$"
_ADVICE = (
    ("Invalid value", "text needs quotes around it"),
    ("Unescaped '\\'", "write \\\\, or put the text in '...'"),
    ("Illegal character '\\n'", 'text of several lines needs """..."""'),
    ("Cannot overwrite", "the key is given twice"),
    ("Cannot declare", "the table is given twice"),
    ("Expected '='", "a line is KEY = VALUE"),
)


def read_toml(text: str) -> Document:
    """The document in TOML text. Raises UnreadableFile with the line."""
    _check_keys(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(str(error), text) from None
    except RecursionError:
        raise UnreadableFile("is nested too deeply") from None
    except ValueError:  # the interpreter's limit for whole numbers, or a bad date
        raise UnreadableFile(
            "has a number with too many digits, or a date that does not exist"
        ) from None
    return Document(data, _lazy_lines(text))


def _unreadable(message: str, text: str) -> UnreadableFile:
    line = text.count("\n") + (not text.endswith("\n"))
    where = ""
    if position := re.search(_POSITION, message):
        message = message[: position.start()]
        if position[1]:
            line = int(position[1])
            where = f" (column {position[2]})"
    advice = next((f"; {right}" for wrong, right in _ADVICE if message.startswith(wrong)), "")
    return UnreadableFile(f"is not TOML: {printable(message)}{where}{advice}", line)


def _lazy_lines(text: str) -> Callable[[KeyPath], int | None]:
    """The line of a path; the text is scanned at the first call, which needs a problem."""

    @cache
    def scanned() -> dict[KeyPath, int]:
        lines: dict[KeyPath, int] = {}
        for path, line in _lines(text):
            lines.setdefault(path, line)
        return lines

    return lambda path: nearest_line(scanned(), path)


def _pieces(text: str) -> list[str]:
    return re.findall(_PIECE, text, re.VERBOSE | re.DOTALL)


def _check_keys(text: str) -> None:
    """Refuse very long dotted keys, for which the standard library needs minutes."""
    if all(line.count(".") <= MAX_DEPTH for line in text.split("\n")):
        return
    line = 1
    dots = 0
    for piece in _pieces(text):
        if piece in "\n=,{}[]":
            dots = 0
        elif piece[0] not in "\"'#":
            dots += piece.count(".")
            if dots > MAX_DEPTH:
                raise UnreadableFile(f"has a key of more than {MAX_DEPTH} parts", line)
        line += piece.count("\n")


class _Statement:
    """One statement of valid TOML, built from its pieces: `a.b = 1` or `[a.b]`."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.items: list[int] = []
        """The line of each item, if the value is an array."""
        self._head: list[str] = []
        self._in_value = False
        self._in_array = False
        self._item_next = False
        self.depth = 0

    @property
    def head(self) -> str:
        """`a.b` for `a.b = 1`, and `[a.b]` for a table."""
        return "".join(self._head).strip()

    def take(self, piece: str, line: int) -> None:
        if self._in_value:
            self._take_value(piece, line)
        elif piece == "=":
            self._in_value = True
        elif piece[0] != "#":
            self._head.append(piece)

    def _take_value(self, piece: str, line: int) -> None:
        if self._in_array and self.depth == 1:
            if piece == ",":
                self._item_next = True
            elif self._item_next and piece[0] != "#" and piece != "]" and piece.strip():
                self.items.append(line)
                self._item_next = False
        elif self.depth == 0 and piece == "[":
            self._in_array = self._item_next = True
        self.depth += (piece in "[{") - (piece in "]}")


def _statements(text: str) -> Iterator[_Statement]:
    line = 1
    statement = _Statement(line)
    for piece in _pieces(text):
        if piece == "\n" and statement.depth == 0:
            yield statement
            statement = _Statement(line + 1)
        else:
            statement.take(piece, line)
        line += piece.count("\n")
    yield statement


def _lines(text: str) -> Iterator[tuple[KeyPath, int]]:
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for statement in _statements(text):
        head = statement.head
        if not head:
            continue
        if head.startswith("[["):
            *around, last = _parts(head[2:-2])
            array = (*_within((), around, counts), last)
            counts[array] = counts.get(array, -1) + 1
            table = path = (*array, counts[array])
        elif head.startswith("["):
            table = path = _within((), _parts(head[1:-1]), counts)
        else:
            path = _within(table, _parts(head), counts)
        for end in range(1, len(path) + 1):
            yield path[:end], statement.line
        for index, line in enumerate(statement.items):
            yield (*path, index), line


def _parts(key: str) -> list[str]:
    """The parts of a dotted key, unquoted by the standard library."""
    value: object = tomllib.loads(f"{key} = 0")
    parts: list[str] = []
    while isinstance(value, dict):
        (part,) = value
        parts.append(part)
        value = value[part]
    return parts


def _within(path: KeyPath, parts: list[str], counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a key below `path`; an array of tables stands for its last table."""
    for part in parts:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    return path
