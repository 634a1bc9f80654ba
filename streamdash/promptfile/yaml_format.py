"""Reads YAML from PyYAML's events: no aliases, no tags, no surprises of YAML 1.1.

Plain `true`, `false`, `null` and numbers have their JSON meaning. Every other plain scalar is
text, such as `no`, `12:30` and `2024-05-01`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import yaml

from streamdash.promptfile.document import MAX_DEPTH, Document, nearest_line
from streamdash.promptfile.input_text import UnreadableFile
from streamdash.promptfile.problems import printable

if TYPE_CHECKING:
    from streamdash.promptfile.problems import KeyPath

_WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF|nan|NaN|NAN)")
_MAX_ITEMS = 10_000
"""The longest list; no run has more streams."""
_ADVICE = (
    ("'\\t'", "indent with spaces"),
    ("mapping values are not allowed", "text with ': ' in it needs quotes around it"),
    ("expected ',' or", "text with punctuation in it needs quotes around it"),
    ("could not find expected ':'", "a line is KEY: VALUE"),
)


def read_yaml(text: str) -> Document:
    """The document in YAML text. Raises UnreadableFile with the line."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        raise UnreadableFile(
            f"contains the control character U+{ord(text[error.position]):04X}; "
            'in "double quotes" it can be written as an escape',
            text.count("\n", 0, error.position) + 1,
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = printable(error.problem or error.context or "malformed")
        advice = next((f"; {right}" for wrong, right in _ADVICE if wrong in what), "")
        raise UnreadableFile(
            f"is not YAML: {what}{advice}", mark.line + 1 if mark else None
        ) from None
    except (ValueError, OverflowError):  # PyYAML raises these for \U beyond Unicode
        raise UnreadableFile("contains an escape for a character that does not exist") from None
    return Document(builder.root, partial(nearest_line, builder.lines), tuple(builder.faults))


def _plain(text: str) -> object:
    """The value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if special := _SPECIAL.fullmatch(text):
        return float(special[1] + special[2])
    return text


class _Frame:
    """An open mapping or sequence; `key` is the mapping's key whose value comes next."""

    __slots__ = ("items", "key", "path")

    def __init__(self, path: KeyPath, items: dict[str, object] | list[object]) -> None:
        self.path = path
        self.items = items
        self.key: str | None = None


class _Builder:
    """Builds the values from parser events and notes lines and repeated keys."""

    def __init__(self) -> None:
        self.root: object = None
        self.lines: dict[KeyPath, int] = {(): 1}
        self.faults: list[tuple[KeyPath, str]] = []
        self._stack: list[_Frame] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        mark = event.start_mark
        line = mark.line + 1 if mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise UnreadableFile("begins a second document; one file is one run", line)
        elif isinstance(event, yaml.AliasEvent):
            raise UnreadableFile(
                f"has an alias, *{printable(str(event.anchor))}; write the value out", line
            )
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            raise UnreadableFile(
                f"has an anchor, &{printable(event.anchor)}; write values out", line
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise UnreadableFile(f"has a tag, {printable(tag)}; quote what is text", line)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.items, dict) and frame.key is None:
            self._key(frame, event, line)
            return
        path = self._path(frame)
        self.lines.setdefault(path, line)
        value: object
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event, line)
        else:
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
        if frame is not None and len(frame.items) == _MAX_ITEMS:
            raise UnreadableFile(f"has more than {_MAX_ITEMS:,} items in a list", line)
        self._put(frame, value)
        if isinstance(value, dict | list):
            if len(self._stack) > MAX_DEPTH:
                raise UnreadableFile(f"is nested more than {MAX_DEPTH} levels deep", line)
            self._stack.append(_Frame(path, value))

    @staticmethod
    def _scalar(event: yaml.ScalarEvent, line: int) -> object:
        try:
            return _plain(event.value) if event.implicit[0] else event.value
        except ValueError:  # the interpreter's limit for whole numbers
            raise UnreadableFile("has a number with too many digits", line) from None

    def _key(self, frame: _Frame, event: yaml.NodeEvent, line: int) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise UnreadableFile("has a key that is not text", line)
        frame.key = event.value
        path = (*frame.path, event.value)
        if event.value in frame.items:
            self.faults.append((path, "is given twice"))
        self.lines[path] = line

    @staticmethod
    def _path(frame: _Frame | None) -> KeyPath:
        if frame is None:
            return ()
        return (*frame.path, len(frame.items) if frame.key is None else frame.key)

    def _put(self, frame: _Frame | None, value: object) -> None:
        if frame is None:
            self.root = value
        elif isinstance(frame.items, list):
            frame.items.append(value)
        else:
            frame.items[frame.key or ""] = value
            frame.key = None
