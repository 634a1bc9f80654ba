"""Pauses of the process, in virtual time: they flag numbers, and no deadline counts them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import Deadlines, RunPlan
from streamdash.streams.timing.pause import Pause, PauseWatch
from tests.streams.scripted import HEADERS, STOP, Scripted, ScriptedSource, Step, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from streamdash.streams.run import Run

pytestmark = pytest.mark.fault("numbers", "a pause of the process is no delay of the server's")
NONE = Deadlines(connect=0, ttft=0, stall=0, total=0)


class Machine:
    """The three clocks: the run's, one that counts sleep, and the CPU time of the process."""

    def __init__(self) -> None:
        self.at = self.awake = self.cpu = 0.0
        self.noticed: list[Pause] = []
        self.watch = PauseWatch(
            lambda: self.at, self.noticed.append, awake=lambda: self.awake, cpu=lambda: self.cpu
        )
        self.watch.start()

    def go(self, seconds: float, *, cpu: float = 0.0, asleep: float = 0.0) -> None:
        self.at += seconds
        self.awake += seconds + asleep
        self.cpu += cpu
        self.watch.look()


def test_a_gap_without_cpu_time_is_a_pause() -> None:
    machine = Machine()
    machine.go(0.01)
    machine.go(3.0, cpu=0.001)
    machine.go(0.01)
    assert machine.noticed == [Pause(0.01, 3.01)]
    assert machine.watch.paused_since(0.0) == pytest.approx(3.0)
    assert machine.watch.paused_since(2.01) == pytest.approx(1.0)
    assert machine.watch.paused_since(3.01) == 0.0


@pytest.mark.parametrize(("gap", "cpu"), [(0.05, 0.0), (0.24, 0.0), (3.0, 2.9), (1.0, 0.3)])
def test_a_loop_that_works_or_is_a_little_late_is_not_paused(gap: float, cpu: float) -> None:
    machine = Machine()
    machine.go(gap, cpu=cpu)
    assert machine.noticed == []


@pytest.mark.parametrize("asleep", [0.5, 60.0, 9e4])
def test_sleep_of_the_machine_is_noticed_if_the_clock_stood_still(asleep: float) -> None:
    machine = Machine()
    machine.go(0.01, asleep=asleep)
    assert len(machine.noticed) == 1
    # what the clock did not count takes nothing from a deadline
    assert machine.watch.paused_since(0.0) < 0.02


def test_no_pause_is_noticed_after_stop() -> None:
    machine = Machine()
    machine.watch.stop()
    machine.go(100.0)
    machine.watch.start()
    machine.go(0.01)
    assert machine.noticed == []


def stopped_run(
    steps: list[Step], limits: Deadlines, *, at: float, stopped_s: float
) -> tuple[Run, float]:
    """A run that is paused at `at` by its own clock; returns how long it ran apart from that."""

    async def work() -> tuple[Run, float]:
        extra = 0.0

        def clock() -> float:
            return virtual_clock() + extra

        source = ScriptedSource({"A": Scripted(steps)})
        plan = RunPlan(specs=(spec("A", deadlines=limits, retries=0),))
        run = live_run(plan, source, clock=clock)
        start = virtual_clock()
        run.start()
        await asyncio.sleep(at)
        extra += stopped_s
        await run.wait()
        return run, virtual_clock() - start

    return run_virtual(work())


GRACE: list[Step] = [(0.1, HEADERS), (0.1, Delta("answer", "x")), (0.0, STOP), (3.0, STOP)]


@pytest.mark.parametrize(
    ("steps", "limits", "flag"),
    [
        (spoken("a", first=0.8), NONE._replace(ttft=1.0), "paused_ttft"),
        (spoken("a", "b", first=0.1, gap=0.8), NONE._replace(stall=1.0), "paused_gap"),
        (spoken("a", "b", first=0.1, gap=0.8), NONE._replace(total=1.0), "paused_gap"),
        (GRACE, NONE, "paused_gap"),
    ],
    ids=["ttft", "stall", "total", "grace"],
)
@pytest.mark.parametrize("stopped_s", [0.3, 5.0, 3600.0])
def test_a_delay_caused_by_a_pause_passes_no_deadline(
    steps: list[Step], limits: Deadlines, flag: str, stopped_s: float
) -> None:
    run, _ = stopped_run(steps, limits, at=0.5, stopped_s=stopped_s)
    state = run.states[0]
    assert state.status is Status.DONE, state.error
    assert {"paused", flag} <= set(state.flags)


@pytest.mark.parametrize("kind", ["ttft", "total"])
def test_a_silent_server_times_out_despite_a_pause(kind: str) -> None:
    limits = NONE._replace(**{kind: 1.0})
    run, ran_s = stopped_run([(0.1, HEADERS), (1e6, STOP)], limits, at=0.5, stopped_s=100.0)
    error = run.states[0].error
    assert error is not None
    assert error.kind == kind
    assert ran_s == pytest.approx(1.0, abs=0.1)


def test_a_stream_that_had_ended_is_not_flagged() -> None:
    async def work() -> Run:
        extra = 0.0
        long = spoken("b", "c", first=0.1, gap=1.0)
        source = ScriptedSource({"A": Scripted(spoken("a", first=0.1)), "B": Scripted(long)})
        plan = RunPlan(specs=(spec("A"), spec("B")))
        run = live_run(plan, source, clock=lambda: virtual_clock() + extra)
        run.start()
        await asyncio.sleep(0.5)
        extra = 10.0
        await run.wait()
        return run

    run = run_virtual(work())
    assert run.states[0].flags == ["burst"] or "paused" not in run.states[0].flags
    assert "paused" in run.states[1].flags


def test_a_stop_before_the_request_is_sent_leaves_the_ttft_alone() -> None:
    class Slow(Scripted):
        async def play(self, steps, exchange):  # type: ignore[no-untyped-def]
            await asyncio.sleep(1.0)
            async for event in super().play(steps, exchange):
                yield event

    async def work() -> Run:
        extra = 0.0
        source = ScriptedSource({"A": Slow(spoken("a"))})
        limits = NONE._replace(connect=2.0)
        run = live_run(
            RunPlan(specs=(spec("A", deadlines=limits, retries=0),)),
            source,
            clock=lambda: virtual_clock() + extra,
        )
        run.start()
        await asyncio.sleep(0.5)
        extra = 10.0
        await run.wait()
        return run

    state = run_virtual(work()).states[0]
    assert state.status is Status.DONE, state.error
    assert "paused" in state.flags
    assert "paused_ttft" not in state.flags


def test_a_failure_read_after_a_pause_is_flagged_before_it_ends_the_stream() -> None:
    steps: list[Step] = [(0.1, HEADERS), (0.6, StreamError("disconnected", "hung up"))]
    run, _ = stopped_run(steps, NONE, at=0.69999, stopped_s=30.0)
    assert run.states[0].status is Status.FAILED
    assert "paused" in run.states[0].flags
