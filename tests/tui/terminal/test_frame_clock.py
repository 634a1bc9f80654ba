"""The clock that calls for frames."""

from __future__ import annotations

import asyncio
import socket
from itertools import pairwise

import pytest

from streamdash.tui.terminal.frame_clock import Frame, FrameClock
from tests.virtual_time import run_virtual


async def stopped(clock: FrameClock) -> None:
    """Wait, in virtual time, until the clock sleeps."""
    while clock.running:  # noqa: ASYNC110  # the clock does not report that it sleeps
        await asyncio.sleep(0.001)


class Bench:
    """Paints `frames` times, each time for `took` seconds, on a loop that is so busy."""

    def __init__(self, frames: int, *, took: float = 0.0, cpu_share: float = 0.1) -> None:
        self.left = frames
        self.took = took
        self.cpu_share = cpu_share
        self.spent = 0.0
        self.painted: list[float] = []
        self.clock = FrameClock(self.paint, now=self.now, cpu=lambda: self.now() * self.cpu_share)

    def now(self) -> float:
        return asyncio.get_running_loop().time() + self.spent

    def paint(self, at: float) -> Frame:
        self.painted.append(at)
        self.spent += self.took
        self.left -= 1
        return Frame.MORE if self.left > 0 else Frame.IDLE

    async def run(self) -> None:
        self.clock.wake()
        await stopped(self.clock)


def test_it_paints_while_there_is_more_and_then_sleeps() -> None:
    bench = Bench(frames=3)
    run_virtual(bench.run())
    assert len(bench.painted) == 3
    assert not bench.clock.running


def test_a_woken_clock_paints_once_more() -> None:
    async def twice() -> None:
        await bench.run()
        await bench.run()

    bench = Bench(frames=1)
    run_virtual(twice())
    assert len(bench.painted) == 2


def test_waking_twice_paints_once() -> None:
    async def woken() -> None:
        bench.clock.wake()
        await bench.run()

    bench = Bench(frames=1)
    run_virtual(woken())
    assert len(bench.painted) == 1


def test_waking_while_painting_schedules_another_frame() -> None:
    painted: list[float] = []

    def paint(at: float) -> Frame:
        painted.append(at)
        if len(painted) == 1:
            clock.wake()
        return Frame.IDLE

    async def woken() -> None:
        clock.wake()
        await stopped(clock)

    clock = FrameClock(paint)
    run_virtual(woken())
    assert len(painted) == 2


def test_a_stopped_clock_paints_no_more() -> None:
    async def never() -> None:
        bench.clock.wake()
        bench.clock.stop()
        bench.clock.wake()
        await asyncio.sleep(1)

    bench = Bench(frames=5)
    run_virtual(never())
    assert bench.painted == []


def test_an_unfinished_frame_goes_on_at_once_and_is_one_frame() -> None:
    painted: list[float] = []

    def paint(at: float) -> Frame:
        painted.append(at)
        return Frame.RESUME if len(painted) < 3 else Frame.IDLE

    async def woken() -> None:
        clock.wake()
        await stopped(clock)

    clock = FrameClock(paint)
    run_virtual(woken())
    assert len(painted) == 3
    assert len(set(painted)) == 1
    assert clock.frames == 1


def test_a_clock_stopped_in_the_middle_of_a_frame_paints_no_more() -> None:
    painted: list[float] = []

    def paint(at: float) -> Frame:
        painted.append(at)
        clock.stop()
        return Frame.RESUME

    async def woken() -> None:
        clock.wake()
        await asyncio.sleep(1)

    clock = FrameClock(paint)
    run_virtual(woken())
    assert len(painted) == 1


def test_what_arrives_in_the_middle_of_a_frame_is_read_before_it_goes_on() -> None:
    order: list[str] = []

    async def read(end: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=end)
        try:
            ready.set()
            await reader.readexactly(1)
            order.append("read")
        finally:
            writer.close()

    def paint(_at: float) -> Frame:
        order.append("paint")
        if order.count("paint") > 1:
            return Frame.IDLE
        server.send(b"x")
        return Frame.RESUME

    async def both() -> None:
        reading = asyncio.create_task(read(client))
        await ready.wait()
        clock.wake()
        await stopped(clock)
        await reading

    client, server = socket.socketpair()
    with server:
        ready = asyncio.Event()
        clock = FrameClock(paint)
        asyncio.run(both())
    assert order == ["paint", "read", "paint"]


def gaps(bench: Bench) -> list[float]:
    return [later - earlier for earlier, later in pairwise(bench.painted)]


def test_a_light_load_is_painted_thirty_times_a_second() -> None:
    bench = Bench(frames=30, took=0.002)
    run_virtual(bench.run())
    assert gaps(bench) == pytest.approx([1 / 30] * 29, abs=0.003)


def test_after_a_long_frame_the_next_one_waits_as_long_again() -> None:
    bench = Bench(frames=4, took=0.3)
    run_virtual(bench.run())
    assert all(gap > 0.599 for gap in gaps(bench))


def test_a_busy_loop_is_painted_five_times_a_second() -> None:
    bench = Bench(frames=20, cpu_share=0.95)
    run_virtual(bench.run())
    assert gaps(bench)[-1] == pytest.approx(1 / 5, abs=0.003)


def test_the_frame_rate_comes_back_when_the_load_goes() -> None:
    async def relieved() -> None:
        await bench.run()
        bench.left, bench.cpu_share = 20, 0.1
        await bench.run()

    bench = Bench(frames=20, cpu_share=0.95)
    run_virtual(relieved())
    assert gaps(bench)[-1] == pytest.approx(1 / 30, abs=0.003)
