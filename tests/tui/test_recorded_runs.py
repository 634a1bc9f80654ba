"""A recorded run that is opened over the app's own run, and the way back."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.paths import runs_folder
from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.tui.board.screen import Board
from streamdash.tui.screens.export.menu import ENTRIES
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp
    from streamdash.tui.terminal.frame_clock import Frame


@pytest.fixture
def folder() -> Path:
    """The folder of runs: `Two` has PY and RS, `Alone` (the newest) has GO."""
    folder = runs_folder()
    folder.mkdir(parents=True)
    known = {
        "PY": Scripted(spoken(*[f"py{place} " for place in range(4)])),
        "RS": Scripted(spoken(*[f"rs{place} " for place in range(8)])),
    }
    record(folder / "a.jsonl", known, title="Two")
    record(folder / "b.jsonl", {"GO": Scripted(spoken("gopher"))}, title="Alone")
    return folder


async def open_run(app: StreamdashApp, pilot: Pilot[int], title: str) -> None:
    """Choose the run in the list, and wait for its board."""
    await pilot.press("o")
    await until(lambda: "Open a recorded run" in text(app) and "looking" not in text(app))
    await pilot.press(*title, "enter")
    await until(lambda: "replay" in text(app) and title in rows(app)[-2])


@asynccontextmanager
async def opened(title: str, run: Run) -> AsyncIterator[tuple[StreamdashApp, Pilot[int]]]:
    async with shown(run) as (app, pilot):
        await open_run(app, pilot, title)
        yield app, pilot


async def test_a_recorded_run_plays_over_the_live_one_which_goes_on(folder: Path) -> None:
    run, provider = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        await until(lambda: bool(provider["A"].open))
        assert "q close" in rows(app)[-1]
        assert "space pause" in rows(app)[-1]
        provider["A"].say("live words")
        provider["A"].finish()
        await until(lambda: run.states[0].status.final)
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        assert "rs7" in text(app)
        assert "live words" not in text(app)
        await pilot.press("escape")
        await until(lambda: "live words" in text(app) and "✓ 1 done" in rows(app)[-2])
        assert "replay" not in text(app)
        assert "q quit" in rows(app)[-1]
        assert not app.leaving


async def test_streams_that_stay_live_are_followed_again_on_the_way_back(folder: Path) -> None:
    run, provider = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        await until(lambda: bool(provider["A"].open))
        await pilot.press("q")
        await until(lambda: "replay" not in text(app))
        provider["A"].say("first words")
        await until(lambda: "first words" in text(app))
        assert not run.states[0].status.final


async def test_only_the_board_in_front_is_painted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[Board] = []
    paint = Board.paint

    def noted(board: Board, at: float) -> Frame:
        painted.append(board)
        return paint(board, at)

    monkeypatch.setattr(Board, "paint", noted)
    run, provider = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        painted.clear()
        provider["A"].say("unseen")
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        assert painted
        assert app.board not in painted
        painted.clear()
        await pilot.press("escape")
        await until(lambda: "unseen" in text(app))
        assert set(painted) == {app.board}


@pytest.mark.parametrize(("key", "words"), [("l", "TTFT"), ("d", "PY"), ("i", "#")])
async def test_q_closes_the_recorded_run_from_the_screens_over_it(
    folder: Path, key: str, words: str
) -> None:
    run, provider = scripted_run("A", "B")
    async with opened("Two", run) as (app, pilot):
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        await pilot.press(key)
        await until(lambda: not isinstance(app.screen, Board))
        await until(lambda: "q close" in rows(app)[-1] and words in text(app))
        await pilot.press("q")
        await until(lambda: app.screen is app.board)
        await settled(app, pilot)
        assert bool(provider["A"].open)
        assert not app.leaving


async def test_the_help_says_what_q_does(folder: Path) -> None:
    run, _ = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        await pilot.press("question_mark")
        await until(lambda: "close the recorded run" in text(app))
        assert "play a recorded run" in text(app)
        await pilot.press("escape", "q", "question_mark")
        await until(lambda: bool(re.search(r"q +quit", text(app))))


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_the_keys_that_always_quit_do_so_from_a_recorded_run(folder: Path, key: str) -> None:
    run, _ = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        await pilot.press(key)
        await until(lambda: app.leaving)
        assert run.states[0].status.final
        assert app.return_value == (130 if key == "ctrl+c" else 0)


async def test_blind_mode_and_cancelling_stay_on_their_own_board(folder: Path) -> None:
    run, provider = scripted_run("LIVE", "LIFE")
    async with opened("Two", run) as (app, pilot):
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        await pilot.press("b", "X", "R", "X")
        await until(lambda: "blind" in rows(app)[-2])
        assert "PY" not in text(app)
        await pilot.press("q")
        await until(lambda: "LIVE" in text(app) and "LIFE" in text(app))
        assert not any(state.status.final for state in run.states)
        assert not app.board.names.blind
        assert bool(provider["LIVE"].open)


async def test_keys_that_would_send_something_do_nothing(folder: Path) -> None:
    run, provider = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        requests = len(provider["A"].requests)
        await pilot.press("p", "a", "c", "D", "E")
        await settled(app, pilot)
        assert isinstance(app.screen, Board)
        assert app.screen is not app.board
        assert len(provider["A"].requests) == requests
        assert "✓ 2 done" in rows(app)[-2]


async def test_an_export_has_the_recorded_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run, _ = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        await pilot.press("e")
        await until(lambda: "a picture of the screen" in text(app))
        await pilot.press(ENTRIES["json"].key)
        await until(lambda: "exported to" in text(app))
        assert "rs7" in (tmp_path / "Two.json").read_text()


async def test_another_run_takes_the_place_of_the_open_one(folder: Path) -> None:
    run, _ = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        first = app.screen
        await open_run(app, pilot, "Alone")
        await until(lambda: "gopher" in text(app))
        assert first not in app.screen_stack
        await pilot.press("escape")
        await until(lambda: app.screen is app.board)


async def test_the_palette_offers_it_on_both_boards(folder: Path) -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        for title in ("Two", "Alone"):
            await pilot.press("ctrl+p")
            await until(lambda: bool(app.screen.query("CommandList")))
            await pilot.press(*"open a rec")
            await until(lambda: "Play a recorded run (o)" in text(app))
            await settled(app, pilot)
            await pilot.press("down", "enter")
            await until(lambda: "esc close" in text(app) and "2 runs" in text(app))
            await pilot.press(*title, "enter")
            await until(lambda title=title: title in rows(app)[-2])  # type: ignore[misc]


async def test_in_a_replay_it_works_the_same_and_lists_its_own_file_as_well(folder: Path) -> None:
    own = folder / "b.jsonl"
    run = ReplayRun(load_recording(str(own)), speed=64)
    async with shown(run, timeline=run.timeline, recorded_in=own) as (app, pilot):
        await until(lambda: "gopher" in text(app))
        await open_run(app, pilot, "Alone")
        await pilot.press("escape")
        await settled(app, pilot)
        await open_run(app, pilot, "Two")
        await pilot.press("q")
        await until(lambda: "replay 64x" in rows(app)[-2])
        await pilot.press("q")
        await until(lambda: app.leaving)


async def test_the_file_of_the_live_run_is_not_offered(folder: Path) -> None:
    run, _ = scripted_run("A")
    async with shown(run, recorded_in=folder / "a.jsonl") as (app, pilot):
        await pilot.press("o")
        await until(lambda: "1 run" in text(app))
        assert "Two" not in text(app)


async def test_a_cut_recording_says_so_when_it_is_opened(folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_bytes(path.read_bytes()[:-300])
    run, _ = scripted_run("A")
    async with opened("Two", run) as (app, _):
        await until(lambda: "cut off before its end" in text(app))


async def test_a_board_that_waits_for_its_prompt_can_open_one_too(folder: Path) -> None:
    run, _ = scripted_run("A", prompted=False)
    async with shown(run) as (app, pilot):
        await until(lambda: "Prompt" in text(app) or "prompt" in text(app))
        await pilot.press("escape")
        await open_run(app, pilot, "Two")
        await pilot.press("q")
        await until(lambda: app.screen is app.board)
        assert not run.live


async def test_pressing_the_key_twice_opens_one_list(folder: Path) -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("o", "o")
        await until(lambda: "Open a recorded run" in text(app) and "looking" not in text(app))
        await settled(app, pilot)
        assert len(app.screen_stack) == 2


async def test_a_closed_run_gives_its_memory_back(folder: Path) -> None:
    run, _ = scripted_run("A")
    async with opened("Two", run) as (app, pilot):
        played = app.front_board._run
        assert isinstance(played, ReplayRun)
        launches = [launch for stream in played.recording.streams for launch in stream]
        assert all(launch.events for launch in launches)
        await pilot.press("q")
        await until(lambda: not any(launch.events for launch in launches))
        assert not played.live
