"""The folder of recordings: what is listed, and what pruning deletes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.library import (
    delete_runs,
    list_runs,
    older_than,
    parse_age,
)
from tests.recording.scenes import STARTED, providers, record
from tests.streams.scripted import Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def aged(path: Path, days: float) -> None:
    moment = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole run, one that was cut off, and entries that are not recordings."""
    record(tmp_path / "b.jsonl")
    aged(tmp_path / "b.jsonl", 40)
    record(tmp_path / "a.jsonl", {"A": Scripted(spoken("x"))}, title="\x1b[31mRed")
    data = (tmp_path / "a.jsonl").read_bytes()
    (tmp_path / "a.jsonl").write_bytes(data[: data.index(b"\n") + 40])
    aged(tmp_path / "a.jsonl", 10)
    (tmp_path / "notes.jsonl").write_text('{"dear": "diary"}\n')
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "b.jsonl")
    aged(tmp_path / "notes.jsonl", 400)
    return tmp_path


def test_only_recordings_are_listed(folder: Path) -> None:
    found = {run.path.name: run for run in list_runs(folder)}
    assert set(found) == {"a.jsonl", "b.jsonl"}
    whole, cut = found["b.jsonl"], found["a.jsonl"]
    assert whole.title == "Every sort"
    assert whole.streams == len(providers())
    assert whole.started == STARTED
    assert whole.size == whole.path.stat().st_size
    assert whole.ending == "6 done, 1 truncated, 2 failed, 1 filtered, 1 incomplete".replace(
        "6 done", f"{len(providers()) - 5} done"
    )
    assert cut.ending == "unfinished"


def test_the_newest_run_comes_first(tmp_path: Path) -> None:
    for number in (3, 1, 2):
        path = tmp_path / f"{number}.jsonl"
        record(path, {"A": Scripted(spoken("x"))})
        text = path.read_text().replace("2026-01-31T18:20:33.250", f"2026-01-0{number}T00:00:00")
        path.write_text(text)
    assert [run.path.name for run in list_runs(tmp_path)] == ["3.jsonl", "2.jsonl", "1.jsonl"]


def test_a_missing_folder_has_no_runs(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "none") == []


def test_pruning_names_what_it_deletes_and_deletes_nothing_else(folder: Path) -> None:
    runs = list_runs(folder)
    old = older_than(runs, parse_age("30d"), NOW)
    assert [run.path.name for run in old] == ["b.jsonl"]
    assert older_than(runs, parse_age("41d"), NOW) == []
    assert delete_runs(old) == []
    assert delete_runs(old) == [], "what is gone already is no problem"
    left = {path.name for path in folder.iterdir()}
    assert left == {"a.jsonl", "notes.jsonl", "notes.txt", "folder.jsonl", "link.jsonl"}


def test_a_file_that_cannot_be_deleted_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlink(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("streamdash.recording.library.os.unlink", unlink)
    problems = delete_runs(list_runs(folder))
    assert len(problems) == 2
    assert all("Permission denied" in problem for problem in problems)


@pytest.mark.parametrize(
    ("words", "age"),
    [
        ("30d", {"days": 30}),
        ("12h", {"hours": 12}),
        ("45m", {"minutes": 45}),
        (" 2 W", {"weeks": 2}),
    ],
)
def test_ages_are_read(words: str, age: dict[str, int]) -> None:
    assert parse_age(words) == timedelta(**age)


@pytest.mark.parametrize("words", ["", "30", "d", "-1d", "1.5d", "30 days ago", "9999999d", "٣d"])
def test_an_invalid_age_is_reported(words: str) -> None:
    with pytest.raises(ValueError, match="write it as 30d"):
        parse_age(words)
