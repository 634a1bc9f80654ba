"""Rounds on the screen: in the title, in the panes, and under the keys that cancel and rerun."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import ScriptedProviders, spec

if TYPE_CHECKING:
    from typing import Any

    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp


def run_in_rounds(*labels: str, **plan: Any) -> tuple[Run, ScriptedProviders]:
    provider = ScriptedProviders()
    return live_run(RunPlan(tuple(map(spec, labels)), "Test", **plan), provider), provider


def answer(provider: ScriptedProviders, *labels: str) -> None:
    for label in labels:
        provider[label].say("word " * 4)
        provider[label].finish()


def title_says(app: StreamdashApp, words: str) -> bool:
    return words in rows(app)[-2]


def has_past(run: Run, rounds: int) -> bool:
    return len(run.past[0]) == rounds


def shows_twice(app: StreamdashApp, words: str) -> bool:
    return text(app).count(words) == 2


async def test_title_and_panes_follow_the_rounds_to_the_end() -> None:
    run, provider = run_in_rounds("A", "B", repeat=3, warmup=1)
    async with shown(run, size=(200, 30)) as (app, pilot):
        await until(lambda: "warm-up 1 of 1" in rows(app)[-2] and "warm-up 1/1" in text(app))
        for number in (1, 2, 3):
            answer(provider, "A", "B")
            await until(partial(title_says, app, f"round {number} of 3"))
            await until(partial(shows_twice, app, f"round {number}/3"))
            assert ("ttft median" in text(app)) == (number == 3)
        answer(provider, "A", "B")
        await until(lambda: not run.live)
        await settled(app, pilot)
        assert "round 3 of 3" in rows(app)[-2]


async def test_a_median_gets_an_interval_that_fits_a_narrow_pane_or_is_left_out() -> None:
    run, provider = run_in_rounds("A", "B", repeat=6)
    async with shown(run, size=(180, 30)) as (app, pilot):
        for number in range(6):
            await until(partial(title_says, app, f"round {number + 1} of 6"))
            answer(provider, "A", "B")
        await until(lambda: not run.live)
        await settled(app, pilot)
        assert text(app).count("ttft median") == 2
        assert "–" in next(row for row in rows(app) if "ttft median" in row).partition("median")[2]
        await pilot.resize_terminal(60, 20)
        await settled(app, pilot)
        assert "6/6" in text(app)
        assert "ttft median" not in text(app)


async def test_rounds_that_ended_early_say_so() -> None:
    run, provider = run_in_rounds("A", repeat=5)
    async with shown(run, size=(140, 30)) as (app, pilot):
        answer(provider, "A")
        await until(lambda: "round 2 of 5" in rows(app)[-2])
        await pilot.press("x")
        await settled(app, pilot)
        assert run.states[0].status is Status.CANCELLED
        assert not run.live
        assert "ended after round 2 of 5" in rows(app)[-2]


@pytest.mark.parametrize(
    ("ended", "words"), [(0, "left in warm-up 1/1"), (1, "left in round 1/2"), (2, "round 2/2")]
)
async def test_a_pane_says_in_which_round_its_stream_was_taken_out(ended: int, words: str) -> None:
    run, provider = run_in_rounds("A", "B", repeat=2, warmup=1)
    async with shown(run, size=(200, 30)) as (app, pilot):
        for number in range(ended):
            answer(provider, "A", "B")
            await until(partial(has_past, run, number + 1))
        await pilot.press("1", "x")
        await until(lambda: words in text(app))
        assert ("left in" in text(app)) == (ended < 2)
        assert run.live


async def test_a_run_with_until_says_so_in_its_title() -> None:
    run, _ = run_in_rounds("A", repeat=30, until=0.05)
    async with shown(run, size=(140, 30)) as (app, _):
        await until(lambda: "round 1 of 30" in rows(app)[-2])
        assert "until ±5 %" in rows(app)[-2]


async def test_a_rerun_between_rounds_must_be_asked_for_twice() -> None:
    run, provider = run_in_rounds("A", "B", repeat=3)
    async with shown(run) as (app, pilot):
        answer(provider, "A")
        await until(lambda: run.awaits_round(0))
        await pilot.press("1", "r")
        await until(lambda: "more rounds are to come" in text(app))
        assert run.awaits_round(0)
        await pilot.press("r")
        await until(lambda: "in no round" in text(app))
        assert not run.awaits_round(0)


@pytest.mark.parametrize(("key", "number"), [("r", None), ("R", 1)])
async def test_r_reruns_a_single_stream_once_and_R_all_its_rounds(  # noqa: N802
    key: str, number: int | None
) -> None:
    run, provider = run_in_rounds("A", repeat=2)
    async with shown(run) as (_, pilot):
        answer(provider, "A")
        await until(lambda: len(run.past[0]) == 1)
        answer(provider, "A")
        await until(lambda: not run.live)
        await pilot.press(key)
        await until(lambda: run.live)
        begun = run.states[0].round
        assert (begun.number if begun else None) == number
