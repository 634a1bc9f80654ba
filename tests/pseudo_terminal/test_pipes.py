"""A run without a terminal is told to end, by signals and by readers that are gone or stuck."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.program import environment
from tests.pseudo_terminal.conftest import LINES, numbered
from tests.pseudo_terminal.session import PATIENCE_S
from tests.pseudo_terminal.test_quitting import (
    GONE_S,
    STREAMS,
    all_closed,
    assert_cut_short,
    recorded,
    said_line,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from streamdash.demo.server import DemoServer
    from tests.pseudo_terminal.conftest import Prompts

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@asynccontextmanager
async def piped(
    *arguments: str, home: Path, before: str = ":"
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`streamdash ARGUMENTS` between pipes, in a shell that does `before` first."""
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f'{before}; exec "$0" "$@"', sys.executable, "-m", "streamdash", *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=home,
        env=environment(home),
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def heard(process: asyncio.subprocess.Process, wanted: bytes) -> bytes:
    """What came out until `wanted` did."""
    assert process.stdout is not None
    said = b""
    async with asyncio.timeout(PATIENCE_S):
        while wanted not in said:
            more = await process.stdout.read(1 << 16)
            assert more, f"it ended without saying {wanted!r}"
            said += more
    return said


async def gone(process: asyncio.subprocess.Process) -> int:
    """The exit code; asyncio's own `wait` waits for somebody to read the pipes, too."""
    deadline = monotonic() + PATIENCE_S
    while process.returncode is None:
        assert monotonic() < deadline, "it does not end"
        await asyncio.sleep(0.01)
    return process.returncode


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
async def test_a_signal_ends_sixteen_streams_and_the_table_tells_of_them(
    number: signal.Signals, server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    path = prompts(numbered(STREAMS, "lab:endless"))
    async with piped(path, "--record", str(recording), home=tmp_path) as process:
        said = await heard(process, b"[S16] line 9\n")
        at = monotonic()
        process.send_signal(number)
        out, err = await process.communicate()
        assert process.returncode == CODES[number]
        assert monotonic() - at < GONE_S
        await all_closed(server)
    answers, _, table = (said + out).decode().partition("=== All streams complete ===\n")
    assert answers.count("[S1] line 3\n") == 1
    assert table.count("cancelled") == STREAMS
    assert err == b""
    assert_cut_short(await recorded(recording, tmp_path))


async def test_a_second_interrupt_ends_what_a_stuck_reader_holds_up(
    server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    path = prompts(numbered(STREAMS, "lab:endless"))
    arguments = (path, "--format", "events", "--record", str(recording))
    async with piped(*arguments, home=tmp_path) as process:
        # nobody reads the pipe, which is long full by then
        await heard(process, b"line 0")
        await said_line(recording, 60)
        process.send_signal(signal.SIGINT)
        await all_closed(server)
        at = monotonic()
        process.send_signal(signal.SIGINT)
        assert await gone(process) == 130
        assert monotonic() - at < 1.0


async def test_who_is_terminated_waits_for_no_stuck_reader(
    server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    path = prompts(numbered(STREAMS, "lab:endless"))
    arguments = (path, "--format", "events", "--record", str(recording))
    async with piped(*arguments, home=tmp_path) as process:
        await heard(process, b"line 0")
        await said_line(recording, 60)
        at = monotonic()
        process.send_signal(signal.SIGTERM)
        await all_closed(server)
        assert monotonic() - at < GONE_S
        assert await gone(process) == 143
        assert monotonic() - at < 2 * GONE_S


async def test_who_runs_it_with_nohup_may_hang_up(prompts: Prompts, tmp_path: Path) -> None:
    path = prompts({"S1": "lab:short"})
    async with piped(path, home=tmp_path, before="trap '' HUP") as process:
        said = await heard(process, b"line 3\n")
        process.send_signal(signal.SIGHUP)
        out, _ = await process.communicate()
        assert process.returncode == 0
    short = "".join(LINES.splitlines(keepends=True)[:60])
    assert (said + out).decode().startswith(f"{short}=== All streams complete ===\n")


async def test_an_output_file_for_which_there_is_no_room_is_told_and_left_out(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"S1": "lab:short"})
    arguments = (path, "--no-record", "--format", "events", "-o", "out.jsonl")
    async with piped(*arguments, home=tmp_path, before="ulimit -f 8") as process:
        out, err = await process.communicate()
    assert process.returncode == 2
    assert out == b""
    assert err == b"streamdash: cannot write 'out.jsonl': File too large\n"
    assert [path.name for path in tmp_path.iterdir() if "out.jsonl" in path.name] == []
