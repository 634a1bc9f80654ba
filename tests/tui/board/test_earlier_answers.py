"""The walk through the answers that a pane has had."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.journal import Journal
from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.streams.kept_texts import KeptTexts
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.tui.screens.export.exporter import Exporter
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import ScriptedProviders, scripted_run, spec

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp
    from streamdash.tui.screens.export.exporter import Form

LOST = pytest.mark.fault("screen", "an earlier answer is lost, or taken for the current one")


async def answer(run: Run, provider: ScriptedProviders, label: str, words: str) -> None:
    """Let the stream's current request be answered."""
    place = [one.label for one in run.plan.specs].index(label)
    await until(lambda: run.states[place].sent_at is not None)
    provider[label].say(words)
    provider[label].finish()
    await until(lambda: run.states[place].status.final)


async def requested(provider: ScriptedProviders, requests: int) -> None:
    """Wait until stream A has sent so many requests."""
    await until(lambda: len(provider["A"].requests) == requests)


async def answered_three_times(app: StreamdashApp, pilot: Pilot[int], run: Run,
                               provider: ScriptedProviders) -> None:  # fmt: skip
    for number, words in enumerate(("first answer", "second answer", "third answer")):
        if number:
            await pilot.press("r")
            await requested(provider, number + 1)
        await answer(run, provider, "A", words)
    await until(lambda: "third answer" in text(app))


@LOST
async def test_parentheses_walk_through_the_answers_of_a_pane() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(160, 40)) as (app, pilot):
        await answer(run, provider, "A", "first answer")
        await until(lambda: "first answer" in text(app))
        assert "1/1" not in text(app)
        await pilot.press("r")
        await until(lambda: len(provider["A"].requests) == 2)
        await answer(run, provider, "A", "second answer")
        await until(lambda: "second answer" in text(app) and "2/2" in rows(app)[0])
        assert "first answer" not in text(app)
        marks = re.findall(r"[─ ]+(?=[●○◔✓·])", rows(app)[0])
        assert "─  " not in marks[-1], "the frame of a pane with one answer has no hole"
        await pilot.press("(")
        await until(lambda: "first answer" in text(app) and "1/2" in rows(app)[0])
        assert "second answer" not in text(app)
        assert ") newer" in text(app)
        await pilot.press(")")
        await until(lambda: "second answer" in text(app) and "2/2" in rows(app)[0])
        assert ") newer" not in text(app)


@LOST
async def test_the_walk_ends_at_the_oldest_and_at_the_newest_answer() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answer(run, provider, "A", "only answer")
        await pilot.press("(")
        await until(lambda: "this pane has had one answer only" in text(app))
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answered_three_times(app, pilot, run, provider)
        await pilot.press("(", "(", "(")
        await until(lambda: "this is the oldest answer" in text(app))
        assert "that is kept" not in text(app)
        assert "1/3" in rows(app)[0]
        await pilot.press(")", ")", ")")
        await until(lambda: "this is the newest answer" in text(app))
        assert "3/3" in rows(app)[0]
        del run.earlier[0][0]  # as in a stream of very many answers
        await pilot.press("(", "(")
        await until(lambda: "this is the oldest answer that is kept" in text(app))


@LOST
async def test_the_stream_goes_on_while_an_earlier_answer_is_read() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answer(run, provider, "A", "first answer")
        await pilot.press("r")
        await until(lambda: len(provider["A"].requests) == 2)
        provider["A"].say("second ")
        await until(lambda: "second" in text(app))
        await pilot.press("(")
        await until(lambda: "first answer" in text(app))
        # the button is the stream's, which is live
        assert "✓ done" in rows(app)[0]
        assert "✕" in rows(app)[0]
        provider["A"].say("answer")
        provider["A"].finish()
        await until(lambda: run.states[0].status.final and "↻" in rows(app)[0])
        assert "first answer" in text(app)
        await pilot.press(")")
        await until(lambda: "second answer" in text(app))


@LOST
@pytest.mark.parametrize("act", ["rerun", "change", "ask", "cancel"])
async def test_a_pane_shows_the_newest_answer_once_its_user_acts(act: str) -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await answer(run, provider, "A", "first answer")
        await pilot.press("r")
        await until(lambda: len(provider["A"].requests) == 2)
        provider["A"].say("second ")
        if act != "cancel":
            provider["A"].finish()
            await until(lambda: run.states[0].status.final)
        await pilot.press("(")
        await until(lambda: "first answer" in text(app))
        if act == "rerun":
            await pilot.press("r")
        elif act == "change":
            run.change({0: spec("A")._replace(model="m-2")})
        elif act == "ask":
            await pilot.press("p", "tab", *"why?", "enter")
        else:
            await pilot.press("x")
        if act != "cancel":
            await until(lambda: len(provider["A"].requests) == 3)
            provider["A"].say("third")
        await until(lambda: ("cancelled" if act == "cancel" else "third") in text(app))
        await until(lambda: not re.search(r"1/[23]", rows(app)[0]))


