"""Panes show their checks while the text streams, and say at the end which failed and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.reporting.result import result_of
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.watching.update import FileStream, apply_update, update_of
from tests.checks.judging import check
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import ScriptedProviders, spec

if TYPE_CHECKING:
    from streamdash.streams.check import Check
    from streamdash.streams.run import Run


def checked_run(*checks: Check) -> tuple[Run, ScriptedProviders]:
    provider = ScriptedProviders()
    specs = (spec("A")._replace(checks=checks),)
    return live_run(RunPlan(specs, "Test"), provider), provider


async def test_counts_follow_the_text_and_the_end_says_what_failed() -> None:
    run, provider = checked_run(
        check(contains="Paris"), check(not_contains="sorry"), check(ends_with="!")
    )
    async with shown(run, size=(120, 20)) as (app, _pilot):
        await until(lambda: "·3" in text(app))
        provider["A"].say("It is Pa")
        provider["A"].say("ris")
        await until(lambda: "✓1 ·2" in text(app))
        provider["A"].say(", sorry")
        await until(lambda: "✓1 ✗1 ·1" in text(app))
        assert "✗ contains 'sorry' at character 14" in rows(app)[-3]
        provider["A"].finish()
        await until(lambda: "✓1 ✗2" in text(app))
        assert "✗ contains 'sorry' at character 14" in text(app)
        assert "✗ does not end with '!' but with 'y'" in text(app)
        await until(lambda: "✗ 1 of 1 failed checks" in rows(app)[-2])


@pytest.mark.parametrize(("width", "words"), [(60, "✓1 ✗1"), (40, "✗1"), (30, "✗1")])
async def test_a_narrow_pane_keeps_the_count_of_failed_checks(width: int, words: str) -> None:
    run, provider = checked_run(check(contains="Paris"), check(max_chars=3))
    async with shown(run, size=(width, 14)) as (app, pilot):
        provider["A"].say("Paris")
        provider["A"].finish()
        await until(lambda: not run.live)
        await settled(app, pilot)
        assert words in rows(app)[-3]


async def test_a_long_answer_is_judged_beside_the_frames() -> None:
    run, provider = checked_run(
        check(json=True), check(regex="9$|]$"), check(schema={"maxItems": 1})
    )
    async with shown(run, size=(120, 20)) as (app, _pilot):
        provider["A"].say("[" + "1, " * 40_000)
        provider["A"].say("9]")
        provider["A"].finish()
        await until(lambda: "✓2 ✗1" in text(app))
        await until(lambda: "✗ breaks the schema" in text(app))


async def test_a_stream_without_checks_has_no_counts() -> None:
    run, provider = checked_run()
    async with shown(run, size=(120, 20)) as (app, pilot):
        provider["A"].say("Paris")
        provider["A"].finish()
        await until(lambda: not run.live)
        await settled(app, pilot)
        assert "✓1" not in text(app)
        assert "✗" not in text(app)


async def test_a_cancelled_answer_is_not_said_to_fail() -> None:
    run, provider = checked_run(check(not_contains="Paris"))
    async with shown(run, size=(120, 20)) as (app, pilot):
        provider["A"].say("Paris")
        await until(lambda: "✗1" in text(app))
        await pilot.press("x")
        await until(lambda: not run.live)
        await settled(app, pilot)
        assert "✗1" not in text(app)
        assert "✗ contains" not in text(app)


async def test_edited_checks_judge_the_answer_that_is_there() -> None:
    run, provider = checked_run(check(contains="Rome"))
    async with shown(run, size=(120, 20)) as (app, _pilot):
        provider["A"].say("Paris")
        provider["A"].finish()
        await until(lambda: "✗ does not contain 'Rome'" in text(app))
        edited = run.plan._replace(
            specs=(run.plan.specs[0]._replace(checks=(check(contains="Paris"),)),)
        )
        update = update_of([FileStream(0, run.plan.specs[0])], edited)
        assert not update.to_send
        apply_update(run, update)
        # as the follower of the file does
        app.board.wake()
        await until(lambda: "✓1" in text(app) and "✗" not in text(app))
        assert len(provider["A"].requests) == 1


async def test_a_follow_up_is_not_judged_by_the_checks_of_the_first_question() -> None:
    run, provider = checked_run(check(contains="Paris"))
    async with shown(run, size=(120, 20)) as (app, pilot):
        provider["A"].say("Paris")
        provider["A"].finish()
        await until(lambda: "✓1" in text(app))
        run.ask("And Italy's?", [0])
        provider["A"].say("Rome")
        provider["A"].finish()
        await until(lambda: not run.live and run.states[0].spec.turn == 2)
        await settled(app, pilot)
        assert "✗" not in text(app)
        result = result_of(run, 0)
        assert (result.cause, result.changes, result.passed) == ("follow-up", (), None)
        assert result.earlier[0].passed is True


async def test_the_summary_counts_checks() -> None:
    run, provider = checked_run(check(contains="Paris"), check(max_chars=3))
    async with shown(run, size=(140, 24)) as (app, pilot):
        provider["A"].say("Paris")
        provider["A"].finish()
        await until(lambda: not run.live)
        await settled(app, pilot)
        await pilot.press("s")
        await until(lambda: "checks" in text(app) and "1/2" in text(app))
