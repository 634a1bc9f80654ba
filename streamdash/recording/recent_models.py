"""The models of the newest recordings, read from their first lines only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from streamdash.recording.paths import SUFFIX
from streamdash.recording.run_head import is_head, open_run, read_line, streams_in
from streamdash.recording.spec_json import table, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEWEST = 50
"""Recordings whose first line is read."""
HEAD_MOST = 4 << 20
"""The longest first line that is read; one with very long prompts is passed over."""
MOST_REFERENCES = 200


def recent_references(folder: Path) -> list[str]:
    """`endpoint:model` of the streams of the newest recordings, each once, the newest first."""
    found: dict[str, None] = {}
    for path in _newest(folder):
        for reference in _references(path):
            found.setdefault(reference)
            if len(found) == MOST_REFERENCES:
                return list(found)
    return list(found)


def _newest(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            files = [
                (entry.stat(follow_symlinks=False).st_mtime, entry.path)
                for entry in entries
                if entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return []
    return [path for _, path in sorted(files, reverse=True)[:NEWEST]]


def _references(path: str) -> Iterator[str]:
    for stream in _streams(path):
        fields = table(stream)
        endpoint, model = text(table(fields.get("endpoint")).get("name")), text(fields.get("model"))
        if endpoint and model:
            yield f"{endpoint}:{model}"


def _streams(path: str) -> list[object]:
    try:
        with open_run(path) as file:
            head = read_line(file.readline(HEAD_MOST))
    except OSError:
        return []
    return streams_in(head) if is_head(head) else []
