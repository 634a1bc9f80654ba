"""Streams that are added to a run, changed in it and removed from it, in virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from tests.streams.scripted import Scripted, ScriptedSource, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from streamdash.streams.run import Run


def answering(*labels: str, repeat: int = 1) -> Run:
    """A run of these streams, with providers for two more, `new` and `other`."""
    providers = {name: Scripted(spoken(*[f"{name} "] * 10)) for name in (*labels, "new", "other")}
    plan = RunPlan(specs=tuple(spec(label) for label in labels), repeat=repeat)
    return live_run(plan, ScriptedSource(providers), clock=virtual_clock)


def test_an_added_stream_answers_while_the_others_go_on() -> None:
    async def work() -> tuple[Run, list[int]]:
        run = answering("A", "B")
        run.start()
        await asyncio.sleep(0.75)
        added = run.add([spec("new")])
        await run.wait()
        return run, added

    run, added = run_virtual(work())
    assert added == [2]
    assert [one.label for one in run.plan.specs] == ["A", "B", "new"]
    assert [state.text.value() for state in run.states] == ["A " * 10, "B " * 10, "new " * 10]
    assert all(state.status is Status.DONE for state in run.states)
    assert run.states[2].launched_at > run.states[0].launched_at


def test_a_changed_stream_keeps_its_earlier_answer() -> None:
    async def work() -> Run:
        run = answering("A", "B")
        run.start()
        await run.wait()
        run.change({0: spec("other")})
        await run.wait()
        return run

    run = run_virtual(work())
    assert run.states[0].text.value() == "other " * 10
    assert [state.text.value() for state in run.earlier[0]] == ["A " * 10]
    assert not run.earlier[1]


def test_a_change_cancels_a_live_answer_and_keeps_what_it_said() -> None:
    async def work() -> Run:
        run = answering("A", "B")
        run.start()
        await asyncio.sleep(0.75)
        run.change({0: spec("other")})
        await run.wait()
        return run

    run = run_virtual(work())
    (cut,) = run.earlier[0]
    assert cut.status is Status.CANCELLED
    assert "A ".startswith(cut.text.value()[:2])
    assert 0 < cut.text.chars < 20
    assert run.states[0].text.value() == "other " * 10
    assert run.states[1].status is Status.DONE


def test_rounds_of_another_request_become_earlier_answers() -> None:
    async def work() -> Run:
        run = answering("A", "B", repeat=3)
        run.start()
        await run.wait()
        run.change({0: spec("other")})
        await run.wait()
        return run

    run = run_virtual(work())
    assert [len(run.past[0]), len(run.past[1])] == [0, 2]
    assert len(run.earlier[0]) == 3
    assert run.states[0].round is None


def test_a_change_of_every_stream_goes_through_all_rounds() -> None:
    async def work() -> Run:
        run = answering("A", "B", repeat=2)
        run.start()
        await run.wait()
        run.change({0: spec("other"), 1: spec("new")})
        await run.wait()
        return run

    run = run_virtual(work())
    assert [state.text.value() for state in run.states] == ["other " * 10, "new " * 10]
    assert [len(past) for past in run.past] == [1, 1]
    assert [len(earlier) for earlier in run.earlier] == [2, 2]


def test_a_removed_stream_is_cancelled_and_never_launched_again() -> None:
    async def work() -> Run:
        run = answering("A", "B", "C")
        run.start()
        await asyncio.sleep(0.75)
        run.remove(1)
        await run.wait()
        run.rerun_all()
        await run.wait()
        return run

    run = run_virtual(work())
    assert run.present == [0, 2]
    assert run.states[1].status is Status.CANCELLED
    assert [len(earlier) for earlier in run.earlier] == [1, 0, 1]
    assert [run.states[index].status for index in run.present] == [Status.DONE] * 2


def test_a_stream_that_is_alone_can_be_removed_and_another_added() -> None:
    async def work() -> Run:
        run = answering("A")
        run.start()
        run.remove(0)
        run.add([spec("new")])
        await run.wait()
        return run

    run = run_virtual(work())
    assert run.present == [1]
    assert run.states[1].text.value() == "new " * 10
