"""However the program ends, it ends at once and leaves terminal, sockets and recording in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.program import streamdash
from tests.pseudo_terminal.conftest import LINES, numbered
from tests.pseudo_terminal.session import PATIENCE_S, session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamdash.demo.server import DemoServer
    from tests.pseudo_terminal.conftest import Prompts
    from tests.pseudo_terminal.session import Session

GONE_S = 3.0
STREAMS = 16


def by_signal(number: signal.Signals) -> Callable[[Session], object]:
    return lambda terminal: terminal.process.send_signal(number)


WAYS: dict[str, tuple[Callable[[Session], object], int]] = {
    "q": (lambda terminal: terminal.press("q"), 0),
    "ctrl+c": (lambda terminal: terminal.press("ctrl+c"), 130),
    "SIGINT": (by_signal(signal.SIGINT), 130),
    "SIGTERM": (by_signal(signal.SIGTERM), 143),
    "SIGHUP": (by_signal(signal.SIGHUP), 129),
    "closed terminal": (lambda terminal: terminal.close(), 129),
}


def nobody_left(group: int) -> bool:
    """Whether all processes of the group have ended."""
    with suppress(ProcessLookupError):
        os.killpg(group, 0)
        return False
    return True


async def recorded(recording: Path, home: Path) -> list[dict[str, object]]:
    """The results from a replay of the recording, which must be complete."""
    replayed = await streamdash("replay", str(recording), "--format", "json", home=home)
    assert replayed.code == 0
    assert replayed.err == ""
    last = json.loads(recording.read_bytes().splitlines()[-1])
    assert last["type"] == "run-end"
    results: list[dict[str, object]] = json.loads(replayed.out)["streams"]
    return results


def assert_cut_short(results: list[dict[str, object]]) -> None:
    """Check that every stream was cancelled midway with its text so far."""
    assert len(results) == STREAMS
    for result in results:
        assert result["status"] == "cancelled"
        assert result["text"]
        assert LINES.startswith(str(result["text"]))


async def all_closed(server: DemoServer) -> None:
    """Wait until the server has seen every connection close."""
    async with asyncio.timeout(PATIENCE_S):
        for request in server.requests:
            await request.over.wait()
            assert request.closed_by_client_at is not None


@pytest.mark.parametrize("way", WAYS)
async def test_sixteen_live_streams_end_at_once_when_the_program_is_left(
    way: str, server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    leave, code = WAYS[way]
    recording = tmp_path / "run.jsonl"
    arguments = (prompts(numbered(STREAMS, "lab:endless")), "--record", str(recording))
    async with session(*arguments, home=tmp_path) as terminal:
        await terminal.until("line 9")
        at = monotonic()
        leave(terminal)
        assert await terminal.ended() == code
        assert monotonic() - at < GONE_S
        await all_closed(server)
        assert len(server.requests) == STREAMS
        assert nobody_left(terminal.process.pid)
        if way != "closed terminal":
            terminal.assert_restored()
            assert terminal.ordinary.count("cancelled") == STREAMS
            assert f"recorded in {recording}" in terminal.ordinary
        assert b"Traceback" not in terminal.output
    assert_cut_short(await recorded(recording, tmp_path))


async def said_line(recording: Path, line: int) -> None:
    """Wait until the recording has that line of the first stream."""
    wanted = f'"line {line}\\n"'
    deadline = monotonic() + PATIENCE_S
    while wanted not in recording.read_text():
        assert monotonic() < deadline, "the streams do not go on"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("way", ["SIGTERM", "closed terminal"])
async def test_a_terminal_that_is_not_read_blocks_neither_streams_nor_signals(
    way: str, server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    leave, code = WAYS[way]
    recording = tmp_path / "run.jsonl"
    arguments = (prompts(numbered(STREAMS, "lab:endless")), "--record", str(recording))
    async with session(*arguments, home=tmp_path) as terminal:
        await terminal.until("line 1")
        terminal.stop_reading()
        await said_line(recording, 120)
        at = monotonic()
        leave(terminal)
        assert await terminal.process.wait() == code
        assert monotonic() - at < GONE_S
        await all_closed(server)
    assert_cut_short(await recorded(recording, tmp_path))


async def test_a_terminal_that_is_read_again_shows_the_latest_frame(
    prompts: Prompts, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    arguments = (prompts(numbered(STREAMS, "lab:endless")), "--record", str(recording))
    async with session(*arguments, home=tmp_path) as terminal:
        await terminal.until("line 1")
        terminal.stop_reading()
        before = len(terminal.output)
        await said_line(recording, 200)
        terminal.read_on()
        await terminal.until("line 20")
        # what the system and the program hold back, not every frame of four seconds
        assert len(terminal.output) - before < 400_000
        terminal.press("q")
        assert await terminal.ended() == 0


SLOW_NAMES = """
import socket, sys, time
from streamdash.cli import main as cli
known = socket.getaddrinfo
def getaddrinfo(host, *args, **kwargs):
    if host == "slow.invalid":
        time.sleep(60)
    return known(host, *args, **kwargs)
socket.getaddrinfo = getaddrinfo
cli.run()
"""


async def test_quitting_does_not_wait_for_a_name_server(prompts: Prompts, tmp_path: Path) -> None:
    more = {"slow": {"api": "openai", "base_url": "http://slow.invalid/v1"}}
    path = prompts({"Slow": "slow:m", "Fine": "lab:brief"}, more)
    command = ("-c", SLOW_NAMES)
    async with session(path, home=tmp_path, command=command) as terminal:
        await terminal.until("connecting", "brief answer")
        at = monotonic()
        terminal.press("q")
        assert await terminal.ended() == 0
        assert monotonic() - at < GONE_S
        terminal.assert_restored()
