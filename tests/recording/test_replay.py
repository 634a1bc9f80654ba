"""Playing a recording: the same results, the recorded timing, and control of the clock."""

from __future__ import annotations

import asyncio
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import parse_recording, read_recording
from streamdash.recording.replay import ReplayRun
from streamdash.reporting.result import result_of, run_result
from streamdash.streams.events import Delta, End, Event, Status, Terminal, Wire
from streamdash.streams.spec import ORDERS
from tests.recording.scenes import record
from tests.streams.scripted import STOP, Scripted, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from streamdash.recording.recording import Recording
    from streamdash.streams.run import Run
    from streamdash.streams.spec import Order
    from streamdash.streams.state import StreamState


class RecordingListener:
    """Stores the events that it receives, with the time on the loop's clock."""

    def __init__(self) -> None:
        self.received: list[tuple[int, Event, float, float]] = []

    def on_event(self, state: StreamState, event: Event, at: float) -> None:
        self.received.append((state.index, event, at, virtual_clock()))

    def of(self, kind: type[object]) -> list[tuple[int, Event, float, float]]:
        return [entry for entry in self.received if isinstance(entry[1], kind)]


def play(
    recording: Recording,
    *,
    speed: float = 1.0,
    during: Callable[[ReplayRun], Awaitable[None]] | None = None,
) -> tuple[ReplayRun, RecordingListener, float]:
    """Play to the end in virtual time; returns the run, the listener and the seconds it took."""

    async def work() -> tuple[ReplayRun, RecordingListener, float]:
        listener = RecordingListener()
        run = ReplayRun(recording, speed=speed, clock=virtual_clock, listeners=(listener,))
        begin = virtual_clock()
        run.start()
        if during is not None:
            await during(run)
        await run.wait()
        took = virtual_clock() - begin
        await run.drain()
        return run, listener, took

    return run_virtual(work())


@pytest.fixture
def everything(tmp_path: Path) -> tuple[Run, Recording]:
    path = tmp_path / "run.jsonl"

    async def meddle(run: Run) -> None:
        await asyncio.sleep(0.9)
        run.cancel(0)
        await asyncio.sleep(1.0)
        run.rerun(0)
        run.rerun(4)

    return record(path, during=meddle), read_recording(path)


@pytest.mark.parametrize("speed", [0.0, 0.25, 1.0, 7.3, 1e6])
def test_results_of_a_replay_equal_the_run_s_at_any_speed(
    everything: tuple[Run, Recording], speed: float
) -> None:
    run, recording = everything
    again, _, _ = play(recording, speed=speed)
    assert run_result(again, "") == run_result(run, "")
    assert again.started_at == recording.started_at


@pytest.mark.parametrize("order", ORDERS)
def test_rounds_are_played_as_they_were_recorded(tmp_path: Path, order: Order) -> None:
    path = tmp_path / "run.jsonl"

    async def meddle(run: Run) -> None:
        await asyncio.sleep(2.0)
        run.cancel(0)
        run.rerun(1)
        await run.wait()
        run.rerun(2)
        await run.wait()
        run.rerun(2)

    run = record(path, repeat=3, warmup=1, order=order, during=meddle)
    recording = read_recording(path)
    assert run_result(recording.board(), "") == run_result(run, "")
    again, _, _ = play(recording)
    assert run_result(again, "") == run_result(run, "")
    assert [len(past) for past in again.past] == [len(past) for past in run.past]


