"""Watched files that are written in pieces, broken or gone, and the files that they name."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Status
from tests.watching.scene import ABC, Scene, answered, prompts, virtual

if TYPE_CHECKING:
    from pathlib import Path

vanishing = pytest.mark.fault("files and environment", "the watched file vanishes or is unreadable")
saving = pytest.mark.fault("files and environment", "the watched file is read half saved")


@virtual
@saving
async def test_a_burst_of_saves_runs_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for number in range(6):
        scene.save(prompts(f"A: a{number}?", "B: b?", "C: c?"))
        await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    assert scene.sent == ["a5?"]
    assert scene.loads == 1


@virtual
@saving
async def test_a_file_that_is_written_all_the_time_is_read_once_a_second(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for number in range(60):
        scene.save(prompts(f"A: a{number}?", "B: b?", "C: c?"))
        await asyncio.sleep(0.05)
    assert scene.loads == 2


@virtual
@saving
@pytest.mark.parametrize("half", ["", "[[streams]]\nlabel = ", 'title = "x"\n'])
async def test_a_half_saved_file_is_no_error_if_it_is_whole_soon(tmp_path: Path, half: str) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(half)
    await asyncio.sleep(0.2)
    scene.save(prompts("A: a now?", "B: b?", "C: c?"))
    await asyncio.sleep(2)
    assert scene.screen.shown == 1
    assert not scene.watch.problems
    assert scene.sent == ["a now?"]


@virtual
@saving
async def test_a_file_restored_in_the_middle_of_a_save_is_as_before(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.path.unlink()
    scene.changes.noticed()
    await asyncio.sleep(0.15)
    scene.path.write_text(prompts(*ABC))
    await asyncio.sleep(2)
    assert scene.screen.shown == 0
    assert scene.sent == []


@virtual
@saving
async def test_events_without_a_change_read_the_plan_again_never(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    os.utime(scene.path)
    for _ in range(5):
        scene.changes.noticed()
        await asyncio.sleep(0.3)
    assert scene.loads == 0
    assert scene.screen.shown == 0


# -- broken and vanished files ------------------------------------------------------------------


@virtual
async def test_a_broken_file_shows_its_errors_and_the_run_stays(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await asyncio.sleep(0.75)
    scene.save(prompts(*ABC, more='temprature = 1\nmax_tokens = "x"'))
    await asyncio.sleep(1)
    assert len(scene.watch.problems) == 6
    assert "temprature" in scene.watch.problems[0]
    await scene.run.wait()
    assert [state.status for state in scene.run.states] == [Status.DONE] * 3
    assert scene.sent == ["a?", "b?", "c?"]
    scene.save(prompts(*ABC))
    await asyncio.sleep(1)
    assert not scene.watch.problems
    assert len(scene.sent) == 3


@virtual
async def test_an_edit_while_the_file_is_broken_counts_from_the_last_good_one(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for text in ("[", "[[", prompts("A: a now?", "B: b?", "C: c?")):
        scene.save(text)
        await asyncio.sleep(1)
    assert scene.sent == ["a now?"]
    assert not scene.watch.problems


@vanishing
@virtual
@pytest.mark.parametrize("how", ["deleted", "renamed", "folder", "FIFO", "binary", "loop"])
async def test_a_file_that_vanishes_says_so_and_may_come_back(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    scene = Scene(folder, prompts(*ABC))
    await answered(scene)
    aside = folder / "aside"
    scene.path.rename(aside)
    match how:
        case "deleted":
            aside.unlink()
        case "folder":
            scene.path.mkdir()
        case "FIFO":
            os.mkfifo(scene.path)
        case "binary":
            scene.path.write_bytes(b"\0\xff")
        case "loop":
            scene.path.symlink_to(scene.path)
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert len(scene.watch.problems) == 1
    assert scene.watch.problems[0].startswith(str(scene.path))
    assert scene.sent == []
    if how == "folder":
        scene.path.rmdir()
    elif how not in ("deleted", "renamed"):
        scene.path.unlink()
    scene.save(prompts("A: a now?", "B: b?", "C: c?"))
    await asyncio.sleep(1)
    assert not scene.watch.problems
    assert scene.sent == ["a now?"]


@vanishing
@virtual
@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
async def test_a_file_that_may_not_be_read_any_more_says_so(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    scene.path.chmod(0)
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert "cannot be read" in scene.watch.problems[0]


# -- the other files ----------------------------------------------------------------------------


FROM_FILES = prompts("A: a?").replace('prompt = "a?"', 'prompt_file = "a.txt"')


@virtual
async def test_a_prompt_file_of_a_stream_is_watched_as_well(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one?")
    scene = Scene(tmp_path, FROM_FILES)
    await answered(scene)
    assert scene.changes.paths == (str(scene.path), str(tmp_path / "a.txt"))
    (tmp_path / "a.txt").write_text("two?")
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert scene.sent == ["two?"]


@vanishing
@virtual
async def test_a_prompt_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one?")
    scene = Scene(tmp_path, FROM_FILES)
    await answered(scene)
    scene.save(FROM_FILES.replace("a.txt", "b.txt"))
    await asyncio.sleep(1)
    assert "'b.txt': no such file" in scene.watch.problems[0]
    assert str(tmp_path / "b.txt") in scene.changes.paths
    (tmp_path / "b.txt").write_text("two?")
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert not scene.watch.problems
    assert scene.sent == ["two?"]
    assert str(tmp_path / "a.txt") not in scene.changes.paths


@virtual
async def test_a_warning_about_the_file_is_given_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for prompt in ("{{name}}?", "{{name}} again?"):
        scene.save(prompts(f"A: {prompt}", "B: b?", "C: c?"))
        await asyncio.sleep(1)
    assert len(scene.screen.warnings) == len(set(scene.screen.warnings)) >= 1
    assert "name" in scene.screen.warnings[0]
