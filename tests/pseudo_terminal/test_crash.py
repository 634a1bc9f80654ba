"""A bug of the program's own: the terminal is restored, the report short, the recording kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts

CANARY = "sk-canary-0123456789abcdef"
KEY = {"LAB_API_KEY": CANARY}

BREAKS = """
import os
from streamdash.cli import main as cli

def breaks(*_args, **_named):
    local = "-".join(["kept", "in", "a", "variable"])
    raise RuntimeError("broken by " + os.environ["LAB_API_KEY"] + "\\x1b[2J")

"""
BREAKS_IN_A_KEY = f"""{BREAKS}
from streamdash.tui.board.screen import Board
Board.action_copy = breaks
cli.run()
"""
BREAKS_IN_A_FRAME = f"""{BREAKS}
from streamdash.tui.board.screen import Board
known = Board.paint
Board.paint = lambda self, at: breaks() if self._run.states[0].deltas > 20 else known(self, at)
cli.run()
"""
BREAKS_BEFORE_THE_SCREEN = f"""{BREAKS}
import streamdash.cli.run
streamdash.cli.run.Providers = breaks
cli.run()
"""


def assert_discreet(output: bytes) -> None:
    assert CANARY.encode() not in output
    assert b"kept-in-a-variable" not in output
    assert b"Traceback" not in output


@pytest.mark.parametrize("code", [BREAKS_IN_A_KEY, BREAKS_IN_A_FRAME], ids=["key", "frame"])
async def test_a_bug_in_the_screen_is_told_once_it_is_gone(
    code: str, prompts: Prompts, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    path = prompts({"A": "lab:endless", "B": "lab:endless"})
    async with session(
        path, "--record", str(recording), home=tmp_path, variables=KEY, command=("-c", code)
    ) as terminal:
        await terminal.until("line 3")
        terminal.press("y")
        assert await terminal.ended() == 70
        terminal.assert_restored()
    recorded, told, hint = terminal.ordinary.rpartition("\x1b")[2].splitlines()
    assert recorded.endswith(f"recorded in {recording}")
    assert told.startswith("streamdash: internal error: RuntimeError: broken by ***")
    assert "STREAMDASH_DEBUG=1" in hint
    assert_discreet(bytes(terminal.output))
    lines = [json.loads(line) for line in recording.read_text().splitlines()]
    assert lines[-1]["statuses"] == {"cancelled": 2}


async def test_a_bug_outside_the_screen_is_two_lines_as_well(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief"})
    command = ("-c", BREAKS_BEFORE_THE_SCREEN)
    async with session(path, home=tmp_path, variables=KEY, command=command) as terminal:
        assert await terminal.ended() == 70
        terminal.assert_restored()
    lines = terminal.output.decode().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("streamdash: internal error: RuntimeError: broken by ***")
    assert lines[0].endswith(")")
    assert "(cli/run.py:" in lines[0]
    assert_discreet(bytes(terminal.output))


async def test_who_debugs_gets_the_traceback_without_the_key(
    prompts: Prompts, tmp_path: Path
) -> None:
    variables = {**KEY, "STREAMDASH_DEBUG": "1"}
    async with session(
        prompts({"A": "lab:brief"}), "--format", "json",
        home=tmp_path, variables=variables, command=("-c", BREAKS_BEFORE_THE_SCREEN),
    ) as terminal:  # fmt: skip
        assert await terminal.ended() == 70
    assert b"Traceback (most recent call last)" in terminal.output
    assert b"in breaks" in terminal.output
    assert CANARY.encode() not in terminal.output
    assert b"\x1b" not in terminal.output
