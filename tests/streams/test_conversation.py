"""Follow-ups: what is sent on, what waits, what is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.conversation import Question, followed_up, is_cut
from streamdash.streams.events import Delta, End, Finish, Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.streams.state import StreamState
from tests.streams.scripted import HEADERS, STOP, Scripted, ScriptedSource, Step, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from streamdash.streams.run import Run

CUT = Finish("length", Status.INCOMPLETE)
KIND = pytest.mark.fault("screen", "a follow-up or rerun loses or invents what was said")


def make(providers: dict[str, Scripted], *, repeat: int = 1) -> Run:
    specs = tuple(spec(label) for label in providers)
    return live_run(RunPlan(specs, repeat=repeat), ScriptedSource(providers), clock=virtual_clock)


def said(run: Run, index: int = 0) -> list[object]:
    return [message["content"] for message in run.states[index].spec.messages]


async def finished(run: Run) -> None:
    await run.wait()
    await run.drain()


@KIND
def test_a_follow_up_waits_for_the_end_of_a_live_answer() -> None:
    async def work() -> None:
        run = make({"A": Scripted(spoken("one ", "two"))})
        run.start()
        await asyncio.sleep(0.55)
        assert run.ask("why?", [0]) == [0]
        assert run.states[0].status is Status.STREAMING
        await finished(run)
        assert run.earlier[0][0].status is Status.DONE
        assert said(run) == ["Hello", "one two", "why?"]
        assert run.states[0].spec.turn == 2

    run_virtual(work())


@KIND
def test_follow_ups_are_asked_one_after_the_other() -> None:
    async def work() -> None:
        run = make({"A": Scripted(spoken("a"), spoken("b"), spoken("c"))})
        run.start()
        await asyncio.sleep(0.1)
        assert run.ask("2?", [0]) == run.ask("3?", [0]) == [0]
        await finished(run)
        assert said(run) == ["Hello", "a", "2?", "b", "3?"]
        assert [state.text.value() for state in run.earlier[0]] == ["a", "b"]

    run_virtual(work())


@KIND
def test_what_has_ended_is_asked_at_once_and_what_is_live_waits() -> None:
    async def work() -> None:
        run = make({"A": Scripted(spoken("a")), "B": Scripted(spoken("b", "b", gap=2.0))})
        run.start()
        await asyncio.sleep(1.0)
        assert run.ask("why?", [0, 1]) == [1]
        assert run.states[0].spec.turn == 2
        assert run.states[1].spec.turn == 1
        await finished(run)
        assert said(run, 1) == ["Hello", "bb", "why?"]

    run_virtual(work())


@KIND
@pytest.mark.parametrize(
    "steps",
    [
        [(0.1, HEADERS), (0.1, Delta("answer", "half an ans"))],
        [(0.1, HEADERS), (0.1, Delta("answer", "ha")), (0.0, Finish("x", Status.FILTERED))],
    ],
    ids=["truncated", "filtered"],
)
def test_a_question_that_waits_for_an_answer_which_is_cut_is_not_sent(steps: list[Step]) -> None:
    async def work() -> None:
        provider = Scripted(steps)
        run = make({"A": provider})
        run.start()
        await asyncio.sleep(0.05)
        run.ask("go on", [0])
        await finished(run)
        assert len(provider.requests) == 1
        assert run.unsent[0] == [Question("go on")]
        assert not run.earlier[0]

    run_virtual(work())


@KIND
def test_cancelling_an_answer_sends_no_question_that_waits_for_it() -> None:
    async def work() -> None:
        provider = Scripted(spoken("one", "two"))
        run = make({"A": provider})
        run.start()
        await asyncio.sleep(0.55)
        run.ask("why?", [0])
        run.cancel(0)
        await finished(run)
        assert len(provider.requests) == 1
        assert run.unsent[0] == [Question("why?")]

    run_virtual(work())


@KIND
def test_a_cut_answer_is_sent_on_only_if_its_user_says_so() -> None:
    async def work() -> None:
        run = make({"A": Scripted(spoken("one ", "two")), "B": Scripted(spoken("one ", "two"))})
        run.start()
        await asyncio.sleep(0.55)
        run.cancel_all()
        run.ask("go on", [0])
        run.ask("go on", [1], with_cut=True)
        await finished(run)
        assert said(run, 0) == ["Hello", "go on"]
        assert said(run, 1) == ["Hello", "one ", "go on"]
        assert [state.text.value() for state in run.earlier[0]] == ["one "]

    run_virtual(work())


@KIND
def test_a_rerun_keeps_every_answer_before_it() -> None:
    async def work() -> None:
        run = make({"A": Scripted(spoken("a"), spoken("b"), spoken("c"))})
        run.start()
        await run.wait()
        run.rerun(0)
        await run.wait()
        run.rerun_all()
        await finished(run)
        assert [state.text.value() for state in run.earlier[0]] == ["a", "b"]
        assert run.states[0].text.value() == "c"
        assert {state.spec.turn for state in (*run.earlier[0], *run.states)} == {1}

    run_virtual(work())


@KIND
def test_repetitions_of_an_earlier_turn_are_kept_too() -> None:
    async def work() -> None:
        run = make({"A": Scripted(*(spoken(text) for text in "abcd"))}, repeat=2)
        run.start()
        await asyncio.sleep(0.1)
        run.ask("why?", [0])
        await finished(run)
        assert [state.text.value() for state in run.earlier[0]] == ["a", "b"]
        assert [state.text.value() for state in run.past[0]] == ["c"]
        assert said(run) == ["Hello", "b", "why?"]

    run_virtual(work())


@pytest.mark.parametrize("status", [status for status in Status if status.final])
def test_only_done_and_incomplete_answers_enter_the_conversation(status: Status) -> None:
    state = StreamState(spec("A"), 0, 0.0)
    state.apply(Delta("answer", "so far"), 1.0)
    state.apply(CUT if status is Status.INCOMPLETE else STOP, 1.1)
    state.apply(End(status), 2.0)
    contents = [m["content"] for m in followed_up(state, Question("and?")).messages]
    well = status in (Status.DONE, Status.INCOMPLETE)
    assert contents == (["Hello", "so far", "and?"] if well else ["Hello", "and?"])
    assert is_cut(state) is not well
