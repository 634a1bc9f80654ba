"""Ctrl+z and back: the shell has its terminal meanwhile, and the screen comes back whole."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts
    from tests.pseudo_terminal.session import Session

pytestmark = pytest.mark.fault("terminal", "stopped, the terminal is the shell's again")

SHELL = """
import os, pathlib, signal, subprocess, sys, termios
home = pathlib.Path()
job = subprocess.Popen([sys.executable, "-m", "streamdash", *sys.argv[1:]], process_group=0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
os.tcsetpgrp(0, job.pid)
(home / "pid").write_text(str(job.pid))
while True:
    _, status = os.waitpid(job.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        sys.exit(os.waitstatus_to_exitcode(status))
    os.tcsetpgrp(0, os.getpgrp())
    print("\\x1b[2J\\x1b[Hstopped$", flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, job.pid)
    os.killpg(job.pid, signal.SIGCONT)
"""
"""A shell with one job: a line of input continues it after a stop."""


def job(home: Path) -> int:
    return int((home / "pid").read_text())


STOPS: dict[str, Callable[[Session, Path], object]] = {
    "ctrl+z": lambda terminal, _: terminal.press("\x1a"),
    "SIGTSTP": lambda _, home: os.kill(job(home), signal.SIGTSTP),
    "SIGSTOP": lambda _, home: os.kill(job(home), signal.SIGSTOP),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=list(STOPS))
async def test_a_stopped_dashboard_comes_back_whole(
    stop: Callable[[Session, Path], object], prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:steady", "B": "lab:brief"})
    async with session(path, home=tmp_path, command=("-c", SHELL)) as terminal:
        await terminal.until("word3", "brief answer", "q quit")
        for again in ("word20", "word50"):
            stop(terminal, tmp_path)
            await terminal.until("stopped$")
            if stop is not STOPS["SIGSTOP"]:
                # nobody can do anything before a SIGSTOP
                terminal.assert_restored()
                assert "word3" not in terminal.text
            await asyncio.sleep(0.3)
            terminal.press("fg\n")
            screen = await terminal.until("word3", again, "brief answer", "╭─ 1 A", "q quit")
            assert "stopped$" not in screen
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()
    assert "paused" in terminal.ordinary


async def test_where_no_shell_could_continue_it_ctrl_z_stops_nothing(
    prompts: Prompts, tmp_path: Path
) -> None:
    async with session(prompts({"A": "lab:steady"}), home=tmp_path) as terminal:
        await terminal.until("word3", "q quit")
        terminal.press("\x1a")
        await terminal.until("word30", "q quit", "╭─ 1 A")
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()


async def test_a_terminal_that_was_resized_meanwhile_is_filled(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief"})
    async with session(path, home=tmp_path, command=("-c", SHELL)) as terminal:
        await terminal.until("brief answer", "1 done")
        terminal.press("\x1a")
        await terminal.until("stopped$")
        terminal.resize(70, 20)
        terminal.press("fg\n")
        await terminal.until_it(
            lambda screen: "brief answer" in screen and max(map(len, screen.splitlines())) == 70
        )
        terminal.press("q")
        assert await terminal.ended() == 0
