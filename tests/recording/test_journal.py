"""The lines of a recording, who can read the file, and what happens if it cannot be written."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from streamdash.recording import journal as journal_module
from streamdash.recording.journal import Journal, open_journal
from streamdash.recording.paths import chosen_path, new_path
from streamdash.recording.reader import parse_recording, read_recording
from streamdash.streams.errors import ErrorInfo, UsageError
from streamdash.streams.events import Delta, End, Status
from streamdash.streams.state import StreamState
from tests.recording.changes import known, meddle, specs
from tests.recording.scenes import STARTED, make_run, providers, record
from tests.streams.scripted import Scripted, spec, spoken
from tests.virtual_time import run_virtual

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.run import Run

CANARY = "sk-canary-0123456789"


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_line_is_one_json_object_with_a_type_and_a_time(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path)
    written = lines(path)
    assert written[0]["type"] == "run"
    assert written[-1]["type"] == "run-end"
    assert all(isinstance(line["t"], float) for line in written)
    assert all(isinstance(line["s"], int) for line in written[1:-1])
    spec_types = {"attempt", "headers", "delta", "usage", "retry", "error", "end"}
    assert spec_types <= {str(line["type"]) for line in written}


def test_the_file_is_readable_by_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    journal = open_journal(None, STARTED)
    journal.close()
    assert journal.problem is None
    assert journal.path.name.startswith("2026-01-31T18-20-33-")
    assert tmp_path in journal.path.parents
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_two_runs_of_one_second_have_their_own_files(tmp_path: Path) -> None:
    assert len({new_path(STARTED, tmp_path) for _ in range(8)}) > 1


def test_a_loose_mode_of_an_empty_file_is_tightened(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.touch(0o644)
    Journal(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_key_header_value_or_password_is_written(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    asked = spec("plain")
    endpoint = asked.endpoint._replace(
        base_url=f"https://user:{CANARY}@lab.example/v1?key={CANARY}#{CANARY}",
        key_env="LAB_API_KEY",
        headers={"x-team": CANARY},
    )
    params = {"api_key": CANARY, "max_tokens": 5, "extra": [{"Authorization": CANARY, "token": 1}]}
    asked = asked._replace(endpoint=endpoint, params=params)
    record(path, {"plain": providers()["plain"]}, specs=(asked,))
    assert CANARY not in path.read_text()
    written = lines(path)[0]["streams"]
    assert isinstance(written, list)
    assert written[0]["endpoint"]["headers"] == ["x-team"]
    assert written[0]["endpoint"]["base_url"] == "https://lab.example/v1"
    assert written[0]["params"]["max_tokens"] == 5


def test_a_spec_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    asked = spec(
        "plain",
        system="Be brief.",
        max_tokens=100,
        temperature=0.2,
        top_p=1.0,
        seed=7,
        stop=("END",),
        reasoning_effort="low",
        stream=False,
        params={"logit_bias": {"50256": -100}},
        retries=0,
    )
    record(path, {"plain": providers()["plain"]}, specs=(asked,), title="One")
    plan = read_recording(path).plan
    assert plan.specs == (asked,)
    assert plan.title == "One"


def test_a_follow_up_question_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def ask(run: Run) -> None:
        await run.wait()
        run.ask("And then?", [0])

    run = record(path, {"plain": Scripted(spoken("first"), spoken("second"))}, during=ask)
    recording = read_recording(path)
    first, second = recording.streams[0]
    assert first.spec == run.plan.specs[0]
    assert [message["content"] for message in second.spec.messages] == [
        "Hello",
        "first",
        "And then?",
    ]


def test_rounds_warm_ups_and_reruns_are_distinguished(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def rerun(run: Run) -> None:
        await run.wait()
        run.rerun(0)
        await run.wait()
        run.rerun_all()

    record(path, {"plain": Scripted(spoken("x"))}, repeat=2, warmup=1, during=rerun)
    launches = [line for line in lines(path) if line["type"] == "launch"]
    rounds = [(line["launch"], line.get("warmup"), line.get("round")) for line in launches]
    series = [(True, 1), (None, 1), (None, 2)]
    assert rounds == [
        *((0, *one) for one in series),
        (1, None, None),
        *((2, *one) for one in series),
    ]


def test_a_stream_that_is_cancelled_while_it_queues_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def cancel(run: Run) -> None:
        await asyncio.sleep(0.1)
        run.cancel(1)

    known = {"A": Scripted(spoken("x")), "B": Scripted(spoken("y"))}
    record(path, known, concurrency=1, during=cancel)
    kinds = [line["type"] for line in lines(path) if line.get("s") == 1]
    assert kinds == ["launch", "end"]


def test_events_after_the_end_of_a_stream_are_not_recorded(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def work() -> None:
        journal = Journal(path)
        run = make_run({"A": Scripted([])})
        journal.begin(run, STARTED)
        old = run.states[0]
        for state in (old, StreamState(old.spec, 0, run.clock())):
            state.apply(End(Status.CANCELLED), 1001.0)
            journal.on_event(state, End(Status.CANCELLED), 1001.0)
            for late in (Delta("answer", "late"), End(Status.FAILED, ErrorInfo("internal", "x"))):
                journal.on_event(state, late, 1002.0)
                journal.on_event(old, late, 1002.0)
        journal.close()

    run_virtual(work())
    kinds = [line["type"] for line in lines(path)]
    assert kinds == ["run", "launch", "end", "launch", "end", "run-end"]


def test_the_schema_s_examples_are_read(tmp_path: Path) -> None:
    text = str(journal_module.__doc__)
    examples = [line.strip() for line in text.splitlines() if line.startswith('    {"')]
    recording = parse_recording("\n".join([*examples, ""]).encode())
    assert recording.problems == ()
    assert recording.finished
    assert recording.lag.max_s == 0.002
    (launch,) = recording.streams[0]
    state = launch.state(0)
    assert state.text.value() == "Python is"
    assert state.error == ErrorInfo("disconnected", "connection reset", 200)
    written = tmp_path / "run.jsonl"
    record(written, known(), during=meddle, specs=specs("A", "B"))
    assert {"added", "removed"} <= {line["type"] for line in lines(written)}
    documented = {json.loads(line)["type"] for line in examples}
    assert {line["type"] for line in lines(written)} <= documented


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_reported_and_stops_nothing() -> None:
    async def work() -> None:
        from pathlib import Path

        journal = Journal(Path("/dev/full"))
        run = make_run({"A": Scripted(spoken("all ", "of it"))}, listeners=(journal,))
        journal.begin(run, STARTED)
        assert journal.problem is not None
        assert "No space left" in journal.problem
        assert journal.problem.startswith("not recorded: ")
        assert "/dev/full" in journal.problem
        run.start()
        await run.wait()
        journal.close()
        assert run.states[0].text.value() == "all of it"

    run_virtual(work())


def test_a_disk_that_fills_up_later_leaves_whole_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.jsonl"
    real, room = os.write, [3_000]

    def write(fd: int, data: bytes) -> int:
        # as ext4 does it: what still fits is written, then nothing
        if room[0] <= 0:
            raise OSError(28, "No space left on device")
        written = real(fd, data[: room[0]])
        room[0] -= written
        return written

    async def work() -> tuple[Run, str | None]:
        journal = Journal(path)
        run = make_run({"A": Scripted(spoken(*["word "] * 50))}, listeners=(journal,))
        journal.begin(run, STARTED)
        monkeypatch.setattr("streamdash.recording.record_file.os.write", write)
        run.start()
        await run.wait()
        monkeypatch.undo()
        journal.close()
        return run, journal.problem

    run, problem = run_virtual(work())
    assert problem is not None
    assert problem.startswith("recording stopped: No space left")
    assert run.states[0].status is Status.DONE
    recording = read_recording(path)
    assert recording.torn
    assert not recording.finished
    told = recording.board().states[0].text.value()
    assert told
    assert run.states[0].text.value().startswith(told)


def test_a_disk_error_after_the_write_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("streamdash.recording.disk_sync.os.fsync", fsync)
    journal = Journal(tmp_path / "run.jsonl")
    journal.close()
    assert journal.problem is not None
    assert "Input/output error" in journal.problem


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "no" / "run.jsonl")
    assert journal.problem is not None
    assert "No such file" in journal.problem
    run_virtual(_heard_all_the_same(journal))
    journal.close()


async def _heard_all_the_same(journal: Journal) -> None:
    run = make_run({"A": Scripted(spoken("x"))}, listeners=(journal,))
    journal.begin(run, STARTED)
    run.start()
    await run.wait()
    assert run.states[0].status is Status.DONE


def test_a_user_s_file_is_never_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("dear diary")
    with pytest.raises(UsageError, match="exists and is not empty"):
        chosen_path(str(kept))
    with pytest.raises(UsageError, match="is a folder"):
        chosen_path(str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a regular file"):
        chosen_path(str(tmp_path / "pipe"))
    # and if it comes into being between the look and the writing
    journal = Journal(kept)
    assert journal.problem is not None
    journal.close()
    assert kept.read_text() == "dear diary"


def test_closing_twice_does_nothing_more(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.jsonl")
    journal.close()
    journal.close()
    assert journal.problem is None
