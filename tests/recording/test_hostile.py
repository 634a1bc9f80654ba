"""Damaged recordings are read as far as possible, or refused in one line."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
from datetime import timedelta
from random import Random
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from streamdash.headless import FORMATS, Headless
from streamdash.recording.library import list_runs, older_than
from streamdash.recording.reader import LINE_MOST, load_recording, parse_recording
from streamdash.recording.replay import ReplayRun
from streamdash.reporting.regressions import regressions
from streamdash.reporting.report import STYLES, report
from streamdash.reporting.reported_run import reported_recording
from streamdash.reporting.runs_table import runs_table
from streamdash.streams.errors import UsageError
from tests.fuzzing import rounds
from tests.program import streamdash
from tests.pseudo_terminal.session import session
from tests.recording.changes import known, meddle, specs
from tests.recording.mutation import spoilt
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken
from tests.tui.screen import shown, text

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.recording.recording import Recording
    from streamdash.reporting.reported_run import ReportedRun

fault = pytest.mark.fault("files and environment", "a recording that somebody has spoilt")
KEYS = (
    "tab", "1", "9", "z", "escape", "i", "t", "m", "l", "s", "slash", "a", "enter", "d", "b",
    "down", "pageup", "end", "space", "full_stop", "r", "x", "question_mark", "plus", "minus",
    "n", "up", "home", "y",
)  # fmt: skip
SIZES = ((20, 3), (60, 10), (80, 24), (200, 40))


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Valid recordings: one with every kind of stream, one with repetitions, one with changes."""
    folder = tmp_path_factory.mktemp("whole")
    record(folder / "once.jsonl")
    few = {"A": Scripted(spoken("one ", "two")), "B": Scripted(spoken("three"))}
    record(folder / "thrice.jsonl", few, repeat=3)
    record(folder / "changed.jsonl", known(), during=meddle, specs=specs("A", "B"))
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def check_refused(refused: UsageError) -> None:
    assert len(refused.problems) == 1
    assert len(refused.problems[0]) < 500


def read_everywhere(path: Path, good: ReportedRun) -> Recording | None:
    """Read `path` with every reader and report; None if it is refused."""
    assert runs_table(list_runs(path.parent))
    try:
        recording = load_recording(str(path))
    except UsageError as refused:
        check_refused(refused)
        return None
    source = reported_recording(recording)
    for style in STYLES:
        for sources in ([source], [good, source], [source, good]):
            found = report(sources, style)
            assert found.endswith("\n") or (style == "jsonl" and not source.results)
    regressions(source.results, good.results, 0.2)
    regressions(good.results, source.results, 0.2)
    return recording


async def played(recording: Recording, rng: Random, folder: Path) -> None:
    """Play the recording at once without a screen, in one of the formats."""
    with (
        (folder / "out").open("w", errors="backslashreplace") as out,
        (folder / "err").open("w") as err,
    ):
        front = Headless(rng.choice(FORMATS), out, err, width=80)
        run = ReplayRun(recording, speed=0, listeners=(front,))
        try:
            async with asyncio.timeout(20):
                await front.show(run, recording.started)
        finally:
            await run.drain()
        assert all(state.status.final for state in run.states)


@fault
async def test_no_change_to_a_recording_crashes_the_reader_or_a_report(
    wholes: list[bytes], tmp_path: Path
) -> None:
    good = reported_recording(parse_recording(wholes[0]))
    path = tmp_path / "runs" / "x.jsonl"
    path.parent.mkdir()
    path.write_bytes(wholes[0])
    for round_ in range(rounds(30)):
        rng = Random(round_)
        path.write_bytes(spoilt(rng.choice(wholes), rng) or b"\n")
        try:
            recording = read_everywhere(path, good)
            if recording is not None:
                await played(recording, rng, tmp_path)
        except Exception as error:
            raise AssertionError(f"round {round_} broke it") from error


