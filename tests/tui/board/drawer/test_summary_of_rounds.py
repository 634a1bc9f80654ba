"""The summary of a run in rounds: medians, and what the rounds prove."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.scripted_provider import STOP
from streamdash.reporting.models.table import model_tables
from streamdash.reporting.result import results_of
from streamdash.streams.events import Usage
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.tui.blind_names import next_names
from tests.tui.screen import rows, settled, shown, summarized, text, until
from tests.tui.screens.leaderboard.test_model_verdicts import (
    MODELS,
    QUESTIONS,
    model_lines,
    prompts_by_models,
)
from tests.tui.scripted_run import ScriptedProviders, scripted_run, spec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from textual.pilot import Pilot

    from streamdash.tui.app import StreamdashApp


def proves(app: StreamdashApp) -> bool:
    """Whether the summary says how the answers compare, which the clock decides."""
    return re.search(r"B's (and A's answers end|answer ends) ", text(app)) is not None


def says(app: StreamdashApp, words: str) -> bool:
    return words in text(app)


@asynccontextmanager
async def summary_of(
    rounds: int, size: tuple[int, int]
) -> AsyncIterator[tuple[StreamdashApp, Pilot[Any]]]:
    """The summary of streams A and B after rounds of equal answers."""
    provider = ScriptedProviders()
    plan = RunPlan(tuple(map(spec, ("A", "B"))), "Test", repeat=rounds)
    run = live_run(plan, provider)
    async with shown(run, size=size) as (app, pilot):
        for number in range(1, rounds + 1):
            await until(partial(says, app, f"round {number} of {rounds}"))
            for label in ("A", "B"):
                provider[label].say("word " * 4)
                provider[label].finish()
        await until(lambda: not run.live)
        await pilot.press("s")
        yield app, pilot


async def test_the_summary_has_medians_and_says_what_the_rounds_prove() -> None:
    async with summary_of(5, (120, 30)) as (app, pilot):
        await until(partial(proves, app))
        assert "medians of all rounds" in text(app)
        summary = app.screen.query_one("Summary")
        # title, heading, two streams, an empty row and two sentences of one row or two
        await until(lambda: 7 <= summary.size.height <= 9)
        before = summary.size.height
        await pilot.resize_terminal(60, 24)
        # both sentences need more rows
        await until(lambda: summary.size.height > before)
        await until(lambda: "5 rounds" in text(app))


async def test_the_summary_has_its_sentences_when_it_is_opened_again() -> None:
    async with summary_of(5, (120, 30)) as (app, pilot):
        await until(partial(proves, app))
        await pilot.press("s")
        await until(lambda: "medians of all rounds" not in text(app))
        await pilot.press("s")
        await until(partial(proves, app))


async def test_the_summary_says_how_many_rounds_are_missing_and_marks_none() -> None:
    async with summary_of(2, (120, 30)) as (app, _):
        await until(lambda: "3 more rounds are needed beside 2" in text(app))
        # only the title explains the mark
        assert text(app).count("★") == 1


async def test_hidden_names_stay_hidden_while_a_proof_is_worked_out() -> None:
    async with summary_of(5, (120, 30)) as (app, pilot):
        await until(partial(proves, app))
        await pilot.press("b")
        blind = app.board.names
        await until(lambda: "blind" in rows(app)[-2])
        await until(partial(says, app, "5 rounds"))
        # revealed for a moment: the proof under the revealed names comes too late
        app.board._use_names(next_names(blind))
        app.board._use_names(blind)
        await settled(app, pilot)
        await until(partial(says, app, "5 rounds"))
        assert "A = " not in text(app)
        assert "5 rounds" in text(app)


async def test_the_summary_has_the_verdict_per_model_of_the_leaderboard() -> None:
    run, provider = prompts_by_models()
    async with shown(run, size=(140, 50)) as (app, pilot):
        for question in QUESTIONS:
            for model in MODELS:
                provider[f"{question} {model}"].say("x")
                provider[f"{question} {model}"].finish()
        await summarized(app, pilot)
        await until(lambda: "Total per model over 2 questions" in text(app))
        tables = model_tables(run, results_of(run))
        written = {" ".join(row) for table in tables for row in table.rows}
        assert written == {" ".join(line.split()) for line in model_lines(rows(app))}
        await pilot.press("b")
        await until(lambda: "blind" in rows(app)[-2] and "per model" not in text(app))


@pytest.mark.parametrize("size", [(120, 40), (60, 24)])
async def test_the_summary_says_below_the_numbers_what_a_cache_did(size: tuple[int, int]) -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=size) as (app, pilot):
        provider["A"].say("x")
        provider["A"].send(STOP)
        provider["A"].send(Usage(input=100, output=3, cached=64))
        provider["A"].cut()
        await summarized(app, pilot)
        await until(lambda: "Prompt caches answered 64 of 100 input tokens" in text(app))


async def test_the_summary_of_a_live_run_says_that_rounds_are_to_come() -> None:
    provider = ScriptedProviders()
    run = live_run(RunPlan(tuple(map(spec, ("A", "B"))), "Test", repeat=2), provider)
    async with shown(run, size=(120, 30)) as (app, pilot):
        await pilot.press("s")
        await until(partial(says, app, "medians of the rounds so far"))
