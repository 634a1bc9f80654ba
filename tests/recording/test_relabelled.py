"""Streams that get another label while the run goes on: recorded, read and played."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import read_recording
from streamdash.recording.replay import ReplayRun
from streamdash.reporting.result import run_result
from streamdash.reporting.result_json import run_json
from tests.recording.changes import known, specs
from tests.recording.scenes import record
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from streamdash.recording.recording import Recording
    from streamdash.streams.frozen_run import FrozenRun
    from streamdash.streams.run import Run


def as_json(run: Run | FrozenRun) -> str:
    return json.dumps(run_json(run_result(run, "")), sort_keys=True)


def relabel(run: Run, index: int, label: str) -> None:
    run.revise({index: run.states[index].spec._replace(label=label)})


async def live(run: Run) -> None:
    await asyncio.sleep(0.15)
    relabel(run, 0, "New")


async def ended(run: Run) -> None:
    await run.wait()
    relabel(run, 0, "New")


async def rerun(run: Run) -> None:
    await ended(run)
    run.rerun(0)


async def before_the_first_request(run: Run) -> None:
    relabel(run, 0, "New")


async def exchanged(run: Run) -> None:
    await run.wait()
    old = [state.spec for state in run.states]
    labels = [old[1].label, old[0].label]
    run.revise({i: old[i]._replace(label=labels[i]) for i in range(2)})


def replayed(recording: Recording) -> ReplayRun:
    async def work() -> ReplayRun:
        run = ReplayRun(recording, clock=virtual_clock)
        run.start()
        await run.wait()
        await run.drain()
        return run

    return run_virtual(work())


@pytest.mark.parametrize(
    "during",
    [live, ended, rerun, before_the_first_request, exchanged],
    ids=lambda one: one.__name__,
)
def test_the_report_and_the_replay_have_the_last_labels(
    tmp_path: Path, during: Callable[[Run], Awaitable[None]]
) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path, known(), during=during, specs=specs("A", "B"))
    recording = read_recording(path)
    assert recording.problems == ()
    expected = ["B", "A"] if during is exchanged else ["New", "B"]
    assert [state.spec.label for state in run.states] == expected
    assert as_json(recording.board()) == as_json(run)
    assert as_json(replayed(recording)) == as_json(run)


def test_a_label_that_another_stream_has_is_numbered(tmp_path: Path) -> None:
    async def during(run: Run) -> None:
        relabel(run, 0, "B")

    run = record(tmp_path / "run.jsonl", known(), during=during, specs=specs("A", "B"))
    assert [state.spec.label for state in run.states] == ["B #2", "B"]
