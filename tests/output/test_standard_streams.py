"""Standard streams that are closed or full: no crash, and never a silent loss."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.program import environment
from tests.recording.scenes import record

if TYPE_CHECKING:
    from pathlib import Path

closed = pytest.mark.fault("files and environment", "standard streams are closed or take nothing")

COMMANDS = [
    "replay run.jsonl",
    "replay run.jsonl --format json",
    "report run.jsonl --format html",
    "runs",
    "endpoints",
    "--version",
    "--help",
    "-m demo:echo -p hi --no-record --format csv",
]
NO_OUTPUT = [">&-", "<&- >&-", "1<run.jsonl", ">/dev/full"]
NO_ERROR = ["2>&-", "<&- 2>&-", "2</dev/null", "2>/dev/full"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one recording in the working directory and one in the runs folder."""
    record(tmp_path / "run.jsonl")
    runs = tmp_path / ".local" / "state" / "streamdash" / "runs"
    runs.mkdir(parents=True)
    shutil.copy(tmp_path / "run.jsonl", runs)
    return tmp_path


def shell(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f'"$0" -m streamdash {line}', sys.executable],
        capture_output=True, text=True, cwd=home, env=environment(home), timeout=60, check=False,
    )  # fmt: skip


@closed
@pytest.mark.parametrize(
    ("command", "streams"),
    [(command, NO_OUTPUT[place % 4]) for place, command in enumerate(COMMANDS)]
    + [("--version", streams) for streams in NO_OUTPUT],
)
def test_results_that_cannot_be_printed_are_one_line_on_standard_error(
    home: Path, command: str, streams: str
) -> None:
    ended = shell(f"{command} {streams}", home)
    assert ended.returncode in (1, 2)
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    assert "standard output is closed" in sentence or "cannot write: " in sentence


@closed
@pytest.mark.parametrize("streams", [">&- 2>&-", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"])
@pytest.mark.parametrize("command", ["replay run.jsonl", "report run.jsonl", "--version", "--help"])
def test_without_any_output_the_exit_code_reports_the_loss(
    home: Path, command: str, streams: str
) -> None:
    assert shell(f"{command} {streams}", home).returncode in (1, 2)


@closed
@pytest.mark.parametrize(
    ("command", "streams"),
    [(command, NO_ERROR[place % 4]) for place, command in enumerate(COMMANDS) if place != 3],
)
def test_results_do_not_need_standard_error(home: Path, command: str, streams: str) -> None:
    ended = shell(f"{command} {streams}", home)
    # the recording has streams that ended badly
    assert ended.returncode == (1 if command.startswith("replay") else 0)
    assert ended.stdout != ""


@closed
@pytest.mark.parametrize("streams", [">&-", "<&- >&-", "<&- >&- 2>&-", "1<run.jsonl", ">/dev/full"])
@pytest.mark.parametrize("command", ["report run.jsonl", "-m demo:echo -p hi --record new.jsonl"])
def test_an_output_file_needs_no_standard_stream(home: Path, command: str, streams: str) -> None:
    ended = shell(f"{command} --format csv -o out.csv {streams}", home)
    assert ended.returncode == 0
    assert (ended.stdout, ended.stderr) == ("", "")
    assert (home / "out.csv").read_text().startswith("label,")
    recording = home / "new.jsonl"
    if recording.exists():
        # nothing else was written into a file that took the number of a closed stream
        assert all(line.startswith('{"t') for line in recording.read_text().splitlines())


@closed
@pytest.mark.parametrize("streams", ["<&-", "0>written"])
def test_a_prompt_that_cannot_be_read_is_reported(home: Path, streams: str) -> None:
    ended = shell(f"- -m demo:echo --no-record {streams}", home)
    assert ended.returncode == 2
    assert ended.stderr.startswith("streamdash: standard input: ")


@closed
def test_a_prompt_that_arrives_in_pieces_through_a_non_blocking_pipe_is_whole(
    home: Path,
) -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    process = subprocess.Popen(
        [sys.executable, "-m", "streamdash", "-", "-m", "demo:echo", "--no-record"],
        stdin=reading, stdout=subprocess.PIPE, cwd=home, env=environment(home),
    )  # fmt: skip
    os.close(reading)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.0)
    os.write(writing, b"one half ")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.2)
    os.write(writing, b"and the other")
    os.close(writing)
    out, _ = process.communicate(timeout=60)
    assert out.startswith(b"one half and the other\n=== All")


@closed
def test_a_report_through_a_non_blocking_pipe_is_whole(home: Path) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = subprocess.Popen(
        [sys.executable, "-m", "streamdash", "report", "run.jsonl", "--format", "html"],
        stdout=writing, cwd=home, env=environment(home),
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        page = pipe.read()
    assert process.wait(60) == 0
    assert page.rstrip().endswith(b"</html>")


@pytest.mark.fault("files and environment", "recordings are deleted where nobody can be asked")
@pytest.mark.parametrize("streams", ["</dev/null", "<&-", "<run.jsonl", "< <(echo y)"])
def test_nothing_is_deleted_without_a_question(home: Path, streams: str) -> None:
    runs = list(home.rglob("runs/*.jsonl"))
    assert len(runs) == 1
    os.utime(runs[0], (1, 1))
    ended = shell(f"runs --prune 30d {streams}", home)
    assert ended.returncode == 2
    assert "--yes" in ended.stderr
    assert list(home.rglob("runs/*.jsonl")) == runs
    ended = shell(f"runs --prune 30d --yes {streams}", home)
    assert ended.returncode == 0
    assert list(home.rglob("runs/*.jsonl")) == []
