"""Picks the reader of a prompt file by its suffix."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from streamdash.promptfile.document import Document, nearest_line
from streamdash.promptfile.input_text import UnreadableFile, read_file, read_stdin
from streamdash.promptfile.toml_format import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

STDIN = "-"


def _read_text(text: str) -> Document:
    return Document({"prompts": [{"prompt": text}]}, partial(nearest_line, {}), text_only=True)


def _read_yaml(text: str) -> Document:
    from streamdash.promptfile.yaml_format import read_yaml  # PyYAML only where it is used

    return read_yaml(text)


def _read_json(text: str) -> Document:
    from streamdash.promptfile.json_format import read_json

    return read_json(text)


def _read_jsonl(text: str) -> Document:
    from streamdash.promptfile.json_format import read_jsonl

    return read_jsonl(text)


_READERS: dict[str, Callable[[str], Document]] = {
    ".toml": read_toml,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": _read_json,
    ".jsonl": _read_jsonl,
    ".md": _read_text,
    ".txt": _read_text,
}


def read_document(path: str, stdin: BinaryIO | None) -> Document:
    """The parsed file; `-` is standard input, read as one prompt. Raises UnreadableFile."""
    if path == STDIN:
        return parse_document(read_stdin(stdin), ".txt")
    return parse_document(read_file(path), os.path.splitext(path)[1].lower())


def parse_document(text: str, suffix: str) -> Document:
    """The document in the text of a file with this suffix. Raises UnreadableFile."""
    if suffix not in _READERS:
        raise UnreadableFile(
            f"is not a prompt file: its name must end in one of {', '.join(_READERS)}"
        )
    if not text.strip():
        raise UnreadableFile("is empty; there is nothing to ask")
    return _READERS[suffix](text)
