"""What a real terminal may send to the real program: it neither ends the run nor acts as keys."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
from typing import TYPE_CHECKING

import pytest

from streamdash.tui.terminal.input_state import PASTE_QUIET_S
from tests.fuzzing import rounds
from tests.pseudo_terminal.session import session
from tests.tui.terminal.test_terminal_input import NONSENSE, REPLIES, mutated

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.demo.server import DemoServer
    from tests.pseudo_terminal.conftest import Prompts
    from tests.pseudo_terminal.session import Session


def send(terminal: Session, data: bytes) -> None:
    """Give the program raw bytes, as many as the terminal takes."""
    assert terminal._master is not None
    os.write(terminal._master, data)


@pytest.mark.fault("terminal", "input that makes no sense")
async def test_the_board_goes_on_whatever_the_terminal_sends(
    prompts: Prompts, tmp_path: Path
) -> None:
    async with session(prompts({"A": "lab:endless"}), home=tmp_path) as terminal:
        await terminal.until("line 5")
        for data in (*NONSENSE.values(), *REPLIES.values()):
            send(terminal, data[:3000])
            await asyncio.sleep(0.02)
        await asyncio.sleep(1.2)
        assert terminal.process.returncode is None
        assert b"cancelled" not in terminal.output
        await terminal.until_it(lambda screen: "line" in screen and "streaming" in screen)
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()
        assert b"Traceback" not in terminal.output


@pytest.mark.fault("terminal", "random and mutated input")
async def test_random_input_ends_no_run_but_by_its_own_keys(
    prompts: Prompts, tmp_path: Path
) -> None:
    rng = random.Random()
    recording = tmp_path / "run.jsonl"
    arguments = (prompts({"A": "lab:endless"}), "--record", str(recording))
    async with session(*arguments, home=tmp_path) as terminal:
        await terminal.until("line 5")
        sent = bytearray()
        for _ in range(rounds(40)):
            # its keys are real ones: those that leave are taken out, in every form
            data = mutated(rng).translate(None, b"qQ\x03\x11\x10")[:500]
            if re.search(rb"113|99;5|5;99", data):
                continue
            sent += data
            send(terminal, data)
            await asyncio.sleep(0.01)
            assert terminal.process.returncode is None, bytes(sent)
        # half of these inputs leave a paste open, which takes every key until its quiet is over
        await asyncio.sleep(PASTE_QUIET_S + 0.5)
        # not ctrl+c, which copies what the random mouse may have selected
        terminal.press("ctrl+q")
        code = await terminal.ended()
        assert code in (0, 130), bytes(sent)
        assert b"internal error" not in terminal.output
    assert json.loads(recording.read_bytes().splitlines()[-1])["type"] == "run-end"


FALLS = """
from streamdash.cli import main as cli
from streamdash.tui.terminal.terminal_input import TerminalInput
def falls(self, data):
    raise ValueError("the reader fell")
TerminalInput.feed = falls
cli.run()
"""
FALLS_WITH_A_LOOK_OF_ITS_OWN = """
from streamdash.cli import main as cli
from streamdash.tui.board.screen import Board
class Told(Exception):
    def __rich__(self):
        return "a report of its own"
def falls(self):
    raise Told("the handler fell")
Board.action_copy = falls
cli.run()
"""


@pytest.mark.fault("terminal", "a fall of our own")
@pytest.mark.parametrize("code", [FALLS, FALLS_WITH_A_LOOK_OF_ITS_OWN])
async def test_a_fall_ends_the_streams_and_says_two_lines(
    code: str, server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    arguments = (prompts({"A": "lab:endless", "B": "lab:endless"}), "--record", str(recording))
    async with session(*arguments, home=tmp_path, command=("-c", code)) as terminal:
        if code is not FALLS:
            await terminal.until("line 3")
        terminal.press("y")
        assert await terminal.ended() == 70
        terminal.assert_restored()
        for request in server.requests:
            await asyncio.wait_for(request.over.wait(), 10)
    lines = terminal.ordinary.rpartition("\x1b")[2].splitlines()
    assert [line.startswith("streamdash: internal error:") for line in lines[-2:]] == [True, False]
    assert len(lines) <= 3
    assert b"Traceback" not in terminal.output
    assert b"a report of its own" not in terminal.output
    assert json.loads(recording.read_bytes().splitlines()[-1])["type"] == "run-end"


@pytest.mark.fault("terminal", "keys while leaving, opening and closing")
@pytest.mark.parametrize("keys", ["qs?", "q/p", "lqx", "\x11rr", "pa\r\x11", "\x10\x1b[6~\x1bq"])
async def test_a_breath_that_leaves_ends_with_the_table(
    keys: str, prompts: Prompts, tmp_path: Path
) -> None:
    async with session(prompts({"A": "lab:endless"}), home=tmp_path) as terminal:
        await terminal.until("line 3")
        terminal.press(keys)
        if keys[-1] == "q" and keys[0] == "\x10":
            await asyncio.sleep(0.6)
            assert terminal.process.returncode is None
            terminal.press("\x11")
        assert await terminal.ended() == 0
        terminal.assert_restored()
        assert "cancelled" in terminal.ordinary


@pytest.mark.fault("terminal", "pastes keep their lines and nothing foreign")
@pytest.mark.parametrize("field", ["/", "i/", "p", "\x10"])
async def test_a_paste_into_any_field_is_shown_clean_and_does_nothing(
    field: str, prompts: Prompts, tmp_path: Path
) -> None:
    async with session(prompts({"A": "lab:endless"}), home=tmp_path) as terminal:
        await terminal.until("line 3")
        terminal.press(field)
        await asyncio.sleep(0.8)
        send(terminal, b"\x1b[200~al\x1b[2Jpha \x07x\r\n\xe2\x80\xaeq\x1b[201~")
        screen = await terminal.until("alpha ␇x")
        assert "alpha ␇x" in screen
        assert "\u202e".encode() not in terminal.output
        assert terminal.process.returncode is None
        terminal.press("\x11")
        assert await terminal.ended() == 0
