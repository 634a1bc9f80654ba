"""The last end: the panes stay where they are, and one line below them says the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Flag
from streamdash.streams.flags import FlagName
from tests.tui.board.test_rounds_on_screen import answer
from tests.tui.screen import rows, settled, shown, summarized, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from streamdash.tui.app import StreamdashApp

SIZES = [(200, 50), (120, 40), (80, 24), (60, 20)]


def places(app: StreamdashApp) -> list[object]:
    """Where every pane stands and what its transcript shows."""
    panes = app.board.grid.shown_panes
    shows = [
        [row[area.x : area.right].rstrip() for row in rows(app)[area.y : area.bottom]]
        for area in (pane.transcript.region for pane in panes)
    ]
    return [[(pane.region, pane.transcript.region) for pane in panes], shows]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.fault("screen", "what is read moves by itself")
async def test_nothing_that_is_read_moves_at_the_end_or_under_the_summary(
    size: tuple[int, int],
) -> None:
    run, provider = scripted_run("A", "B", "C")
    async with shown(run, size=size) as (app, pilot):
        for label in "ABC":
            provider[label].say("".join(f"line {number}\n" for number in range(100)))
        await until(lambda: all(state.text.chars for state in run.states))
        await settled(app, pilot)
        await pilot.press("pageup")
        await settled(app, pilot)
        before = places(app)
        for label in "ABC":
            provider[label].finish()
        await until(lambda: "3 done" in rows(app)[-2])
        await settled(app, pilot)
        assert places(app) == before
        await summarized(app, pilot)
        await settled(app, pilot)
        assert places(app)[0] == before[0]
        await pilot.press("s")
        await settled(app, pilot)
        assert places(app) == before


@pytest.mark.parametrize("size", SIZES)
async def test_the_outcome_names_the_winner_and_goes_with_a_rerun(size: tuple[int, int]) -> None:
    run, provider = scripted_run("quick", "slow")
    async with shown(run, size=size) as (app, pilot):
        provider["quick"].say("x")
        await until(lambda: run.states[0].text.chars > 0)
        await pilot.pause(0.2)
        provider["slow"].say("x")
        provider["quick"].finish()
        await until(lambda: "1 done" in rows(app)[-2])
        assert " first" not in rows(app)[-2]
        provider["slow"].finish()
        await until(lambda: "quick first" in rows(app)[-2])
        await pilot.press("b")
        await until(lambda: " first" in rows(app)[-2] and "quick" not in text(app))
        await pilot.press("r")
        await until(lambda: " first" not in rows(app)[-2])


async def test_one_stream_has_its_time_as_outcome_and_failures_their_kinds() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, _):
        provider["A"].say("x")
        provider["A"].finish()
        await until(lambda: "TTFT" in rows(app)[-2])
        assert " first" not in rows(app)[-2]
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, _):
        for label in "AB":
            provider[label].fail(StreamError("auth", "no such key", http_status=401))
        await until(lambda: "2 failed" in rows(app)[-2] and "2 auth" in rows(app)[-2])


async def test_models_are_counted_over_questions() -> None:
    labels = [f"{question}{model}" for question in "12" for model in "xy"]
    run, provider = scripted_run(*labels)
    for state in run.states:
        question, model = state.spec.label[0], state.spec.label[1]
        messages = ({"role": "user", "content": question},)
        state.spec = state.spec._replace(messages=messages, model=f"model-{model}")
    async with shown(run, size=(140, 40)) as (app, pilot):
        for model in "xy":
            for question in "12":
                provider[question + model].say("word")
            await until(lambda model=model: all(  # type: ignore[misc]
                state.text.chars for state in run.states if state.spec.label[1] == model
            ))  # fmt: skip
            await pilot.pause(0.2)
        for label in labels:
            provider[label].finish()
        await until(lambda: "model-x first in 2 of 2, TTFT" in rows(app)[-2])


async def test_an_outcome_of_late_stamps_is_marked() -> None:
    run, provider = scripted_run("quick", "slow")
    async with shown(run, size=(120, 30)) as (app, pilot):
        provider["quick"].say("x")
        await until(lambda: run.states[0].text.chars > 0)
        await pilot.pause(0.2)
        provider["quick"].send(Flag(FlagName.LAG_TTFT))
        answer(provider, "quick", "slow")
        await until(lambda: "quick first, TTFT ~" in rows(app)[-2])
