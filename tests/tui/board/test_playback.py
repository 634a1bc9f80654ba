"""A replay on the screen: pause, step, jump, speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.recording.recording import Recording
    from streamdash.tui.app import StreamdashApp


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """PY says four words in 0.8 s, RS ends 0.4 s later."""
    path = tmp_path / "run.jsonl"
    known = {
        "PY": Scripted(spoken(*[f"py{place} " for place in range(4)])),
        "RS": Scripted(spoken(*[f"rs{place} " for place in range(8)])),
    }
    record(path, known, title="Two")
    return load_recording(str(path))


def held(
    run: ReplayRun, size: tuple[int, int] = (120, 40)
) -> AbstractAsyncContextManager[tuple[StreamdashApp, Pilot[int]]]:
    """The replay on a screen, paused before anything has happened."""

    def start() -> None:
        run.start()
        run.timeline.pause()

    return shown(run, size=size, start=start, timeline=run.timeline)


async def test_a_replay_shows_the_recorded_run_and_its_speed(recording: Recording) -> None:
    run = ReplayRun(recording, speed=16)
    async with shown(run, timeline=run.timeline) as (app, _):
        assert "replay 16x" in rows(app)[-2]
        await until(lambda: "✓ 2 done" in rows(app)[-2] and not run.live)
        assert "py0 py1 py2 py3" in text(app)
        assert "500 ms" in text(app)


async def test_space_holds_time_and_lets_it_go_on(recording: Recording) -> None:
    run = ReplayRun(recording, speed=1)
    async with shown(run, timeline=run.timeline) as (app, pilot):
        await pilot.press("space")
        await until(lambda: "replay paused" in rows(app)[-2])
        assert "space go on" in rows(app)[-1]
        run.timeline.speed = 64
        await pilot.press("space")
        await until(lambda: "✓ 2 done" in rows(app)[-2] and not run.live)


async def test_a_held_replay_uses_no_frames_until_a_key_moves_it(recording: Recording) -> None:
    run = ReplayRun(recording)
    async with held(run) as (app, pilot):
        await until(lambda: not app.painting)
        while "rs0" not in text(app):
            await pilot.press("full_stop")
            await until(lambda: not app.painting)
        assert "rs1" not in text(app)
        await pilot.press("full_stop")
        await until(lambda: "rs1" in text(app) and not app.painting)
        assert "rs2" not in text(app)
        assert run.live


async def test_the_jump_goes_to_the_next_ending(recording: Recording) -> None:
    run = ReplayRun(recording)
    async with held(run) as (app, pilot):
        await pilot.press("greater_than_sign")
        await until(lambda: "✓ 1 done" in rows(app)[-2])
        assert "py3" in text(app)
        assert "rs3" in text(app)
        assert "rs7" not in text(app)
        await pilot.press("greater_than_sign")
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        await pilot.press("greater_than_sign")
        await until(lambda: "nothing is left to play" in text(app))


@pytest.mark.parametrize(
    ("speed", "keys", "said"),
    [
        (1.0, ["plus"], "replay 2x"),
        (1.0, ["minus"], "replay 0.5x"),
        (3.0, ["plus"], "replay 4x"),
        (3.0, ["minus"], "replay 2x"),
        (1.0, ["minus"] * 9, "replay 0.25x"),
        (1.0, ["equals_sign"] * 9, "replay 64x"),
        (0.0, ["plus"], "replay at once"),
        (0.0, ["minus"], "replay 64x"),
        (500.0, ["plus"], "replay 500x"),
    ],
)
async def test_the_speed_moves_in_steps(
    recording: Recording, speed: float, keys: list[str], said: str
) -> None:
    run = ReplayRun(recording, speed=speed)
    async with held(run) as (app, pilot):
        await pilot.press(*keys, "space")
        await until(lambda: said in rows(app)[-2])


async def test_a_replay_offers_no_prompt_and_a_run_no_replay_keys(recording: Recording) -> None:
    run = ReplayRun(recording)
    async with held(run, size=(160, 60)) as (app, pilot):
        assert "p prompt" not in rows(app)[-1]
        assert "next end" in rows(app)[-1]
        await pilot.press("p", "question_mark")
        await until(lambda: "to the next ending" in text(app))
        assert "ask a follow-up" not in text(app)
        assert "Follow-up" not in text(app)
    live, _ = scripted_run("A")
    async with shown(live, size=(160, 90)) as (app, pilot):
        assert "p prompt" in rows(app)[-1]
        assert "next end" not in rows(app)[-1]
        await pilot.press("space", "full_stop", "greater_than_sign", "plus", "minus")
        await pilot.press("question_mark")
        await until(lambda: "ask a follow-up" in text(app))
        assert "to the next ending" not in text(app)


async def test_cancel_and_rerun_work_in_a_held_replay(recording: Recording) -> None:
    run = ReplayRun(recording)
    async with held(run) as (app, pilot):
        await pilot.press("x")
        await until(lambda: "■ 1 cancelled" in rows(app)[-2])
        await pilot.press("greater_than_sign", "r")
        await settled(app, pilot)
        await until(lambda: "cancelled" not in text(app))
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until(lambda: "✓ 2 done" in rows(app)[-2])


async def test_a_small_screen_still_says_that_time_stands_still(recording: Recording) -> None:
    run = ReplayRun(recording)
    async with held(run, size=(60, 20)) as (app, pilot):
        await settled(app, pilot)
        assert "paused" in rows(app)[-2]
        assert "space go on" in rows(app)[-1]


# -- a recording that cannot be written ---------------------------------------------------------


async def test_a_recording_that_breaks_is_said_once_and_stays_marked() -> None:
    run, provider = scripted_run("A")
    said: list[str | None] = [None]
    async with shown(run, problem=lambda: said[0]) as (app, pilot):
        await until(lambda: run.live)
        assert "not recorded" not in text(app)
        said[0] = "recording stopped: No space left on device: [/x]\x1b[2J"
        await until(lambda: "No space left on device: [/x]" in text(app))
        await until(lambda: "! not recorded" in rows(app)[-2])
        assert "\x1b" not in text(app)
        app.clear_notifications()
        provider["A"].say("goes on")
        await until(lambda: "goes on" in text(app))
        await settled(app, pilot)
        assert "No space left" not in text(app)
        assert "! not recorded" in rows(app)[-2]


async def test_a_replay_offers_no_change_of_a_request(recording: Recording) -> None:
    run = ReplayRun(recording, speed=16)
    async with shown(run, timeline=run.timeline) as (app, pilot):
        await until(lambda: not run.live)
        await pilot.press("c")
        await settled(app, pilot)
        assert app.screen is app.board
        assert "c change" not in text(app)
        assert "Change the request" not in [command.title for command in app.board.commands()]
