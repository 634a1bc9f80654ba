"""Inside a real tmux, whose widths and whose clipboard are its own."""

from __future__ import annotations

import asyncio
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.script import Script, Step
from streamdash.demo.server import DemoServer
from tests.program import environment
from tests.pseudo_terminal.conftest import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

EMOJI = (
    "love ❤\ufe0f cloud ☁\ufe0f ", "keys 1\ufe0f\u20e3 #\ufe0f\u20e3 ", "flags 🇩🇪🇫🇷 ",
    "family 👨\u200d👩\u200d👧 hand 👍🏽 ", "watch ⌚\ufe0e pride 🏳\ufe0f\u200d🌈 ",
)  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    steps = tuple(Step(0.01, "answer", words) for words in EMOJI * 8)
    async with DemoServer(scripts={**SCRIPTS, "emoji": Script(steps=steps)}) as server:
        yield server


class Tmux:
    """A server of its own, with one window that runs the program."""

    def __init__(self, home: Path) -> None:
        self._socket = str(home / "tmux")
        self._environ = environment(home, TERM="xterm-256color")

    async def run(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            "tmux", "-S", self._socket, *arguments, env=self._environ,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        out, _ = await process.communicate()
        return out.decode()

    async def until(self, *texts: str) -> str:
        for _ in range(200):
            screen = await self.run("capture-pane", "-p")
            if all(text in screen for text in texts):
                return screen
            await asyncio.sleep(0.1)
        raise AssertionError(f"{texts!r} did not show:\n{screen}")


@pytest.fixture
async def tmux(tmp_path: Path) -> AsyncIterator[Tmux]:
    it = Tmux(tmp_path)
    yield it
    await it.run("kill-server")


async def opened(tmux: Tmux, path: str) -> None:
    await tmux.run(
        "-f", "/dev/null", "new-session", "-d", "-x", "110", "-y", "24",
        f"{sys.executable} -m streamdash {path}",
    )  # fmt: skip


@pytest.mark.fault("screen", "emoji of disputed width leave borders and neighbours whole")
async def test_borders_stay_whole_in_tmux(tmux: Tmux, prompts: Prompts) -> None:
    await opened(tmux, prompts({"A": "lab:emoji", "B ❤\ufe0f": "messages:emoji", "C": "lab:brief"}))
    await tmux.until("streaming", "brief answer")
    screen = await tmux.until("3 done", "brief answer")
    sides = [row for row in screen.splitlines() if row.startswith("│")]
    assert len(sides) > 5
    assert all(row.count("│") == 6 for row in sides), screen


@pytest.mark.fault("terminal", "what is called copied can be pasted")
async def test_what_is_copied_in_tmux_is_in_its_buffer(tmux: Tmux, prompts: Prompts) -> None:
    await opened(tmux, prompts({"A": "lab:brief"}))
    await tmux.until("brief answer", "1 done")
    await tmux.run("send-keys", "y")
    await tmux.until("copied 12 chars to tmux's buffer")
    assert await tmux.run("show-buffer") == "brief answer"
