"""Runs of several streams, in virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Status
from streamdash.streams.live import live_run
from streamdash.streams.metrics import measure
from streamdash.streams.spec import RunPlan
from streamdash.streams.timing.start_gate import StartGate
from tests.streams.scripted import HEADERS, Scripted, ScriptedSource, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec


def make(
    providers: dict[str, Scripted], *, concurrency: int = 0, repeat: int = 1
) -> tuple[Run, ScriptedSource]:
    specs: tuple[StreamSpec, ...] = tuple(spec(label) for label in providers)
    source = ScriptedSource(providers)
    return live_run(
        RunPlan(specs=specs, concurrency=concurrency, repeat=repeat), source, clock=virtual_clock
    ), source


def long_answer() -> Scripted:
    return Scripted(spoken(*["word "] * 100))


def test_all_streams_run_at_once() -> None:
    async def work() -> tuple[Run, float]:
        run, _ = make({name: long_answer() for name in "ABCDEFGH"})
        run.start()
        await run.wait()
        return run, virtual_clock() - run.started_at

    run, took = run_virtual(work())
    assert [state.status for state in run.states] == [Status.DONE] * 8
    assert took == pytest.approx(0.5 + 99 * 0.1, abs=0.1)
    assert not any(measure(state).gap_max_s != pytest.approx(0.1) for state in run.states)


def test_cancelling_one_leaves_the_others_alone() -> None:
    async def work() -> Run:
        providers = {name: long_answer() for name in "ABCDEFGH"}
        run, _ = make(providers)
        run.start()
        await asyncio.sleep(3.05)
        assert run.cancel(2)
        assert run.states[2].status is Status.CANCELLED
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert providers["C"].open == 0
        assert sum(provider.open for provider in providers.values()) == 7
        await run.wait()
        return run

    run = run_virtual(work())
    cancelled = run.states[2]
    assert cancelled.text.value() == "word " * 26
    assert cancelled.error is None
    assert measure(cancelled).output_tokens is None
    others = [state for state in run.states if state is not cancelled]
    assert all(state.status is Status.DONE for state in others)
    assert all(measure(state).gap_max_s == pytest.approx(0.1) for state in others)


def test_a_stream_can_be_cancelled_before_its_first_step() -> None:
    async def work() -> Run:
        run, _ = make({"A": long_answer(), "B": long_answer()})
        run.start()
        run.cancel(0)
        await run.wait()
        return run

    run = run_virtual(work())
    assert [state.status for state in run.states] == [Status.CANCELLED, Status.DONE]


def test_cancelling_a_finished_stream_does_nothing() -> None:
    async def work() -> None:
        run, _ = make({"A": Scripted(spoken("a"))})
        run.start()
        await run.wait()
        assert not run.cancel(0)
        assert run.states[0].status is Status.DONE

    run_virtual(work())


def test_one_failure_affects_no_other_stream() -> None:
    async def work() -> Run:
        run, _ = make(
            {
                "A": Scripted([(0.2, StreamError("auth", "no"))]),
                "B": long_answer(),
                "C": Scripted([], warm_error=StreamError("auth", "C_KEY is not set")),
            }
        )
        run.start()
        await run.wait()
        return run

    run = run_virtual(work())
    assert [state.status for state in run.states] == [Status.FAILED, Status.DONE, Status.FAILED]
    assert run.states[2].attempts == 0


def test_concurrency_queues_the_rest_and_keeps_the_wait_out_of_the_numbers() -> None:
    async def work() -> Run:
        providers = {name: Scripted(spoken("a", "b", gap=1.0)) for name in "ABCDE"}
        run, _ = make(providers, concurrency=2)
        run.start()
        live = []
        while run.live:
            live.append(sum(provider.open for provider in providers.values()))
            await asyncio.sleep(0.05)
        assert max(live) == 2
        return run

    run = run_virtual(work())
    for state in run.states:
        assert measure(state).ttft_s == pytest.approx(0.5)
        assert measure(state).total_s == pytest.approx(1.5)
    assert measure(run.states[4]).queued_s == pytest.approx(3.0, abs=0.1)


def test_a_rerun_starts_afresh_and_leaves_the_others_alone() -> None:
    async def work() -> Run:
        run, _ = make({"A": long_answer(), "B": long_answer()})
        run.start()
        await asyncio.sleep(3)
        old = run.states[0]
        run.rerun(0)
        assert old.status is Status.CANCELLED
        assert run.states[0] is not old
        assert run.states[0].text.chars == 0
        await run.wait()
        return run

    run = run_virtual(work())
    assert [state.text.chars for state in run.states] == [500, 500]
    assert measure(run.states[0]).ttft_s == pytest.approx(0.5)


def test_repetitions_are_kept_one_after_the_other() -> None:
    async def work() -> Run:
        run, _ = make({"A": Scripted(spoken("a"), spoken("bb"), spoken("ccc"))}, repeat=3)
        run.start()
        await run.wait()
        return run

    run = run_virtual(work())
    texts = [state.text.value() for state in (*run.past[0], run.states[0])]
    assert texts == ["a", "bb", "ccc"]


def test_a_further_question_carries_the_conversation() -> None:
    async def work() -> Run:
        run, _ = make({"A": Scripted(spoken("an answer"), spoken("another"))})
        run.start()
        await run.wait()
        run.ask("And then?", [0])
        await run.wait()
        return run

    run = run_virtual(work())
    assert run.states[0].text.value() == "another"
    assert [message["content"] for message in run.states[0].spec.messages] == [
        "Hello",
        "an answer",
        "And then?",
    ]


def test_draining_ends_every_task_and_closes_the_providers() -> None:
    async def work() -> tuple[Run, ScriptedSource]:
        run, source = make({name: long_answer() for name in "ABC"})
        run.start()
        await asyncio.sleep(1)
        await run.drain()
        assert not run.live
        assert len(asyncio.all_tasks()) == 1
        return run, source

    run, source = run_virtual(work())
    assert source.closed
    assert all(state.status is Status.CANCELLED for state in run.states)


def test_no_stream_waits_at_the_gate_for_a_connection_that_does_not_come() -> None:
    class Hanging(Scripted):
        async def play(self, steps: object, exchange: object) -> object:  # type: ignore[override]
            await asyncio.sleep(9)
            yield HEADERS
            yield Delta("answer", "late")

    async def work() -> Run:
        run, _ = make({"A": Hanging([]), "B": long_answer()})
        run.start()
        await run.wait()
        return run

    run = run_virtual(work())
    state = run.states[1]
    assert state.sent_at is not None
    assert state.sent_at - run.started_at == pytest.approx(2.0, abs=0.1)
    assert measure(state).ttft_s == pytest.approx(0.5)


def test_no_stream_waits_at_the_gate_for_one_without_a_provider() -> None:
    async def work() -> Run:
        run, _ = make(
            {"A": Scripted([], warm_error=StreamError("auth", "no key")), "B": long_answer()}
        )
        run.start()
        await run.wait()
        return run

    run = run_virtual(work())
    assert run.states[1].sent_at == pytest.approx(run.started_at, abs=0.01)


def test_no_stream_sends_before_every_provider_is_warm() -> None:
    class Slow(Scripted):
        cold = True

        async def warm(self) -> None:
            if self.cold:
                await asyncio.sleep(5)
            self.cold = False

    async def work() -> Run:
        run, _ = make({"A": Slow(spoken("a")), "B": long_answer()})
        run.start()
        await run.wait()
        return run

    run = run_virtual(work())
    sends = [state.sent_at for state in run.states]
    assert sends[0] == sends[1] == pytest.approx(run.started_at + 5, abs=0.01)


def test_a_cancellation_that_comes_as_the_gate_opens_is_not_lost() -> None:
    async def cancelled_after(turns: int) -> bool:
        gate = StartGate([0])
        waiting = asyncio.create_task(gate.passed())
        await asyncio.sleep(0)
        gate.count(0)
        for _ in range(turns):
            await asyncio.sleep(0)
        if waiting.done():
            return True
        waiting.cancel()
        await asyncio.wait([waiting])
        return waiting.cancelled()

    assert all(asyncio.run(cancelled_after(turns)) for turns in range(4))
