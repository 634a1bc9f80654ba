"""Recordings to report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.recording.reader import load_recording
from streamdash.reporting.reported_run import reported_recording
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.reported_run import ReportedRun


def source(tmp_path: Path, name: str, known: dict[str, Scripted], **options: Any) -> ReportedRun:
    path = tmp_path / name
    record(path, known, **options)
    return reported_recording(load_recording(str(path)))


def slow_and_fast(tmp_path: Path) -> list[ReportedRun]:
    """Two runs of the same streams; the second is twice as quick, and has one more."""
    before = {label: Scripted(spoken(*["word "] * 20)) for label in ("PY", "RS")}
    after = {
        label: Scripted(spoken(*["word "] * 20, gap=0.05, first=0.25))
        for label in ("PY", "RS", "GO")
    }
    return [source(tmp_path, "before.jsonl", before), source(tmp_path, "after.jsonl", after)]