@LOST
async def test_a_waiting_follow_up_pulls_no_reader_away() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answer(run, provider, "A", "first answer")
        await pilot.press("r")
        await until(lambda: len(provider["A"].requests) == 2)
        provider["A"].say("second ")
        await pilot.press("p", *"why?", "enter")
        await until(lambda: "a follow-up waits" in text(app))
        await pilot.press("(")
        await until(lambda: "first answer" in text(app))
        provider["A"].finish()
        await until(lambda: len(provider["A"].requests) == 3)
        await until(lambda: "1/3" in rows(app)[0])
        assert "first answer" in text(app)


@LOST
async def test_an_earlier_answer_shows_the_request_of_then() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answer(run, provider, "A", "first answer")
        run.change({0: spec("A")._replace(model="m-2", temperature=0.7)})
        await until(lambda: len(provider["A"].requests) == 2)
        await answer(run, provider, "A", "second answer")
        await pilot.press("enter")
        await until(lambda: "lab:m-2" in rows(app)[0] and "temperature 0.7" in text(app))
        await pilot.press("(")
        await until(lambda: "lab:m-1" in rows(app)[0] and "1/2" in rows(app)[0])
        assert "temperature" not in text(app)
        assert "12 ch" in rows(app)[-3]


@LOST
async def test_an_answer_before_a_follow_up_is_shown_without_it() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answer(run, provider, "A", "first answer")
        await pilot.press("p", *"why?", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        await answer(run, provider, "A", "second answer")
        await until(lambda: "first answer" in text(app) and "second answer" in text(app))
        await pilot.press("(")
        await until(lambda: "second answer" not in text(app))
        assert "first answer" in text(app)
        assert "why?" not in text(app)


@LOST
async def test_keys_act_on_the_answer_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    run, provider = scripted_run("A")
    copied: list[str] = []
    async with shown(run) as (app, pilot):
        monkeypatch.setattr(app, "set_clipboard", copied.append)
        await answered_three_times(app, pilot, run, provider)
        await pilot.press("(", "(")
        await until(lambda: "first answer" in text(app))
        await pilot.press("y")
        await until(lambda: copied == ["first answer"])
        await pilot.press("slash", *"first", "enter")
        await until(lambda: "1 of 1" in text(app))
        await pilot.press("escape", ")", "slash", "enter")
        await until(lambda: "second answer" in text(app))
        await pilot.press("escape", "i")
        await until(lambda: "wire events are kept of the newest answer only" in text(app))
        await pilot.press(")", "i")
        await until(lambda: "chat.completion" in text(app) or "no wire" in text(app)
                    or "events" in rows(app)[0])  # fmt: skip


@LOST
async def test_d_compares_an_earlier_answer_with_the_newest_and_others_on_request() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answered_three_times(app, pilot, run, provider)
        await pilot.press("(", "d")
        await until(lambda: "[-second-] {+third+} answer" in text(app))
        assert "[-A 2/3-]" in rows(app)[0]
        assert "{+A 3/3+}" in rows(app)[0]
        await pilot.press("right")
        await until(lambda: "[-second-] {+first+} answer" in text(app))
        await pilot.press("escape", ")", "d")
        await until(lambda: "[-third-] {+second+} answer" in text(app))
        assert "[-A 3/3-]" in rows(app)[0]


@LOST
async def test_blind_mode_shows_no_earlier_answer_and_not_how_many_there_are() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await answer(run, provider, "B", "other words")
        await answer(run, provider, "A", "first answer")
        await pilot.press("r")
        await until(lambda: len(provider["A"].requests) == 2)
        await answer(run, provider, "A", "second answer")
        await pilot.press("(")
        await until(lambda: "1/2" in text(app))
        await pilot.press("b")
        await until(lambda: "second answer" in text(app))
        assert not re.search(r"\b[12]/2\b", text(app))
        await pilot.press("(")
        await until(lambda: "b ends blind mode" in text(app))
        assert "first answer" not in text(app)
        await pilot.press("b")
        await until(lambda: "2/2" in text(app))


@LOST
async def test_an_earlier_launch_speaks_of_its_own_rounds() -> None:
    run, provider = scripted_run("A", repeat=2)
    async with shown(run) as (app, pilot):
        for number in range(2):
            await requested(provider, number + 1)
            provider["A"].say(f"round {number + 1} of all")
            provider["A"].finish()
        await until(lambda: not run.live)
        await pilot.press("R")
        await until(lambda: len(provider["A"].requests) == 3)
        provider["A"].say("again")
        await until(lambda: "again" in text(app) and "round 1/2" in text(app))
        await pilot.press("(")
        # both rounds are one launch, of which the last is shown
        await until(lambda: "round 2 of all" in text(app) and "1/2" in rows(app)[0])
        assert "round 2/2" in rows(app)[-3] + rows(app)[-2]
        assert "ttft median" in text(app)


@LOST
@pytest.mark.parametrize(("width", "height"), [(200, 50), (80, 24), (60, 20), (26, 10)])
async def test_a_heading_of_any_width_says_that_an_earlier_answer_is_shown(
    width: int, height: int
) -> None:
    run, provider = scripted_run("a-rather-long-label-of-a-stream", "B", "C")
    label = run.plan.specs[0].label
    async with shown(run, size=(width, height)) as (app, pilot):
        await answer(run, provider, label, "first")
        await pilot.press("r")
        await until(lambda: len(provider[label].requests) == 2)
        await answer(run, provider, label, "second")
        await pilot.press("(")
        await until(lambda: "1/2" in text(app))
        await pilot.resize_terminal(max(20, width - 20), height)
        await until(lambda: "1/2" in text(app))


def recorded_run(path: Path, *labels: str) -> tuple[Run, ScriptedProviders, Journal]:
    """A run that is recorded, whose memory holds the texts of one earlier answer only."""
    provider = ScriptedProviders()
    journal = Journal(path)
    plan = RunPlan(specs=tuple(spec(label) for label in labels), title="Test")
    run = live_run(plan, provider, listeners=(journal,))
    run._streams.texts = run.texts = KeptTexts(limit=1)
    journal.begin(run, datetime.now(UTC))
    return run, provider, journal


@LOST
async def test_a_text_that_memory_has_dropped_is_read_from_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run, provider, journal = recorded_run(path, "A")
    async with shown(run, recorded_in=path) as (app, pilot):
        await answered_three_times(app, pilot, run, provider)
        assert run.earlier[0][0].texts_dropped
        assert run.earlier[0][0].text.value() == ""
        await pilot.press("(", "(")
        await until(lambda: "first answer" in text(app))
        await pilot.press("d")
        await until(lambda: "[-first-] {+third+} answer" in text(app))
        await pilot.press("right")
        await until(lambda: "[-first-] {+second+} answer" in text(app))
    journal.close()


@LOST
@pytest.mark.parametrize("form", ["json", "markdown", "html"])
async def test_an_export_has_the_texts_that_memory_has_dropped(tmp_path: Path, form: Form) -> None:
    path = tmp_path / "run.jsonl"
    run, provider, journal = recorded_run(path, "A")
    async with shown(run, recorded_in=path) as (app, pilot):
        await answered_three_times(app, pilot, run, provider)
        written = await Exporter(run, "", path).write(form, tmp_path, app)
        exported = written.read_text()
        assert all(f"{word} answer" in exported for word in ("first", "second", "third"))
        assert run.earlier[0][0].texts_dropped
    journal.close()


@LOST
async def test_the_keys_work_in_a_replay(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run, provider, journal = recorded_run(path, "A")
    async with shown(run) as (app, pilot):
        await answered_three_times(app, pilot, run, provider)
    journal.close()
    replay = ReplayRun(load_recording(str(path)), speed=0)
    async with shown(replay, timeline=replay.timeline, recorded_in=path) as (app, pilot):
        await until(lambda: "third answer" in text(app) and "3/3" in rows(app)[0])
        await pilot.press("(", "(")
        await until(lambda: "first answer" in text(app) and "1/3" in rows(app)[0])
        await pilot.press("d")
        await until(lambda: "[-first-] {+third+} answer" in text(app))
        await pilot.press("escape", "r")
        await until(lambda: "third answer" in text(app) and "3/3" in rows(app)[0])
        await pilot.press("(")
        await until(lambda: "second answer" in text(app) and "2/3" in rows(app)[0])


@LOST
async def test_a_text_that_nothing_has_is_said_to_be_lost() -> None:
    run, provider = scripted_run("A")
    run._streams.texts = run.texts = KeptTexts(limit=1)
    async with shown(run) as (app, pilot):
        await answered_three_times(app, pilot, run, provider)
        await pilot.press("(", "(")
        await until(lambda: "the text of this answer is no longer kept" in text(app))
        await pilot.press("y")
        await until(lambda: "this answer is not in memory" in text(app))
        await pilot.press("d")
        await until(lambda: "the text of an earlier answer is no longer kept" in text(app))
        await pilot.press("escape", ")")
        await until(lambda: "second answer" in text(app))
        await settled(app, pilot)
