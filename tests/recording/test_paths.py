"""Recordings are for their owner only, whatever the umask is."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.journal import Journal, open_journal
from streamdash.recording.paths import chosen_path, make_private_folder
from streamdash.streams.errors import UsageError
from tests.recording.scenes import STARTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

private = pytest.mark.fault("files and environment", "others could write where recordings lie")
named = pytest.mark.fault("files and environment", "a recording is put where none can be")
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture(params=[0, 0o022, 0o077, 0o277, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each of several umasks."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@private
@pytest.mark.usefixtures("umask")
def test_new_folders_are_their_owner_s_only(tmp_path: Path) -> None:
    runs = tmp_path / "state" / "streamdash" / "runs"
    make_private_folder(runs)
    assert [mode(folder) for folder in (runs, *runs.parents[:2])] == [0o700] * 3
    journal = Journal(runs / "a.jsonl", new=True)
    journal.close()
    assert journal.problem is None
    assert mode(runs / "a.jsonl") == 0o600


@private
@pytest.mark.parametrize(("before", "after"), [(0o777, 0o755), (0o775, 0o755), (0o750, 0o750)])
def test_others_lose_the_right_to_write_and_no_other(
    tmp_path: Path, before: int, after: int
) -> None:
    runs = tmp_path / "state" / "streamdash" / "runs"
    runs.mkdir(parents=True)
    tmp_path.chmod(0o777)
    for folder in (runs, runs.parent):
        folder.chmod(before)
    make_private_folder(runs)
    assert [mode(runs), mode(runs.parent), mode(tmp_path)] == [after, after, 0o777]


@private
@root_only
def test_nothing_is_recorded_in_another_user_s_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    journal = Journal(tmp_path / "a.jsonl", new=True)
    assert journal.problem is not None
    assert "belongs to another user" in journal.problem
    assert list(tmp_path.iterdir()) == []


@private
@pytest.mark.parametrize("planted", ["link", "dangling", "file"])
def test_a_file_with_the_name_of_a_new_recording_is_not_touched(
    tmp_path: Path, planted: str
) -> None:
    (tmp_path / "precious").write_text("")
    path = tmp_path / "a.jsonl"
    if planted == "file":
        path.write_text("")
    else:
        path.symlink_to("precious" if planted == "link" else "nowhere")
    journal = Journal(path, new=True)
    assert journal.problem is not None
    assert "File exists" in journal.problem
    assert not (tmp_path / "nowhere").exists()


@named
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("-", "standard output is for results"),
        ("", "the name is empty"),
        ("no/a.jsonl", "there is no folder"),
        ("folder/", "that of a folder"),
        ("n" * 300, "File name too long"),
        ("a\0", "no file name"),
        ("loop", "Too many levels"),
        ("pipe", "not a regular file"),
    ],
)
def test_a_recording_that_cannot_begin_is_refused_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    os.symlink("loop", "loop")
    with pytest.raises(UsageError, match=why):
        chosen_path(name)


@named
def test_a_terminal_is_no_place_for_a_recording() -> None:
    master, slave = os.openpty()
    try:
        with pytest.raises(UsageError, match="it is a terminal"):
            open_journal(os.ttyname(slave), STARTED)
    finally:
        os.close(master)
        os.close(slave)
