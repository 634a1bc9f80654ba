"""JSON, and JSON lines with one stream each: values, lines, keys given twice."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING

from streamdash.promptfile.document import Document, nearest_line
from streamdash.promptfile.input_text import UnreadableFile

if TYPE_CHECKING:
    from streamdash.promptfile.problems import KeyPath

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:\n]|[^\s"{}\[\],:]++')


def read_json(text: str) -> Document:
    """The file is one JSON value. Raises Unreadable."""
    data = _loads(text)
    walk = _Walk()
    walk.over(text, (), 1)
    return Document(data, partial(nearest_line, walk.lines), tuple(walk.faults))


def read_jsonl(text: str) -> Document:
    """Each line that is not blank is one stream; a line that is no JSON is a fault."""
    rows: list[object] = []
    walk = _Walk()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = _loads(line)
        except UnreadableFile as error:
            unread = ("", number)
            walk.lines[unread] = number
            walk.faults.append((unread, error.sentence))
            continue
        walk.over(line, ("streams", len(rows)), number)
        rows.append(row)
    return Document(
        {"streams": rows}, partial(nearest_line, walk.lines), tuple(walk.faults), hidden=2
    )


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
    """An object or list that is open: its path, and the key or index of its current item."""

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
    """Goes over the tokens of valid JSON; notes lines, and keys that are given twice."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.faults: list[tuple[KeyPath, str]] = []

    def over(self, text: str, path: KeyPath, line: int) -> None:
        """One value, which stands at `path` and begins at `line`."""
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
