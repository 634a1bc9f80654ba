"""What a command says about a run from which streams were removed."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from tests.program import streamdash
from tests.recording.scenes import record
from tests.streams.scripted import HEADERS, Scripted, spec, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.run import Run


@pytest.fixture
def recordings(tmp_path: Path) -> tuple[str, str]:
    """A run of GOOD alone, and one to which LATE was added, and from which the others went.

    BAD failed before it was removed, and MUTE was live.
    """
    known = {
        "GOOD": Scripted(spoken("good ", "words")),
        "BAD": Scripted([(0.1, StreamError("server", "HTTP 500", http_status=500))]),
        "MUTE": Scripted([(0.1, HEADERS), (900.0, HEADERS)]),
        "LATE": Scripted(spoken("late ", "words")),
    }

    async def change(run: Run) -> None:
        await asyncio.sleep(0.5)
        run.remove(2)
        run.add([spec("LATE")])
        await run.wait()
        run.remove(1)

    alone, changed = tmp_path / "alone.jsonl", tmp_path / "changed.jsonl"
    record(alone, {"GOOD": Scripted(spoken("good ", "words"))}, title="Alone")
    first = tuple(map(spec, ("GOOD", "BAD", "MUTE")))
    record(changed, known, during=change, title="Changed", specs=first)
    return str(alone), str(changed)


@pytest.mark.parametrize("style", ["text", "json", "jsonl", "csv", "markdown"])
async def test_neither_a_report_nor_a_replay_knows_a_removed_stream(
    recordings: tuple[str, str], tmp_path: Path, style: str
) -> None:
    for command in (["report"], ["replay", "--speed", "0"]):
        ended = await streamdash(*command, recordings[1], "--format", style, home=tmp_path)
        assert ended.code == 0, ended.err
        results = ended.out.rpartition("=== All streams complete ===")[2]
        assert "GOOD" in results
        assert "LATE" in results
        if command[0] == "report" or style != "jsonl":
            assert "BAD" not in results
            assert "MUTE" not in results


async def test_a_gate_and_a_baseline_judge_the_streams_that_are_left(
    recordings: tuple[str, str], tmp_path: Path
) -> None:
    alone, changed = recordings
    gates = ("--speed", "0", "--format", "json", "--max-ttft", "60", "--max-total", "60")
    ended = await streamdash("replay", changed, *gates, home=tmp_path)
    assert (ended.code, ended.err.count("gate failed")) == (0, 0)
    assert json.loads(ended.out)["run"]["streams"] == 2
    ended = await streamdash("replay", changed, *gates, "--baseline", alone, home=tmp_path)
    assert ended.code == 3
    assert "gate failed: LATE: is not in the baseline" in ended.err
    assert "BAD" not in ended.err.replace("BAD: failed", "")
    assert "MUTE" not in ended.err
    ended = await streamdash("replay", alone, *gates, "--baseline", changed, home=tmp_path)
    assert ended.code == 0


async def test_two_runs_side_by_side_show_the_streams_of_each(
    recordings: tuple[str, str], tmp_path: Path
) -> None:
    for style in ("text", "markdown", "html"):
        ended = await streamdash("report", *recordings, "--format", style, home=tmp_path)
        assert ended.code == 0
        assert "LATE" in ended.out
        assert "BAD" not in ended.out
        assert "MUTE" not in ended.out


async def test_the_list_of_runs_counts_the_streams_that_were_left(
    recordings: tuple[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / ".local" / "state" / "streamdash" / "runs"
    folder.mkdir(parents=True, mode=0o700)
    shutil.copy(recordings[1], folder)
    ended = await streamdash("runs", home=tmp_path)
    assert "2 done" in ended.out
