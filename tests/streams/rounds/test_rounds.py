"""Rounds of several streams, in virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Status
from streamdash.streams.live import live_run
from streamdash.streams.rounds.round import Round, current_round, measured_states
from streamdash.streams.spec import RunPlan
from tests.streams.scripted import Scripted, ScriptedSource, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import Any

    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from tests.streams.scripted import Step

Script = list["Step"]
REFUSED: Script = [(0.1, StreamError("server", "HTTP 500", http_status=500))]


def lasting(*seconds: float) -> Scripted:
    """Answers that take so long, one for each round."""
    return Scripted(*(spoken("a", first=one) for one in seconds))


def measure_rounds(
    providers: dict[str, Scripted],
    during: Callable[[Run], Awaitable[None]] | None = None,
    **plan: Any,
) -> Run:
    async def work() -> Run:
        specs = tuple(spec(label, retries=0) for label in providers)
        run = live_run(RunPlan(specs, **plan), ScriptedSource(providers), clock=virtual_clock)
        run.start()
        if during is not None:
            await during(run)
        await run.wait()
        await run.drain()
        return run

    return run_virtual(work())


def rounds_of(run: Run, index: int) -> list[Round | None]:
    return [state.round for state in (*run.past[index], run.states[index])]


def sends(run: Run, number: int) -> list[float]:
    """The times at which the streams sent in a measured round, in the order of streams."""
    return [
        state.sent_at
        for index in range(len(run.states))
        for state in measured_states(run, index)
        if state.round == Round(number) and state.sent_at is not None
    ]


def span(states: Sequence[StreamState]) -> tuple[float, float]:
    return (
        min(state.sent_at for state in states if state.sent_at is not None),
        max(state.ended_at for state in states if state.ended_at is not None),
    )


def test_a_round_begins_together_once_the_one_before_has_ended() -> None:
    run = measure_rounds({"A": lasting(0.5, 3.0, 0.5), "B": lasting(2.0, 1.0, 1.0)}, repeat=3)
    assert rounds_of(run, 0) == rounds_of(run, 1) == [Round(1), Round(2), Round(3)]
    begins = [sends(run, number) for number in (1, 2, 3)]
    assert all(len(set(times)) == 1 for times in begins)
    assert begins[1][0] - begins[0][0] == pytest.approx(2.0, abs=0.01)
    assert begins[2][0] - begins[1][0] == pytest.approx(3.0, abs=0.01)


def test_in_turns_no_two_requests_overlap_and_the_order_is_that_of_the_seed() -> None:
    def orders(seed: int) -> list[str]:
        run = measure_rounds(
            {name: lasting(0.5) for name in "ABCD"}, repeat=8, order="turns", seed=seed
        )
        states = sorted(
            (state for index in range(4) for state in measured_states(run, index)),
            key=lambda state: state.launched_at,
        )
        for before, after in pairwise(states):
            assert before.ended_at is not None
            assert after.sent_at is not None
            assert before.ended_at <= after.sent_at
            assert after.queued_until is not None
            assert after.queued_until - after.launched_at < 0.01
        order = "".join(state.spec.label for state in states)
        return [order[place : place + 4] for place in range(0, 32, 4)]

    first = orders(1)
    assert all(sorted(order) == [*"ABCD"] for order in first)
    assert sorted(order[0] for order in first) == [*"AABBCCDD"]
    assert first == orders(1) != orders(2)


def test_turns_need_no_repetition() -> None:
    run = measure_rounds({name: lasting(1.0) for name in "ABC"}, order="turns")
    begins = sorted(state.sent_at for state in run.states if state.sent_at is not None)
    assert begins[1] - begins[0] == begins[2] - begins[1] == pytest.approx(1.0, abs=0.01)
    assert [state.round for state in run.states] == [None] * 3
    assert run.past == [[], [], []]


def test_warm_up_rounds_come_first_and_count_nowhere() -> None:
    run = measure_rounds({"A": lasting(9.0, 8.0, 1.0, 2.0)}, repeat=2, warmup=2)
    warm = [Round(1, warmup=True), Round(2, warmup=True)]
    assert rounds_of(run, 0) == [*warm, Round(1), Round(2)]
    assert [state.round for state in measured_states(run, 0)] == [Round(1), Round(2)]


def test_a_warm_up_without_repetitions_makes_one_measured_round() -> None:
    run = measure_rounds({"A": lasting(9.0, 1.0)}, warmup=1)
    assert rounds_of(run, 0) == [Round(1, warmup=True), Round(1)]


def test_concurrency_holds_within_a_round() -> None:
    providers = {name: lasting(1.0) for name in "ABCDE"}
    most = 0

    async def watch(run: Run) -> None:
        nonlocal most
        while run.live:
            most = max(most, sum(provider.open for provider in providers.values()))
            await asyncio.sleep(0.1)

    run = measure_rounds(providers, watch, repeat=3, concurrency=2)
    assert most == 2
    states = [measured_states(run, index) for index in range(5)]
    for before, after in ((0, 1), (1, 2)):
        _, ended = span([rounds[before] for rounds in states])
        begun, _ = span([rounds[after] for rounds in states])
        assert ended <= begun


def test_a_failure_does_not_end_the_rounds_of_its_stream() -> None:
    run = measure_rounds(
        {"A": Scripted(spoken("a"), REFUSED, spoken("b")), "B": lasting(0.5)}, repeat=3
    )
    assert [state.status for state in measured_states(run, 0)] == [
        Status.DONE, Status.FAILED, Status.DONE,
    ]  # fmt: skip
    assert len(measured_states(run, 1)) == 3


@pytest.mark.parametrize("order", ["together", "turns"])
@pytest.mark.parametrize("after", [0.0, 0.2, 1.3, 2.2])
def test_a_cancelled_stream_leaves_the_rounds_and_nobody_waits_for_it(
    order: str, after: float
) -> None:
    async def cancel(run: Run) -> None:
        if after:
            await asyncio.sleep(after)
        assert run.cancel(1)

    run = measure_rounds(
        {"A": lasting(1.0), "B": lasting(1.0), "C": lasting(1.0)}, cancel, repeat=4, order=order
    )
    assert len(measured_states(run, 0)) == len(measured_states(run, 2)) == 4
    assert len(measured_states(run, 1)) < 4


def test_a_stream_that_waits_for_the_next_round_can_leave() -> None:
    async def leave(run: Run) -> None:
        await asyncio.sleep(1.0)
        assert run.states[0].status is Status.DONE
        assert run.awaits_round(0)
        assert run.cancel(0)
        assert not run.awaits_round(0)

    run = measure_rounds({"A": lasting(0.5), "B": lasting(3.0)}, leave, repeat=3)
    assert rounds_of(run, 0) == [Round(1)]
    assert run.states[0].status is Status.DONE
    assert len(measured_states(run, 1)) == 3


def test_a_rerun_of_one_stream_belongs_to_no_round() -> None:
    async def rerun(run: Run) -> None:
        await run.wait()
        run.rerun(0)
        await run.wait()
        run.rerun(0)

    run = measure_rounds({"A": lasting(0.5), "B": lasting(0.5)}, rerun, repeat=3)
    assert run.states[0].round is None
    assert [state.round for state in measured_states(run, 0)] == [Round(1), Round(2), Round(3)]
    assert [state.round for state in run.earlier[0]] == [None]
    assert current_round(run.states) == Round(3)


def test_rerunning_all_streams_is_a_new_series_of_rounds() -> None:
    async def rerun(run: Run) -> None:
        await run.wait()
        run.rerun(0)
        await run.wait()
        run.rerun_all()

    run = measure_rounds({"A": lasting(0.5), "B": lasting(0.5)}, rerun, repeat=2, warmup=1)
    series = [Round(1, warmup=True), Round(1), Round(2)]
    assert rounds_of(run, 0) == rounds_of(run, 1) == series
    assert [state.round for state in run.earlier[0]] == [*series, None]
    assert [state.round for state in run.earlier[1]] == series


def test_a_follow_up_waits_for_the_last_round_and_is_asked_in_rounds_of_its_own() -> None:
    async def ask(run: Run) -> None:
        await asyncio.sleep(0.7)
        assert run.ask("why?", [0, 1]) == [0, 1]

    run = measure_rounds({"A": lasting(0.5), "B": lasting(2.0)}, ask, repeat=2, warmup=1)
    assert rounds_of(run, 0) == rounds_of(run, 1) == [Round(1), Round(2)]
    assert {state.spec.turn for state in (*run.states, *run.past[0])} == {2}
    assert len(run.earlier[0]) == 3
    assert len(set(sends(run, 1))) == 1


def test_the_rounds_end_as_soon_as_every_median_is_known() -> None:
    steady = {"A": lasting(0.5), "B": lasting(0.7)}
    run = measure_rounds(steady, repeat=30, until=0.05)
    assert 5 <= len(measured_states(run, 0)) == len(measured_states(run, 1)) < 10


def test_unsteady_times_take_all_the_rounds_that_are_allowed() -> None:
    rng = Random(1)
    wild = lasting(*(rng.uniform(0.1, 5.0) for _ in range(12)))
    run = measure_rounds({"A": lasting(0.5), "B": wild}, repeat=12, until=0.05)
    assert len(measured_states(run, 0)) == 12


def test_a_stream_that_never_answers_holds_no_round_back() -> None:
    run = measure_rounds({"A": lasting(0.5), "B": Scripted(REFUSED)}, repeat=30, until=0.05)
    assert 5 <= len(measured_states(run, 1)) < 10


def test_two_hundred_streams_take_part_in_every_round() -> None:
    run = measure_rounds({f"S{n}": lasting(0.5 + n / 1000) for n in range(200)}, repeat=3)
    assert all(rounds_of(run, index) == [Round(1), Round(2), Round(3)] for index in range(200))


def test_draining_in_the_middle_of_a_round_leaves_nothing_live() -> None:
    async def leave(run: Run) -> None:
        await asyncio.sleep(1.2)
        await run.drain()
        assert len(asyncio.all_tasks()) == 1

    run = measure_rounds({"A": lasting(1.0), "B": lasting(0.2)}, leave, repeat=5)
    assert not run.live
    assert run.states[0].status is Status.CANCELLED
