"""A person repeats the demo's models in rounds, and the machine dies in the middle of one."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

from tests.program import streamdash
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

DEMO = ("-m", "demo:echo", "-m", "demo:quick", "-p", "a prompt", "--repeat", "5")


async def test_a_run_that_is_killed_in_the_middle_of_a_round_can_be_reported(
    tmp_path: Path,
) -> None:
    recording = tmp_path / "run.jsonl"
    async with session(*DEMO, "--record", str(recording), home=tmp_path) as terminal:
        await terminal.until("round 1 of 5", "1/5")
        # the short answer of round 2 has ended, the long one has not
        await terminal.until("round 2 of 5", "1 streaming", "1 done")
        os.killpg(terminal.process.pid, signal.SIGKILL)
        await terminal.ended()
    report = await streamdash("report", str(recording), "--format", "json", home=tmp_path)
    assert report.code == 0
    result = json.loads(report.out)
    assert (result["run"]["repeat"], result["run"]["rounds"]) == (5, 2)
    echo, quick = result["streams"]
    assert [run["round"] for run in echo["runs"]] == [1, 2]
    assert [run["round"] for run in quick["runs"]] == [1, 2]
    assert [run["status"] for run in echo["runs"]] == ["done", "done"]
    assert "unfinished" in quick["runs"][-1]["flags"]
    # the cut round proves nothing and is no failure of the server
    assert (echo["stats"]["ttft_s"]["n"], echo["stats"]["ttft_s"]["failed"]) == (2, 0)
    assert (quick["stats"]["ttft_s"]["n"], quick["stats"]["ttft_s"]["failed"]) == (1, 0)
    text = await streamdash("report", str(recording), home=tmp_path)
    assert text.code == 0
    assert "unfinished" in text.out
