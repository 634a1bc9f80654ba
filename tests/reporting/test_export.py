"""Exported files: whole, new, and safely named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.recording.reader import load_recording
from streamdash.reporting.export import export_report, safe_name, write_new
from streamdash.reporting.report import STYLES, SUFFIXES
from streamdash.reporting.reported_run import reported_recording
from tests.recording.scenes import record

if TYPE_CHECKING:
    from pathlib import Path


def test_an_export_is_named_after_the_run_s_title(tmp_path: Path) -> None:
    record(tmp_path / "run.jsonl", title="Three / languages: 日本")
    source = reported_recording(load_recording(str(tmp_path / "run.jsonl")))
    for style in STYLES:
        path = export_report(source, style, tmp_path)
        assert path == tmp_path / f"Three-languages-日本{SUFFIXES[style]}"
        assert path.stat().st_size > 100


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    paths = [write_new(tmp_path, "run", ".txt", str(number)) for number in range(3)]
    assert [path.name for path in paths] == ["run.txt", "run-2.txt", "run-3.txt"]
    assert [path.read_text() for path in paths] == ["0", "1", "2"]
    assert len(list(tmp_path.iterdir())) == 3


def test_no_file_is_overwritten_without_hard_links_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(_from: Path, _to: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("streamdash.output.whole_file.os.link", link)
    test_no_file_is_overwritten(tmp_path)


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "run.txt").symlink_to(tmp_path / "elsewhere")
    assert write_new(tmp_path, "run", ".txt", "x").name == "run-2.txt"
    assert not (tmp_path / "elsewhere").exists()


def test_a_failed_export_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("streamdash.output.whole_file.os.fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        write_new(tmp_path, "run", ".txt", "x")
    assert list(tmp_path.iterdir()) == []


def test_half_a_surrogate_pair_can_be_exported(tmp_path: Path) -> None:
    assert write_new(tmp_path, "run", ".txt", "a\ud83d").read_bytes() == b"a?"


@given(st.text(st.characters(), max_size=200))
def test_any_title_makes_a_safe_name(text: str) -> None:
    name = safe_name(text)
    assert name
    assert len(name.encode()) <= 160
    assert name[0] not in "-."
    assert name[-1] not in "-. "
    assert not set(name) & set('/\\:*?"<>|\x00\n\r\t ')
    assert os.path.basename(name) == name
    assert safe_name(name) == name


@pytest.mark.parametrize("text", ["CON", "nul.txt", "Com1", "lpt9.x"])
def test_device_names_are_changed(text: str) -> None:
    assert safe_name(text).startswith("_")


@pytest.mark.parametrize("text", ["", "..", "../..", "///", "\x1b\x00", "   "])
def test_a_title_without_anything_safe_gets_the_program_s_name(text: str) -> None:
    assert safe_name(text) == "streamdash"


@pytest.mark.fault("files and environment", "others may read what was exported")
@pytest.mark.parametrize("umask", [0, 0o022, 0o777])
def test_only_its_owner_may_read_an_export(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        path = write_new(tmp_path, "run", ".txt", "x")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.fault("files and environment", "others may read what was exported")
def test_a_folder_with_the_run_s_title_does_not_stop_an_export(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run.txt").mkdir()
    assert write_new(tmp_path, "run", ".txt", "x").name == "run-2.txt"
