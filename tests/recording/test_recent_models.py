"""The recently used models, from the first lines of recordings."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.recent_models import HEAD_MOST, NEWEST, recent_references

if TYPE_CHECKING:
    from pathlib import Path


def record(folder: Path, at: int, *references: str, name: str = "") -> Path:
    streams = []
    for reference in references:
        endpoint, _, model = reference.partition(":")
        streams.append({"endpoint": {"name": endpoint}, "model": model})
    path = folder / (name or f"run-{at}.jsonl")
    path.write_text(json.dumps({"type": "run", "version": 2, "streams": streams}) + "\n")
    os.utime(path, (at, at))
    return path


def test_the_newest_come_first_and_each_once(tmp_path: Path) -> None:
    record(tmp_path, 1, "openai:old", "lab:qwen3:8b")
    record(tmp_path, 2, "demo:echo", "openai:old")
    record(tmp_path, 3, "lab:new", name="notes.txt")
    assert recent_references(tmp_path) == ["demo:echo", "openai:old", "lab:qwen3:8b"]


def test_only_the_newest_recordings_are_read(tmp_path: Path) -> None:
    for at in range(NEWEST + 5):
        record(tmp_path, at, f"lab:m{at}")
    assert recent_references(tmp_path) == [f"lab:m{at}" for at in range(NEWEST + 4, 4, -1)]


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert recent_references(tmp_path / "runs") == []


@pytest.mark.fault("recording", "damaged head")
@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{",
        b"\xff\n",
        b"[" * 100_000,
        b"[]\n",
        b'{"type": "run"}\n',
        b'{"type": "run", "streams": 7}\n',
        b'{"type": "run", "streams": [7, null, {}, {"model": 3}, {"endpoint": "x"}]}\n',
        b'{"type": "run", "streams": ["' + b"x" * HEAD_MOST + b'"]}\n',
    ],
)
def test_a_damaged_recording_is_passed_over(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "bad.jsonl").write_bytes(head)
    record(tmp_path, 1, "demo:echo")
    assert recent_references(tmp_path) == ["demo:echo"]


@pytest.mark.fault("recording", "no regular file")
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    target = record(tmp_path, 1, "demo:echo", name="target")
    (tmp_path / "link.jsonl").symlink_to(target)
    os.mkfifo(tmp_path / "fifo.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    assert recent_references(tmp_path) == []
