"""Reading recordings, whole and cut off."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamdash.recording.journal import Journal
from streamdash.recording.reader import load_recording, parse_recording, read_recording
from streamdash.reporting.result import run_result, stream_result
from streamdash.streams.errors import ERROR_KINDS, ErrorInfo, UsageError
from streamdash.streams.events import (
    Attempt,
    Connected,
    Delta,
    End,
    Event,
    Finish,
    Flag,
    Headers,
    Identity,
    Retry,
    Sent,
    Status,
    Terminal,
    Usage,
    Wire,
)
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from tests.recording.scenes import STARTED, providers, record
from tests.streams.scripted import Scripted, ScriptedSource, spec, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.state import StreamState

FINALS = [status for status in Status if status.final]

# -- a recording tells what happened, to the digit ----------------------------------------------


def test_results_from_a_recording_equal_the_run_s(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path)
    recording = read_recording(path)
    assert recording.finished
    assert not recording.torn
    assert recording.warnings() == []
    started = STARTED.isoformat(timespec="milliseconds")
    assert recording.started == started
    assert run_result(recording.board(), started) == run_result(run, started)


def test_rounds_give_the_same_statistics(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path, repeat=3, concurrency=2)
    board = read_recording(path).board()
    assert [len(past) for past in board.past] == [2] * len(run.states)
    assert run_result(board, "") == run_result(run, "")


def test_the_repetitions_of_version_1_are_rounds(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path, repeat=3)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[0]["version"] = 1
    for field in ("warmup", "order", "until", "seed", "reference"):
        del lines[0][field]
    for line in lines:
        if line["type"] == "launch":
            line["repetition"] = line.pop("round") - 1
    old = parse_recording("".join(json.dumps(line) + "\n" for line in lines).encode())
    before, after = run_result(run, ""), run_result(old.board(), "")
    assert after.streams == before.streams
    assert (after.info.repeat, after.info.rounds, after.info.warmup) == (3, 3, 0)


def test_a_run_that_was_killed_in_the_middle_of_a_round_keeps_the_rounds_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.jsonl"
    record(path, {"A": Scripted(spoken("x", "y")), "B": Scripted(spoken("z"))}, repeat=3)
    data = path.read_bytes().splitlines(keepends=True)
    begun = [place for place, line in enumerate(data) if b'"round":3' in line]
    recording = parse_recording(b"".join(data[: begun[0] + 6]))
    results = run_result(recording.board(), "")
    assert results.info.rounds == 3
    assert [[one.round for one in result.runs][:2] for result in results.streams] == [[1, 2]] * 2
    spreads = [result.stats["ttft_s"] for result in results.streams]
    assert [spread.n for spread in spreads if spread is not None] == [2, 2]


times = st.floats(min_value=0, max_value=1e6, allow_nan=False)
# decoded text may hold half of a pair, but never two halves that belong together
characters = st.one_of(
    st.text(min_size=1, max_size=6).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)),
    st.sampled_from(["\ud83d", "\ude00", "a\ud83d", "\ude00b", "\x00", "\u2028", "\x7f", '"\\/']),
)
small = st.integers(min_value=0, max_value=10**9)
maybe = st.none() | small
words = st.text(max_size=8)
errors = st.builds(ErrorInfo, st.sampled_from(ERROR_KINDS), words, maybe)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Attempt, small),
    st.builds(Connected, st.booleans(), st.none() | times, st.none() | times),
    st.just(Sent()),
    st.builds(Headers, small, st.none() | words, words),
    st.builds(Wire, st.sampled_from(["chunk", "ping", ""]), st.just(None), st.booleans()),
    st.builds(Delta, st.sampled_from(["answer", "reasoning", "refusal", "tool"]), characters),
    st.builds(Identity, st.none() | words, st.none() | words),
    st.builds(Usage, maybe, maybe, maybe, maybe, maybe, maybe),
    st.builds(Finish, words, st.sampled_from(FINALS)),
    st.just(Terminal()),
    st.builds(Retry, times, errors),
    st.builds(Flag, words),
)
ends = st.builds(End, st.sampled_from(FINALS), st.none() | errors)


@settings(max_examples=200, deadline=None)
@given(
    started=times,
    steps=st.lists(st.tuples(events, st.floats(min_value=0, max_value=100)), max_size=30),
    end=ends,
)
def test_any_events_at_any_times_are_folded_the_same_again(
    tmp_path_factory: pytest.TempPathFactory,
    started: float,
    steps: list[tuple[Event, float]],
    end: End,
) -> None:
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    now = started
    run = live_run(RunPlan(specs=(spec(),)), ScriptedSource({}), clock=lambda: now)
    journal = Journal(path)
    journal.begin(run, STARTED)
    state = run.states[0]
    for event, wait in [*steps, (end, 0.1)]:
        now += wait
        state.apply(event, now)
        journal.on_event(state, event, now)
    journal.close()
    told = read_recording(path)
    assert told.problems == ()
    again = told.streams[0][0].state(0, wire_kept=2_000)
    assert stream_result(again) == stream_result(state)
    assert _differences(again) == _differences(state)
    assert [(w.number, w.wire.type, w.wire.chunk) for w in again.wire] == [
        (w.number, w.wire.type, w.wire.chunk) for w in state.wire
    ]
    assert again.refusal.value() == state.refusal.value()
    assert (again.retry_error, again.headers) == (state.retry_error, state.headers)


def _differences(state: StreamState) -> list[float]:
    """Every time in the state, as seconds since its launch."""
    kept = [
        *state.delta_times,
        *(entry.at for entry in state.wire),
        *(
            at
            for at in (state.sent_at, state.headers_at, state.terminal_at, state.ended_at)
            if at is not None
        ),
    ]
    return [at - state.launched_at for at in kept]


# -- whatever is left of it ---------------------------------------------------------------------


def small_recording(path: Path) -> bytes:
    known = {
        "A": Scripted(spoken("one ", "two\n", "\ud83d", "\ude00 three")),
        "B": providers()["broken"],
    }
    record(path, known, title="Zwei ✓")
    return path.read_bytes()


def test_a_recording_cut_at_any_byte_gives_a_prefix(tmp_path: Path) -> None:
    data = small_recording(tmp_path / "run.jsonl")
    whole = parse_recording(data).board().states
    told = -1
    for cut in range(len(data)):
        recording = parse_recording(data[:cut])
        board = recording.board()
        assert not recording.finished or cut >= len(data) - 1
        assert recording.problems == ()
        texts = [state.text.value() for state in board.states]
        for text, state in zip(texts, whole, strict=False):
            assert state.text.value().startswith(text.rstrip("\ud83d"))
        assert all(state.status.final for state in board.states)
        run_result(board, recording.started)
        assert sum(map(len, texts)) >= told - 1
        told = sum(map(len, texts))
        # the last whole line is never lost
        lines = data[:cut].split(b"\n")[1:-1]
        deltas = [json.loads(line) for line in lines if b'"type":"delta"' in line]
        assert sum(len(state.delta_times) for state in board.states) >= len(deltas)


def test_an_unfinished_stream_is_flagged(tmp_path: Path) -> None:
    data = small_recording(tmp_path / "run.jsonl")
    cut = data[: data.index(b"two") + 2]
    recording = parse_recording(cut)
    state = recording.board().states[0]
    assert state.status is Status.TRUNCATED
    assert state.flags == ["unfinished"]
    assert state.text.value() == "one "
    assert state.ended_at == recording.last_at
    (warning,) = recording.warnings()
    assert "cut off" in warning
    assert "2 of 2 streams are unfinished" in warning


def test_a_stream_that_never_began_before_the_kill_is_unfinished(tmp_path: Path) -> None:
    data = small_recording(tmp_path / "run.jsonl")
    recording = parse_recording(data[: data.index(b"\n") + 1])
    assert [state.status for state in recording.board().states] == [Status.TRUNCATED] * 2


def test_a_stream_that_was_never_asked_stays_queued(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = live_run(RunPlan(specs=(spec(),)), ScriptedSource({}), clock=lambda: 5.0)
    journal = Journal(path)
    journal.begin(run, STARTED)
    journal.close()
    board = read_recording(path).board()
    assert board.states[0].status is Status.QUEUED
    assert run_result(board, "") == run_result(run, "")


def test_types_and_fields_of_later_versions_are_ignored(tmp_path: Path) -> None:
    data = small_recording(tmp_path / "run.jsonl")
    header, *rest = data.splitlines(keepends=True)
    grown = [line.replace(b'"type"', b'"new":[1],"type"') for line in rest]
    grown.insert(4, b'{"t":0.1,"s":0,"type":"smell","of":"coffee"}\n')
    before, after = parse_recording(data), parse_recording(header + b"".join(grown))
    assert after.problems == ()
    assert run_result(after.board(), "") == run_result(before.board(), "")


BAD_LINES = (
    b"\n",
    b"not json\n",
    b"[]\n",
    b'{"t":0.1,"s":0,"type":"delta","channel":"answer","text":""}\n',
    b'{"t":0.1,"s":0,"type":"delta","channel":"smell","text":"x"}\n',
    b'{"t":0.1,"s":0,"type":"delta","channel":"answer","text":7}\n',
    b'{"t":NaN,"s":0,"type":"sent"}\n',
    b'{"t":1e999,"s":0,"type":"sent"}\n',
    b'{"t":-1,"s":0,"type":"sent"}\n',
    b'{"t":"1","s":0,"type":"sent"}\n',
    b'{"t":0.1,"s":9,"type":"sent"}\n',
    b'{"t":0.1,"s":true,"type":"sent"}\n',
    b'{"t":0.1,"type":"sent"}\n',
    b'{"t":0.1,"s":0,"type":"end","status":"streaming"}\n',
    b'{"t":0.1,"s":0,"type":"end","status":"odd"}\n',
    b'{"t":0.1,"s":0,"type":"error","kind":"odd","message":""}\n',
    b'{"t":0.1,"s":0,"type":"usage","input":' + b"9" * 60 + b"}\n",
    b"[" * 100_000 + b"\n",
    b"\xff\xfe\x00\n",
)


@pytest.mark.parametrize("bad", BAD_LINES, ids=[str(line[:60]) for line in BAD_LINES])
def test_a_bad_line_is_reported_and_the_rest_is_read(tmp_path: Path, bad: bytes) -> None:
    data = small_recording(tmp_path / "run.jsonl")
    lines = data.splitlines(keepends=True)
    lines.insert(4, bad)
    recording = parse_recording(b"".join(lines))
    assert len(recording.problems) == 1
    assert recording.problems[0].startswith("line 5: ")
    assert "line 5" in recording.warnings()[0]
    assert run_result(recording.board(), "") == run_result(parse_recording(data).board(), "")


def test_many_bad_lines_are_reported_in_a_few_words(tmp_path: Path) -> None:
    data = small_recording(tmp_path / "run.jsonl")
    recording = parse_recording(data + b"x\n" * 1_000)
    assert len(recording.problems) == 6
    assert recording.problems[-1] == "and 995 lines more"


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_bytes_changed_anywhere_raise_nothing_but_a_usage_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = bytearray(_KNOWN.setdefault("data", small_recording(_fresh(tmp_path_factory))))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        recording = parse_recording(bytes(whole))
    except UsageError:
        return
    run_result(recording.board(), recording.started)


_KNOWN: dict[str, bytes] = {}


def _fresh(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("small") / "run.jsonl"


# -- what is no recording -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"hello\n",
        b"{}\n",
        b'{"type":"run"}\n',
        b'{"type":"run","version":"1"}\n',
        b"[1,2]\n",
        b"\x00\x01\x02",
        b'{"type":"other","version":1}\n',
        b'[[prompts]]\nprompt = "x"\n',
    ],
)
def test_another_kind_of_file_is_reported(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.jsonl"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"other\.jsonl: is not a recording of streamdash"):
        read_recording(path)


def test_a_newer_format_is_reported(tmp_path: Path) -> None:
    data = small_recording(tmp_path / "run.jsonl")
    newer = data.replace(b'"version":2', b'"version":3', 1)
    with pytest.raises(UsageError, match=r"newer streamdash \(format 3"):
        parse_recording(newer)


def test_paths_that_are_not_regular_files_are_reported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_recording(tmp_path / "missing.jsonl")
    with pytest.raises(UsageError, match="is a folder"):
        read_recording(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a regular file"):
        read_recording(tmp_path / "pipe")
    huge = tmp_path / "huge.jsonl"
    with huge.open("wb") as file:
        file.truncate(2 << 30)
    with pytest.raises(UsageError, match="larger than 1 GiB"):
        read_recording(huge)
    with pytest.raises(UsageError, match="no file name"):
        load_recording("a\x00b")


def test_a_recording_without_its_first_line_cannot_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"")
    assert read_recording(path).streams == ()
    with pytest.raises(UsageError, match="before it says what was asked"):
        load_recording(str(path))