@fault
async def test_no_change_to_a_recording_crashes_the_screen(
    wholes: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    for round_ in range(rounds(3)):
        rng = Random(1_000 + round_)
        path.write_bytes(spoilt(rng.choice(wholes), rng))
        try:
            recording = load_recording(str(path))
        except UsageError:
            continue
        run = ReplayRun(recording, speed=rng.choice([0, 1, 64]))
        options = {"timeline": run.timeline, "started": recording.started, "recorded_in": path}
        async with shown(run, size=rng.choice(SIZES), **options) as (app, pilot):
            for _ in range(8):
                await pilot.press(rng.choice(KEYS))
            text(app)
            assert app.crash is None, f"round {round_}"


# -- shapes that chance does not find -------------------------------------------------------------


def header(streams: object = ({},), **more: object) -> str:
    return json.dumps({"type": "run", "version": 1, "t": 0, "streams": streams, **more}) + "\n"


def line(**fields: object) -> str:
    return json.dumps(fields) + "\n"


def said(at: float, text: str = "x", s: int = 0) -> str:
    return line(t=at, s=s, type="delta", channel="answer", text=text)


def added(index: int, t: float = 1) -> str:
    return line(t=t, s=index, type="added", asked={"label": f"added {index}"})


SHAPES: dict[str, str] = {
    "streams that are none": header("ab"),
    "no stream at all": header([]),
    "two hundred streams": header([{}] * 200),
    "a title of a megabyte": header(title="T" * 1_000_000),
    "a label of a megabyte": header([{"label": "L" * 1_000_000, "model": "\ud800" * 9_000}]),
    "an answer of control characters": header() + said(1, "\x1b[2J\x07\x9b\r\x00\u202e" * 2_000),
    "an answer in one line of a megabyte": header() + said(1, "word " * 200_000),
    "twenty thousand deltas at one time": header() + said(0.5) * 20_000,
    "times a hair apart": header() + "".join(said(n * 1e-300) for n in range(2_000)),
    "times that go back": header() + "".join(said(9.0 - n / 1_000) for n in range(5_000)),
    "a time of thirty years": header() + said(1e9) + said(1e9) + line(t=1e9, s=0, type="end"),
    "a thousand launches": header() + line(t=1, s=0, type="launch", launch=0) * 1_000,
    "launches that go back": header()
    + "".join(line(t=1, s=0, type="launch", launch=9 - n) + said(1) for n in range(10)),
    "a started that is no time": header(started="2026-02-30") + said(1),
    "the last day there is": header(started="9999-12-31T23:59:59-12:00") + said(1),
    "the first day there is": header(started="0001-01-01T00:00:00+14:00") + said(1),
    "an end and then more": header() + line(t=1, s=0, type="end", status="done") + said(2),
    "two ends of the run": header() + line(t=1, type="run-end") * 2 + said(3),
    "a host that is none": header([{"endpoint": {"base_url": "http://[::1", "api": []}}]) + said(1),
    "a stream added after a gap": header() + added(1) + added(3) + said(1, s=3),
    "a stream added twice": header() + added(1) * 2 + said(1, s=1) + added(0) + added(-1),
    "an added stream that says nothing": header() + added(1) + line(t=2, s=1, type="removed"),
    "a stream removed before it is added": header() + line(t=1, s=1, type="removed") + added(1),
    "every stream removed": header([{}] * 3)
    + said(1)
    + "".join(line(t=2, s=index, type="removed") for index in (0, 2, 1, 1, 9, -1, "0", None)),
    "a removed stream that goes on": header() + line(t=1, s=0, type="removed") + said(2),
    "additions that go back in time": header()
    + "".join(added(n, t=9 - n) + line(t=8 - n, s=n, type="removed") for n in range(1, 9)),
    "an added stream that is asked nothing": header() + line(t=1, s=1, type="added") + said(1, s=1),
    "a change of nothing": header([{"label": "A"}])
    + line(t=1, s=0, type="launch", launch=0, changed=True, asked=[])
    + line(t=1, s=0, type="launch", launch=0, changed=1)
    + said(1),
    "counts that no one has": header()
    + line(t=1, s=0, type="usage", input=2**53, output=-(2**53), reasoning=2**53, cached=0)
    + said(1),
}


@fault
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_no_shape_of_a_recording_takes_long_to_read(
    shape: str, wholes: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "runs" / "x.jsonl"
    path.parent.mkdir()
    path.write_text(shape)
    good = reported_recording(parse_recording(wholes[0]))
    if len(shape) < 20_000:
        recording: Recording | None = read_everywhere(path, good)
    else:
        recording = load_recording(str(path))
        report([reported_recording(recording)], "text")
    if recording is not None:
        await played(recording, Random(3), tmp_path)


@fault
def test_no_more_streams_are_made_than_a_run_has() -> None:
    assert len(parse_recording(header([{}] * 30_000).encode()).streams) == 10_000
    many = header([{}] * 9_999) + "".join(added(index) for index in range(9_999, 10_005))
    recording = parse_recording(many.encode())
    assert len(recording.streams) == len(recording.plan.specs) == 10_000
    assert len(recording.problems) == 5


@fault
async def test_files_that_are_not_recordings_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "packed").write_bytes(gzip.compress(header().encode()))
    (tmp_path / "noise").write_bytes(Random(5).randbytes(100_000))
    (tmp_path / "two\nlines").write_bytes(b"{}\n")
    (tmp_path / "newer").write_text(header().replace('"version": 1', '"version": 99'))
    with (tmp_path / "gigabyte").open("wb") as sparse:
        sparse.truncate(1 << 30)
    with (tmp_path / "more").open("wb") as sparse:
        sparse.truncate((1 << 30) + 1)
    names = [path.name for path in tmp_path.iterdir()] + ["/dev/null", "/dev/zero", "missing", ""]
    for name in names:
        with pytest.raises(UsageError) as refused:
            load_recording(str(tmp_path / name) if name and "/" not in name else name)
        assert len(refused.value.problems) == 1
    for command in (["replay"], ["report"], ["-m", "demo:quick", "-p", "x", "--baseline"]):
        ended = await streamdash(*command, "two\nlines", home=tmp_path)
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.err.splitlines()) == 1


@fault
def test_a_line_that_is_too_long_is_ignored_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write((header() + said(1, "before ")).encode())
        file.seek(file.tell() + LINE_MOST + 100)
        file.write(b"\n" + said(2, "after").encode())
    recording = load_recording(str(path))
    assert recording.board().states[0].text.value() == "before after"
    assert len(recording.problems) == 1
    assert "line 3" in recording.problems[0]


@fault
def test_a_recording_with_an_impossible_date_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(header(started="?"))
    for year_s in (0, 2**33, -(2**33), 10**11):
        os.utime(path, (year_s, year_s))
        runs = list_runs(tmp_path)
        assert "x.jsonl" in runs_table(runs)
        older_than(runs, timedelta(days=30))


@fault
@pytest.mark.parametrize("speed", ["1", "0.001"])
async def test_a_time_that_never_comes_can_be_skipped_and_left(speed: str, tmp_path: Path) -> None:
    path = tmp_path / "far.jsonl"
    end = line(t=1e9, s=0, type="end", status="done")
    path.write_text(header([{"label": "FAR"}]) + said(0.0, "near") + said(1e9, " far") + end)
    async with session("replay", str(path), "--speed", speed, home=tmp_path) as terminal:
        await terminal.until("FAR", "near")
        terminal.press("q")
        began = monotonic()
        assert await terminal.ended() in (0, 1)
        assert monotonic() - began < 5
