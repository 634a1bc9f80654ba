"""After a `kill -9` in the middle of a run, everything received before it can be read."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from random import Random
from typing import TYPE_CHECKING

from streamdash.recording.reader import read_recording
from streamdash.reporting.result import run_result
from streamdash.streams.events import Status
from tests.recording.victim import LABELS, chunks

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 6
LONGEST_S = 0.4


def kill_at(path: Path, after_s: float) -> None:
    """Run the victim and kill it the given time after its recording appears."""
    victim = subprocess.Popen([sys.executable, "-m", "tests.recording.victim", str(path)])
    try:
        deadline = time.monotonic() + 60
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(after_s)
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.wait()


def check(path: Path) -> int:
    """Check that the recording has a prefix of every text; returns the number of characters."""
    recording = read_recording(path)
    assert recording.problems == ()
    if not recording.streams:
        return 0
    board = recording.board()
    run_result(board, recording.started)
    for label, state in zip(LABELS, board.states, strict=True):
        assert "".join(chunks(label)).startswith(state.text.value())
        assert state.status in (Status.TRUNCATED, Status.DONE)
    *lines, _last = path.read_bytes().split(b"\n")
    deltas = sum(json.loads(line)["type"] == "delta" for line in lines)
    assert sum(state.deltas for state in board.states) in (deltas, deltas + 1)
    return sum(state.text.chars for state in board.states)


def test_a_killed_run_leaves_a_prefix_of_every_answer(tmp_path: Path) -> None:
    rng = Random(20_260_131)
    found = []
    for number in range(KILLS):
        path = tmp_path / f"{number}.jsonl"
        kill_at(path, rng.uniform(0, LONGEST_S))
        found.append(check(path))
    assert any(found)
