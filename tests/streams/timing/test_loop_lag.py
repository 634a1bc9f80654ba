"""The lateness of the loop, in virtual time: a clock that jumps acts as a slow callback."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.streams.timing.loop_lag import LoopLag
from tests.streams.scripted import Scripted, ScriptedSource, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from streamdash.streams.run import Run


class Jumpy:
    """A clock that a test can move forward, as a slow paint would."""

    def __init__(self) -> None:
        self.extra = 0.0

    def __call__(self) -> float:
        return virtual_clock() + self.extra


def run_with_stall(stall_s: float) -> Run:
    async def work() -> Run:
        clock = Jumpy()
        source = ScriptedSource({"A": Scripted(spoken(*["x"] * 20, first=0.1, gap=0.001))})
        run = live_run(RunPlan(specs=(spec("A"),)), source, clock=clock)
        run.start()
        await asyncio.sleep(0.099)
        clock.extra += stall_s
        await run.wait()
        return run

    return run_virtual(work())


def test_a_stamp_taken_while_the_loop_was_late_is_flagged() -> None:
    run = run_with_stall(0.05)
    assert run.states[0].status is Status.DONE
    assert run.states[0].flags[:2] == ["lag", "lag_ttft"]
    assert run.lag.max_s is not None
    assert run.lag.max_s >= 0.04


def test_a_loop_that_is_not_late_flags_nothing() -> None:
    run = run_with_stall(0.0)
    assert run.states[0].flags == []
    assert run.lag.max_s is not None
    assert run.lag.max_s < 0.001


def test_it_stops_beating_when_nothing_is_live() -> None:
    async def work() -> None:
        live = [True] * 5
        lag = LoopLag(virtual_clock, lambda: bool(live and live.pop()))
        lag.start()
        await asyncio.sleep(1)
        assert lag.p99_s is not None
        assert not live
        assert not lag.late(virtual_clock() + 100)

    run_virtual(work())
