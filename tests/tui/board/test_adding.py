"""The key `a`: a chosen model, asked what the current pane asks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from streamdash.promptfile.labels import label_on
from streamdash.promptfile.layers import Layer
from streamdash.promptfile.model_references import Target
from streamdash.providers.registry import Providers
from streamdash.recording.journal import open_journal
from streamdash.recording.reader import load_recording
from streamdash.streams.live import live_run
from streamdash.streams.spec import Endpoint, RunPlan, StreamSpec
from streamdash.tui.screens.models.picker import ModelPicker
from tests.tui.model_choice import CLAUDE, KEYED, model_sources
from tests.tui.screen import settled, shown, text, until
from tests.tui.scripted_run import ENDPOINT, scripted_run, spec

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.tui.app import StreamdashApp

QUESTION = {"role": "user", "content": "hello"}


async def add(app: StreamdashApp, pilot: Pilot[int], reference: str) -> None:
    """Press `a`, type a reference, and choose it."""
    await pilot.press("a")
    await until(lambda: isinstance(app.screen, ModelPicker))
    await settled(app, pilot)
    await pilot.press(*reference, "enter")
    await until(lambda: app.screen is app.board)
    await settled(app, pilot)


def options(**sources: Any) -> dict[str, Any]:
    return {"models": model_sources(**sources)}


async def test_a_model_is_chosen_and_answers_in_a_pane_of_its_own() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, **options()) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        provider.by_label["A"].say("from A")
        await add(app, pilot, "keyed:new")
        await until(lambda: "A · new" in provider.by_label)
        provider.by_label["A · new"].say("from the new one")
        await until(lambda: "from the new one" in text(app))
        assert "from A" in text(app)
        assert app.board.grid.current == 2
        assert (run.states[2].spec.endpoint, run.states[2].spec.model) == (KEYED, "new")


async def test_the_stream_takes_the_conversation_and_settings_of_the_current_pane() -> None:
    run, provider = scripted_run("A", "B")
    own = run.states[1].spec._replace(system="Be brief.", temperature=0.3, params={"x": 1})
    async with shown(run, **options()) as (app, pilot):
        await pilot.press("2")
        run.change({1: own})
        await until(lambda: "B" in provider.by_label)
        provider.by_label["B"].say("hi")
        provider.by_label["B"].finish()
        await until(lambda: run.states[1].text.value() == "hi" and run.states[1].status.final)
        run.ask("and then?", [1])
        await until(lambda: run.states[1].spec.turn == 2)
        await add(app, pilot, "claude:opus")
        added = run.states[2].spec
    before = run.states[1].spec
    assert added.messages == before.messages
    assert [message["role"] for message in added.messages] == ["user", "assistant", "user"]
    assert added == before._replace(
        label="B · opus", endpoint=CLAUDE, model="opus", max_tokens=1024
    )


@pytest.mark.parametrize(
    ("label", "taken", "expected"),
    [
        ("m-1", (), "new"),
        ("lab:m-1", (), "new"),
        ("PY", (), "PY · new"),
        ("PY · m-1", (), "PY · new"),
        ("PY · lab:m-1", (), "PY · new"),
        ("m-1 #2", (), "new"),
        ("m-1", ("new",), "keyed:new"),
        ("PY · m-1", ("PY · new",), "PY · keyed:new"),
        ("m-1", ("new", "keyed:new"), "keyed:new"),  # the run numbers it
        ("storm-1", (), "storm-1 · new"),
    ],
)
def test_the_label_names_the_new_model(label: str, taken: tuple[str, ...], expected: str) -> None:
    before, after = Target(ENDPOINT, "m-1"), Target(KEYED, "new")
    assert label_on(label, before, after, taken) == expected


def test_the_same_model_again_is_numbered() -> None:
    before = Target(ENDPOINT, "m-1")
    assert label_on("m-1", before, before, ("m-1",)) == "m-1"


async def test_equal_labels_are_numbered() -> None:
    run, _ = scripted_run("m-1")
    async with shown(run, **options()) as (app, pilot):
        for _ in range(2):
            await add(app, pilot, "lab:m-1")
        assert [state.spec.label for state in run.states] == ["m-1", "m-1 #2", "m-1 #3"]


async def test_without_a_prompt_the_stream_starts_with_the_others_once_one_is_given() -> None:
    run, provider = scripted_run("A", prompted=False)
    async with shown(run, **options()) as (app, pilot):
        await pilot.press("escape")
        await add(app, pilot, "keyed:new")
        assert provider.by_label == {}
        assert len(run.states) == 2
        await pilot.press(*"why?", "enter")
        await until(lambda: set(provider.by_label) == {"A", "A · new"})
        assert {state.spec.question for state in run.states} == {"why?"}


async def test_an_empty_board_takes_the_defaults_of_the_config() -> None:
    run, provider = scripted_run("A")
    async with shown(run, **options(defaults=Layer(temperature=0.7))) as (app, pilot):
        run.remove(0)
        await settled(app, pilot)
        await add(app, pilot, "claude:opus")
        added = run.states[1].spec
        assert (added.label, added.temperature, added.max_tokens) == ("opus", 0.7, 1024)
        assert run.present == [1]
        assert "opus" not in provider.by_label
        await pilot.press(*"why?", "enter")
        await until(lambda: "opus" in provider.by_label)


async def test_closing_the_picker_adds_nothing() -> None:
    run, _ = scripted_run("A")
    async with shown(run, **options()) as (app, pilot):
        await pilot.press("a")
        await until(lambda: isinstance(app.screen, ModelPicker))
        await pilot.press("escape")
        await until(lambda: app.screen is app.board)
        assert len(run.states) == 1
        assert app.focused is not None  # the pane has the keyboard again


async def test_blind_mode_is_not_given_away() -> None:
    run, _ = scripted_run("A", "B")
    async with shown(run, **options()) as (app, pilot):
        await pilot.press("b", "a")
        await settled(app, pilot)
        assert app.screen is app.board
        assert "b ends blind mode" in text(app)


async def test_a_replay_offers_no_stream_to_add() -> None:
    run, _ = scripted_run("A")
    async with shown(run, models=None) as (app, pilot):
        await pilot.press("a")
        await settled(app, pilot)
        assert app.screen is app.board


async def test_without_its_key_the_stream_fails_with_the_usual_sentence() -> None:
    asked = StreamSpec("A", Endpoint("far", "openai", "http://127.0.0.1:9/v1"), "m", (QUESTION,))
    run = live_run(RunPlan((asked,)), Providers({}))
    async with shown(run, **options()) as (app, pilot):
        await add(app, pilot, "keyed:new")
        await until(lambda: run.states[1].status.final)
        error = run.states[1].error
        assert error is not None
        assert (error.kind, error.message) == (
            "auth",
            "KEYED_API_KEY is not set; endpoint 'keyed' needs its key",
        )


async def test_a_stream_added_without_a_prompt_is_recorded_with_its_question(
    tmp_path: Path,
) -> None:
    from datetime import UTC, datetime

    started = datetime(2026, 1, 1, tzinfo=UTC)
    path = tmp_path / "run.jsonl"
    journal = open_journal(str(path), started)
    provider = scripted_run("A")[1]
    plan = RunPlan((spec("A", prompted=False),))
    run = live_run(plan, provider, listeners=(journal,))
    journal.begin(run, started)
    try:
        async with shown(run, **options()) as (app, pilot):
            await pilot.press("escape")
            await add(app, pilot, "keyed:new")
            await pilot.press(*"why?", "enter")
            await until(lambda: len(provider.by_label) == 2)
            for one in provider.by_label.values():
                one.finish()
            await until(lambda: not run.live)
    finally:
        journal.close()
    recording = load_recording(str(path))
    assert [launches[-1].spec.target for launches in recording.streams] == ["lab:m-1", "keyed:new"]
    assert {launches[-1].spec.question for launches in recording.streams} == {"why?"}
    assert all(json.loads(line) for line in path.read_text().splitlines())
