"""Reads a file of cases in the format that its suffix names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from streamdash.promptfile.cases.case_set import MAX_CASES, TOO_MANY, csv_case_set, table_case_set
from streamdash.promptfile.cases.csv_rows import csv_rows
from streamdash.promptfile.input_text import UnreadableFile, decode, read_bytes
from streamdash.promptfile.problems import Place, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.promptfile.cases.case_set import CaseSet
    from streamdash.promptfile.document import Document

MAX_BYTES = 64 << 20
MAX_SLOW_BYTES = 4 << 20
"""For the formats that take minutes for more."""
_CASES = "cases"


def read_case_file(path: str, name: str, place: Place) -> CaseSet | None:
    """The cases in the file at `path`, which problems call `name`; None after adding problems.

    `place` is what names the file.
    """
    source = Place(place.problems, printable(name))
    suffix = os.path.splitext(name)[1].lower()
    try:
        if suffix == ".csv":
            return csv_case_set(csv_rows(_text(path, name, MAX_BYTES)), source)
        if suffix not in _READERS:
            known = ", ".join((".csv", *_READERS))
            raise UnreadableFile(f"is no file of cases: its name must end in one of {known}")
        limit, read = _READERS[suffix]
        return _documented(read(_text(path, name, limit)), source)
    except UnreadableFile as error:
        line = error.line
        source._replace(line_of=lambda _: line).report(error.sentence)
        return None


def _text(path: str, name: str, limit: int) -> str:
    text = decode(read_bytes(path, limit=limit, what="cases come"), path=name)
    if not text.strip():
        raise UnreadableFile("is empty; it has no cases")
    return text


def _documented(document: Document, source: Place) -> CaseSet | None:
    """The cases in a list, or in a table whose only key is `cases`."""
    place = source._replace(line_of=document.line_of, hidden=document.hidden)
    for path, sentence in document.faults:
        place.at(*path).report(sentence)
    data = document.data
    if isinstance(data, dict):
        if set(data) != {_CASES}:
            place.report(f"must be a list of cases, or a table with the one key {_CASES}")
            return None
        data, place = data[_CASES], place.at(_CASES)
    found = table_case_set(data, place)
    return None if document.faults else found


def _read_jsonl(text: str) -> Document:
    from streamdash.promptfile.json_format import read_jsonl

    return read_jsonl(text, _CASES, _check_room)


def _read_json(text: str) -> Document:
    from streamdash.promptfile.json_format import read_json

    return read_json(text, _check_count)


def _check_count(data: object) -> None:
    if isinstance(data, dict):
        data = data.get(_CASES)
    if isinstance(data, list):
        _check_room(data[:-1])


def _check_room(rows: list[object]) -> None:
    """Raise UnreadableFile if there is no room for one more case."""
    if len(rows) >= MAX_CASES:
        raise UnreadableFile(TOO_MANY)


def _read_yaml(text: str) -> Document:
    from streamdash.promptfile.yaml_format import read_yaml

    return read_yaml(text)


def _read_toml(text: str) -> Document:
    from streamdash.promptfile.toml_format import read_toml

    if text.count(f"[[{_CASES}]]") > MAX_CASES:
        raise UnreadableFile(TOO_MANY)  # to parse them would take long
    document = read_toml(text)
    _check_count(document.data)
    return document


_READERS: dict[str, tuple[int, Callable[[str], Document]]] = {
    ".jsonl": (MAX_BYTES, _read_jsonl),
    ".json": (MAX_BYTES, _read_json),
    ".yaml": (MAX_SLOW_BYTES, _read_yaml),
    ".yml": (MAX_SLOW_BYTES, _read_yaml),
    ".toml": (MAX_SLOW_BYTES, _read_toml),
}
