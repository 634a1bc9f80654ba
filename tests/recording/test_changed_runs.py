"""Runs whose streams were added, changed and removed: recorded, read and played."""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.recording.library import list_runs
from streamdash.recording.reader import parse_recording, read_recording
from streamdash.recording.recording_builder import MOST_STREAMS
from streamdash.recording.replay import ReplayRun
from streamdash.reporting.report import STYLES, report
from streamdash.reporting.reported_run import reported_recording
from streamdash.reporting.result import run_result
from streamdash.reporting.result_json import run_json
from streamdash.streams.spec import ORDERS
from tests.fuzzing import examples, rounds
from tests.recording.changes import known, meddle, specs
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from streamdash.recording.recording import Recording
    from streamdash.streams.frozen_run import FrozenRun
    from streamdash.streams.run import Run
    from streamdash.streams.spec import Order


def as_json(run: Run | FrozenRun) -> str:
    return json.dumps(run_json(run_result(run, "")), sort_keys=True)


def play(
    recording: Recording,
    *,
    speed: float = 1.0,
    during: Callable[[ReplayRun], Awaitable[None]] | None = None,
) -> tuple[ReplayRun, list[tuple[str, int, float]]]:
    """Play in virtual time; returns the run, and when its streams came and went."""

    async def work() -> tuple[ReplayRun, list[tuple[str, int, float]]]:
        run = ReplayRun(recording, speed=speed, clock=virtual_clock)
        changes: list[tuple[str, int, float]] = []
        run.watchers.append(lambda *what: changes.append((*what, run.clock())))
        run.start()
        if during is not None:
            await during(run)
        await run.wait()
        await run.drain()
        return run, changes

    return run_virtual(work())


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("repeat", "warmup"), [(1, 0), (3, 0), (2, 1)])
def test_the_report_of_a_changed_run_equals_the_live_one(
    tmp_path: Path, repeat: int, warmup: int, order: Order
) -> None:
    path = tmp_path / "run.jsonl"
    run = record(
        path,
        known(),
        during=meddle,
        specs=specs("A", "B"),
        repeat=repeat,
        warmup=warmup,
        order=order,
    )
    recording = read_recording(path)
    assert recording.problems == ()
    assert [state.spec.label for state in run.present_states] == ["D", "C", "A #2"] or (
        [state.spec.label for state in run.present_states] == ["D", "C", "A"]
    )
    assert as_json(recording.board()) == as_json(run)
    again, changes = play(recording)
    assert as_json(again) == as_json(run)
    assert [change[:2] for change in changes] == [("added", 2), ("added", 3), ("removed", 1)]
    assert [change[2] for change in changes] == pytest.approx([0.15, 0.15, 0.25], abs=0.01)


def test_a_replayed_stream_is_added_while_the_others_run(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path, known(), during=meddle, specs=specs("A", "B"))
    seen: list[tuple[list[int], list[str]]] = []

    async def watch(run: ReplayRun) -> None:
        for _ in range(3):
            await asyncio.sleep(0.1)
            seen.append((run.present, [state.status.value for state in run.present_states]))

    play(read_recording(path), during=watch)
    assert [present for present, _ in seen] == [[0, 1], [0, 1, 2, 3], [0, 2, 3]]
    assert "done" not in seen[1][1]


def test_a_rerun_in_a_replay_plays_an_added_and_a_changed_stream_again(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path, known(), during=meddle, specs=specs("A", "B"))

    async def again(replay: ReplayRun) -> None:
        await replay.wait()
        before = as_json(replay)
        for index in replay.present:
            replay.rerun(index)
        assert len(replay.present) == 3
        await replay.wait()
        texts = [state.text.value() for state in replay.present_states]
        assert texts == [state.text.value() for state in run.present_states]
        assert before == as_json(run)

    play(read_recording(path), during=again)


def test_a_rerun_of_all_in_a_replay_has_the_streams_of_the_end(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path, known(), during=meddle, specs=specs("A", "B"))

    async def again(replay: ReplayRun) -> None:
        await asyncio.sleep(0.05)
        replay.rerun_all()
        assert replay.present == run.present
        await replay.wait()
        texts = [state.text.value() for state in replay.present_states]
        assert texts == [state.text.value() for state in run.present_states]

    _, changes = play(read_recording(path), during=again)
    assert [change[:2] for change in changes] == [("added", 2), ("added", 3), ("removed", 1)]


def test_nothing_comes_after_all_streams_of_a_replay_are_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path, known(), during=meddle, specs=specs("A", "B"))

    async def cancel(replay: ReplayRun) -> None:
        await asyncio.sleep(0.05)
        assert replay.cancel_all() == 2
        await asyncio.sleep(0)
        assert not replay.live

    run, changes = play(read_recording(path), during=cancel)
    assert changes == []
    assert len(run.states) == 2


def test_a_cancelled_stream_of_a_replay_is_still_removed_when_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path, known(), during=meddle, specs=specs("A", "B"))

    async def cancel(replay: ReplayRun) -> None:
        await asyncio.sleep(0.05)
        replay.cancel(1)
        replay.cancel(0)

    run, _ = play(read_recording(path), during=cancel)
    assert run.present == [0, 2, 3]


