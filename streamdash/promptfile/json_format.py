"""Reads JSON, and JSON lines with one table per line, with line numbers and repeated keys."""

from __future__ import annotations

import json
import re
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

from streamdash.promptfile.document import Document, nearest_line
from streamdash.promptfile.input_text import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.promptfile.problems import KeyPath

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:\n]|[^\s"{}\[\],:]++')


def read_json(text: str, check: Callable[[object], object] | None = None) -> Document:
    """The document in a JSON text. Raises UnreadableFile with the line.

    `check` gets its data before their lines are searched for, which takes longer; it may raise.
    """
    data = _loads(text)
    if check is not None:
        check(data)
    walk = _Walk()
    walk.over(text, (), 1)
    return Document(data, partial(nearest_line, walk.lines), tuple(walk.faults))


def read_jsonl(
    text: str, array: str = "streams", check: Callable[[list[object]], object] | None = None
) -> Document:
    """The document in JSON lines, the rows of `array`; a line that is not JSON is a fault.

    `check` gets the rows so far before each further one, and may raise.
    """
    rows: list[object] = []
    walk = _Walk()
    for number, line in enumerate(StringIO(text, newline="\n"), 1):
        if not line.strip():
            continue
        line = line.removesuffix("\n")
        if check is not None:
            check(rows)
        try:
            row = _loads(line)
        except UnreadableFile as error:
            path = ("", number)  # a path of its own: the line has no values
            walk.lines[path] = number
            walk.faults.append((path, error.sentence))
            continue
        walk.over(line, (array, len(rows)), number)
        rows.append(row)
    return Document({array: rows}, partial(nearest_line, walk.lines), tuple(walk.faults), hidden=2)


def _loads(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"is not JSON: {error.msg} (column {error.colno})", error.lineno
        ) from None
    except RecursionError:
        raise UnreadableFile("is nested too deeply") from None
    except ValueError:  # the interpreter's limit for whole numbers
        raise UnreadableFile("has a number with too many digits") from None


class _Frame:
    """An open object or list: its path, and the key or index of its current item."""

    __slots__ = ("current", "keys", "path", "wants_key")

    def __init__(self, path: KeyPath, *, is_object: bool) -> None:
        self.path = path
        self.keys: set[str] = set()
        self.current: str | int = "" if is_object else 0
        self.wants_key = is_object

    def item(self) -> KeyPath:
        return (*self.path, self.current)

    def next(self) -> None:
        if isinstance(self.current, int):
            self.current += 1
        else:
            self.wants_key = True


class _Walk:
    """Walks over the tokens of valid JSON and notes lines and repeated keys."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.faults: list[tuple[KeyPath, str]] = []

    def over(self, text: str, path: KeyPath, line: int) -> None:
        """Walk over one value, which is at `path` and begins at `line`."""
        self.lines[path] = line
        stack: list[_Frame] = []
        for match in _TOKEN.finditer(text):
            piece = match[0]
            if piece == "\n":
                line += 1
            elif piece in "}]":
                stack.pop()
            elif piece == ",":
                stack[-1].next()
            elif piece in "{[":
                if stack:
                    path = stack[-1].item()
                    self.lines.setdefault(path, line)
                stack.append(_Frame(path, is_object=piece == "{"))
            elif piece != ":" and stack:
                self._scalar(stack[-1], piece, line)

    def _scalar(self, frame: _Frame, piece: str, line: int) -> None:
        if frame.wants_key:
            frame.wants_key = False
            frame.current = key = str(json.loads(piece))
            if key in frame.keys:
                self.faults.append((frame.item(), "is given twice"))
            frame.keys.add(key)
            self.lines[frame.item()] = line
        else:
            self.lines.setdefault(frame.item(), line)