def test_a_series_of_rounds_after_another_is_played_too(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def again(run: Run) -> None:
        await run.wait()
        run.rerun(0)
        await run.wait()
        run.rerun_all()
        await run.wait()
        run.ask("and?", [0, 1])

    run = record(path, repeat=2, warmup=1, during=again)
    recording = read_recording(path)
    assert run_result(recording.board(), "") == run_result(run, "")
    played, _, _ = play(recording)
    assert run_result(played, "") == run_result(run, "")


def test_replaying_one_stream_again_changes_no_statistics(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def rerun(run: Run) -> None:
        await run.wait()
        run.rerun(0)

    async def rerun_played(run: ReplayRun) -> None:
        await run.wait()
        run.rerun(0)
        run.rerun(1)

    recorded = record(path, repeat=2, during=rerun)
    again, _, _ = play(read_recording(path), during=rerun_played)
    for index in (0, 1):
        before, after = result_of(recorded, index), result_of(again, index)
        assert [one.text for one in after.runs] == [one.text for one in before.runs]
        assert after.stats.keys() == before.stats.keys()


def test_events_are_played_at_their_recorded_times(everything: tuple[Run, Recording]) -> None:
    _, recording = everything
    _, listener, took = play(recording)
    begin = listener.received[0][3] - listener.received[0][2]
    assert all(now - begin == pytest.approx(at, abs=0.004) for _, _, at, now in listener.received)
    assert took == pytest.approx(recording.last_at - recording.started_at, abs=0.01)


def test_four_times_the_speed_takes_a_quarter_of_the_time(
    everything: tuple[Run, Recording],
) -> None:
    _, recording = everything
    _, _, took = play(recording, speed=4)
    assert took == pytest.approx((recording.last_at - recording.started_at) / 4, abs=0.01)


def test_at_once_takes_no_time_and_streams_end_in_their_order(
    everything: tuple[Run, Recording],
) -> None:
    _, recording = everything
    _, slow, _ = play(recording)
    _, listener, took = play(recording, speed=0)
    assert took == pytest.approx(0, abs=0.01)
    # of two that ended at the very same time either may come first
    assert [entry[2] for entry in listener.of(End)] == [entry[2] for entry in slow.of(End)]
    assert {entry[:3] for entry in listener.of(End)} == {entry[:3] for entry in slow.of(End)}


def test_a_pause_stops_the_clock_and_the_streams(everything: tuple[Run, Recording]) -> None:
    _, recording = everything

    async def pause(run: ReplayRun) -> None:
        await asyncio.sleep(0.7)
        run.timeline.toggle()
        assert run.timeline.paused
        at, said = run.clock(), [state.revision for state in run.states]
        await asyncio.sleep(100)
        assert run.clock() == at
        assert [state.revision for state in run.states] == said
        assert run.live
        run.timeline.toggle()

    _, _, took = play(recording, during=pause)
    assert took == pytest.approx(100 + recording.last_at - recording.started_at, abs=0.01)


def test_a_step_plays_one_chunk_and_pauses(everything: tuple[Run, Recording]) -> None:
    _, recording = everything

    async def step(run: ReplayRun) -> None:
        run.timeline.pause()
        await asyncio.sleep(0)
        deltas: list[int] = []
        while run.live and run.timeline.step():
            for _ in range(5):
                await asyncio.sleep(0)
            deltas.append(sum(state.deltas for state in run.states))
        assert run.timeline.paused
        steps = [later - earlier for earlier, later in pairwise(deltas)]
        # streams that speak in the same millisecond step together; a rerun starts its count anew
        assert max(steps) <= len(run.states)
        assert sum(step > 0 for step in steps) > 30
        assert not run.timeline.step()

    run, _, took = play(recording, during=step)
    assert took < 0.01
    assert all(state.status.final for state in run.states)


def test_the_next_ending_is_one_jump_away(everything: tuple[Run, Recording]) -> None:
    _, recording = everything

    async def jump(run: ReplayRun) -> None:
        run.timeline.pause()
        await asyncio.sleep(0)
        ended = -1
        while run.timeline.skip_to_next_end():
            for _ in range(20):
                await asyncio.sleep(0)
            now = sum(state.status.final for state in run.states)
            assert now != ended or run.clock() > 1.9
            ended = now

    run, _, took = play(recording, during=jump)
    assert took < 0.01
    assert all(state.status.final for state in run.states)


def test_the_speed_changes_while_it_plays(everything: tuple[Run, Recording]) -> None:
    _, recording = everything
    length = recording.last_at - recording.started_at

    async def hurry(run: ReplayRun) -> None:
        await asyncio.sleep(1)
        run.timeline.speed = 10
        assert run.timeline.speed == 10

    _, _, took = play(recording, during=hurry)
    assert took == pytest.approx(1 + (length - 1) / 10, abs=0.02)


def test_a_cancelled_stream_ends_and_the_others_play_on(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path, {"A": Scripted(spoken(*"abcdefgh")), "B": Scripted(spoken(*"abcdefgh"))})

    async def cancel(run: ReplayRun) -> None:
        await asyncio.sleep(0.75)
        assert run.cancel(0)

    run, _, _ = play(read_recording(path), during=cancel)
    assert [state.status for state in run.states] == [Status.CANCELLED, Status.DONE]
    assert run.states[0].text.value() == "abc"
    assert run.states[1].text.value() == "abcdefgh"


def test_a_rerun_plays_the_stream_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    original = record(path, {"A": Scripted(spoken(*"abcdefgh"))})

    async def rerun(run: ReplayRun) -> None:
        await asyncio.sleep(0.75)
        run.rerun(0)
        assert run.live
        await run.wait()
        run.rerun_all()

    run, listener, took = play(read_recording(path), during=rerun)
    assert [entry[1] for entry in listener.of(End)] == [
        End(Status.CANCELLED), End(Status.DONE), End(Status.DONE)
    ]  # fmt: skip
    assert took == pytest.approx(0.75 + 2 * 1.2, abs=0.02)
    again, first = run_result(run, ""), run_result(original, "")
    assert [s.metrics.ttft_s for s in again.streams] == pytest.approx(
        [s.metrics.ttft_s for s in first.streams]
    )


def test_a_question_is_not_answered(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    original = record(path, {"A": Scripted(spoken("x"))})

    async def ask(run: ReplayRun) -> None:
        await run.wait()
        run.ask("And then?", [0])
        assert not run.live

    run, _, _ = play(read_recording(path), during=ask)
    assert run_result(run, "") == run_result(original, "")


def test_an_unfinished_recording_is_played_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path, {"A": Scripted(spoken(*"abcdefgh"))})
    data = path.read_bytes()
    recording = parse_recording(data[: data.index(b'"text":"f"')])
    run, listener, _ = play(recording)
    assert run.states[0].text.value() == "abcde"
    assert run.states[0].status is Status.TRUNCATED
    assert run.states[0].flags == ["unfinished"]
    assert len(listener.of(Delta)) == 5
    assert run_result(run, "") == run_result(recording.board(), "")


def test_quitting_in_the_middle_leaves_nothing_behind(everything: tuple[Run, Recording]) -> None:
    _, recording = everything

    async def work() -> None:
        run = ReplayRun(recording, clock=virtual_clock)
        run.start()
        await asyncio.sleep(0.3)
        run.timeline.pause()
        await run.drain()
        assert not run.live
        assert all(state.status.final for state in run.states)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert all(task.done() for task in others)

    run_virtual(work())


def test_a_replay_needs_no_sdk() -> None:
    import subprocess

    code = (
        "import sys; import streamdash.recording.reader, streamdash.recording.replay; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'openai', 'anthropic', 'httpx2', "
        "'aiohttp', 'textual', 'pydantic'}))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.fault("numbers", "our own waiting is in no number")
def test_our_own_waiting_is_in_no_number_of_a_replay(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    held = {
        "held": Scripted([*spoken("a", "b")[:-1], (999.0, Terminal())]),
        "early": Scripted([*spoken("a")[:-1], *spoken("b")[1:], (0.2, STOP)]),
        "goodbye": Scripted([*spoken("a", "b"), (0.1, Wire("x", None))]),
    }
    run = record(path, held)
    recording = read_recording(path)
    again, _, _ = play(recording)
    result = run_result(run, "")
    assert run_result(again, "") == result
    assert run_result(recording.board(), "") == result
    assert all(state.ended_at is not None for state in run.states)
    assert max(state.ended_at or 0 for state in run.states) - run.started_at < 2