def test_a_jump_to_the_next_ending_reaches_streams_that_are_still_to_come(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def late(run: Run) -> None:
        await run.wait()
        await asyncio.sleep(100)
        run.add(specs("C"))
        await run.wait()
        await asyncio.sleep(100)
        run.remove(0)

    record(path, known(), during=late, specs=specs("A"))

    async def jump(replay: ReplayRun) -> None:
        await asyncio.sleep(0)
        began = virtual_clock()
        moves = 0
        while replay.timeline.skip_to_next_end():
            moves += 1
            await asyncio.sleep(0.01)
        assert moves == 3
        assert virtual_clock() - began < 1

    run, _ = play(read_recording(path), during=jump)
    assert run.present == [1]


def test_a_run_that_is_killed_keeps_all_changes_so_far(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path, known(), during=meddle, specs=specs("A", "B"), repeat=2)
    lines = path.read_bytes().splitlines(keepends=True)
    seen = set()
    for count in range(1, len(lines)):
        recording = parse_recording(b"".join(lines[:count]))
        assert recording.problems == ()
        kinds = [json.loads(line)["type"] for line in lines[:count]]
        present = 2 + kinds.count("added") - kinds.count("removed")
        assert len(recording.board().present) == present
        assert len(recording.streams) == 2 + kinds.count("added")
        source = reported_recording(recording)
        assert len(source.results) == len(source.tracks) == present
        seen.add(present)
    assert seen == {2, 3, 4}


def test_a_stream_that_waits_for_a_slot_is_recorded_as_added(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def add(run: Run) -> None:
        run.add(specs("C", "D"))
        await asyncio.sleep(0.05)
        run.remove(2)

    run = record(path, known(), during=add, specs=specs("A", "B"), concurrency=1)
    recording = read_recording(path)
    assert recording.problems == ()
    assert as_json(recording.board()) == as_json(run)
    assert [launch.spec.label for launch in recording.streams[3]] == ["D"]


def test_no_report_shows_a_removed_stream(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def change(run: Run) -> None:
        await asyncio.sleep(0.1)
        run.add(specs("D"))
        await run.wait()
        run.remove(1)

    record(path, known(), during=change, specs=specs("A", "C"))
    source = reported_recording(read_recording(path))
    for style in STYLES:
        found = report([source], style)
        assert "one D" in found or style in ("text", "csv", "junit")
        assert "D" in found
        assert "one C" not in found
        assert ",C," not in found.replace(" ", ",")
    (row,) = list_runs(tmp_path)
    assert row.streams == 2


async def at_random(run: Run, random: Random) -> None:
    """Do anything that a user may do, at any time."""
    for _ in range(random.randrange(1, 9)):
        await asyncio.sleep(random.random() * 0.7)
        some = random.sample(run.present, random.randint(0, len(run.present)))
        match random.randrange(8):
            case 0:
                run.add(specs(*random.choices(["A", "C"], k=random.randrange(3))))
            case 1:
                run.change({index: spec(random.choice(["A", "D"])) for index in some})
            case 2 if some:
                run.remove(some[0])
            case 3:
                run.ask("and then?", some, with_cut=random.random() < 0.5)
            case 4 if some:
                run.cancel(some[0])
            case 5 if some:
                run.rerun(some[0])
            case 6:
                run.rerun_all()
            case _:
                await run.wait()


@pytest.mark.parametrize("seed", range(rounds(30)))
def test_any_changes_are_reported_and_played_as_they_happened(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    path = tmp_path / "run.jsonl"
    names = known()
    for count in range(2, 20):
        names |= {f"{label} #{count}": Scripted(*[spoken("x ", "y")] * 40) for label in "ACD"}
    run = record(
        path,
        names,
        during=lambda run: at_random(run, random),
        specs=specs("A", "B"),
        repeat=random.choice([1, 1, 2]),
        warmup=random.choice([0, 0, 1]),
        order=random.choice(ORDERS),
        concurrency=random.choice([0, 1]),
    )
    recording = read_recording(path)
    assert recording.problems == ()
    assert as_json(recording.board()) == as_json(run)
    assert as_json(play(recording, speed=random.choice([0.0, 1.0, 50.0]))[0]) == as_json(run)
    source = reported_recording(recording)
    for style in STYLES:
        assert report([source], style).endswith("\n") or not source.results


LINES = st.fixed_dictionaries(
    {
        "t": st.floats(0, 20) | st.sampled_from([-1, "x", None, 1e300]),
        "s": st.integers(-1, 6) | st.sampled_from([MOST_STREAMS, "0", None]),
        "type": st.sampled_from(
            ["added", "removed", "launch", "delta", "end", "run-end", "attempt"]
        ),
    },
    optional={
        "asked": st.sampled_from([{}, {"label": "A"}, {"label": "A", "turn": 2}, [], "x", None]),
        "changed": st.sampled_from([True, False, 1, "x"]),
        "launch": st.integers(-1, 3),
        "round": st.integers(-1, 3),
        "channel": st.just("answer"),
        "text": st.just("word"),
        "status": st.sampled_from(["done", "cancelled", "x"]),
    },
)


@examples(150)
@given(st.integers(0, 3), st.integers(1, 3), st.lists(LINES, max_size=25), st.data())
def test_any_order_of_lines_is_read_reported_and_played(
    streams: int, repeat: int, lines: list[dict[str, object]], data: st.DataObject
) -> None:
    begin = {"type": "run", "version": 2, "t": 0, "repeat": repeat, "streams": [{}] * streams}
    header, *more = [json.dumps(line).encode() + b"\n" for line in [begin, *lines]]
    rest = b"".join(more)
    recording = parse_recording(header + rest[: data.draw(st.integers(0, len(rest)))])
    board = recording.board()
    assert len(board.states) == len(recording.streams) == len(recording.plan.specs)
    source = reported_recording(recording)
    assert len(source.results) == len(board.present)
    for style in STYLES:
        assert report([source], style).endswith("\n") or not source.results
    run, _ = play(recording, speed=0)
    assert run.present == [*board.present]
    launched = [index for index, launches in enumerate(recording.streams) if launches]
    assert all(run.states[index].status.final for index in launched)
