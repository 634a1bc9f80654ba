"""The table that `streamdash runs` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.recording.library import list_runs
from streamdash.reporting.runs_table import runs_table, size_words
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_is_clean_and_aligned(tmp_path: Path) -> None:
    record(tmp_path / "b.jsonl")
    cut = tmp_path / "a.jsonl"
    record(cut, {"A": Scripted(spoken("x"))}, title="\x1b[31mRed")
    data = cut.read_bytes()
    cut.write_bytes(data[: data.index(b"\n") + 40])
    lines = runs_table(list_runs(tmp_path)).splitlines()
    assert lines[0].split() == ["#", "when", "title", "streams", "ended", "size", "file"]
    assert len(lines) == 3
    assert "\x1b" not in "".join(lines)
    assert len({line.index(".jsonl") for line in lines[1:]}) == 1


def test_sizes_are_short() -> None:
    sizes = (0, 999, 1000, 48_212, 1_234_567, 999_999, 3_400_000_000)
    assert [size_words(size) for size in sizes] == [
        "0 B", "999 B", "1 kB", "48.2 kB", "1.23 MB", "1 MB", "3.4 GB",
    ]  # fmt: skip
