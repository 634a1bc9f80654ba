"""The models of the newest recordings, read from their first lines only."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from streamdash.recording.paths import SUFFIX
from streamdash.recording.spec_json import table, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEWEST = 50
"""Recordings whose first line is read."""
HEADER_MOST = 4 << 20
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
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return []
            header = table(json.loads(file.readline(HEADER_MOST)))
    except (OSError, ValueError, RecursionError):
        return []
    streams = header.get("streams")
    return streams if header.get("type") == "run" and isinstance(streams, list) else []
