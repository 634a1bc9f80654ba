"""Runs whose streams were added, changed and removed: recorded, read and played."""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import MOST_STREAMS, parse_recording, read_recording
from streamdash.recording.replay import ReplayRun
from streamdash.reporting.result import run_result
from streamdash.reporting.result_json import run_json
from streamdash.streams.spec import ORDERS
from tests.fuzzing import rounds
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from streamdash.recording.recording import RecordedRun, Recording
    from streamdash.streams.run import Run
    from streamdash.streams.spec import Order


def known() -> dict[str, Scripted]:
    """Providers that answer as often as they are asked."""
    return {name: Scripted(*[spoken("one ", name)] * 40) for name in ("A", "B", "C", "A #2", "D")}


def specs(*labels: str) -> tuple:
    return tuple(spec(label) for label in labels)


def as_json(run: Run | RecordedRun) -> str:
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


async def meddle(run: Run) -> None:
    """Add, change, remove, ask and rerun, while streams are live and after."""
    await asyncio.sleep(0.15)
    run.add(specs("C", "A"))
    await asyncio.sleep(0.1)
    run.change({0: spec("D", model="m-9")})
    run.remove(1)
    await run.wait()
    run.ask("and then?", run.present)
    await run.wait()
    run.change({2: spec("C", model="m-9"), 0: spec("D")})
    await asyncio.sleep(0.2)
    run.cancel(2)
    run.rerun(2)
    await run.wait()
    run.rerun(0)
    await run.wait()


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
    names = {label: one for label, one in known().items()}
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
