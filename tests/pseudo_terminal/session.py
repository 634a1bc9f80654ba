"""The real program in a pseudo-terminal: a test types keys and reads the screen or the bytes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import re
import signal
import struct
import sys
import termios
from codecs import getincrementaldecoder
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

import pyte

from tests.program import environment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

PATIENCE_S = 30.0
"""How long a test waits for anything before it fails."""
SIGNALS = {
    "ctrl+c": "\x03",
    "escape": "\x1b",
    "enter": "\r",
    "tab": "\t",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
}
"""The bytes a terminal sends for keys that have no character."""

_CLAIM = ': <>"$0"; exec "$@"'
"""Opens the terminal, which makes it the controlling one, and then becomes the program."""
_UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<>=][0-9;]*[um]")
_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
_SYNC_QUESTION = b"\x1b[?2026$p"
_SYNC_ANSWER = b"\x1b[?2026;2$y"
_LEFT = b"\x1b[?1049l"


class Session:
    """One process in its own terminal; made by `session`.

    The terminal reports that it supports synchronized output, as most do.
    """

    def __init__(self, process: asyncio.subprocess.Process, master: int, size: tuple[int, int]):
        self.process = process
        self.output = bytearray()
        """Everything the program has written to the terminal."""
        self.attributes_before = termios.tcgetattr(master)
        self._master: int | None = master
        self._arrived = asyncio.Event()
        self._fed = 0
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        os.set_blocking(master, False)
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        assert self._master is not None
        try:
            data = os.read(self._master, 1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
            return
        self.output += data
        if _SYNC_QUESTION in data:
            os.write(self._master, _SYNC_ANSWER)
        self._arrived.set()

    # -- what a person sees -----------------------------------------------------------------

    @property
    def text(self) -> str:
        """The rows of the screen, without the blanks at their ends, joined by newlines."""
        data = bytes(self.output[self._fed :])
        self._fed = len(self.output)
        self._stream.feed(_UNKNOWN_TO_PYTE.sub("", self._decode(data)))
        return "\n".join(row.rstrip() for row in self._screen.display).rstrip("\n")

    @property
    def ordinary(self) -> str:
        """The text printed after the dashboard has left the alternate screen."""
        return self.output.rpartition(_LEFT)[2].decode("utf-8", "replace")

    async def until(self, *texts: str, timeout_s: float = PATIENCE_S) -> str:
        """Wait until all these texts are on the screen at once; returns the screen."""
        return await self.until_it(
            lambda screen: all(text in screen for text in texts),
            timeout_s=timeout_s,
            what=repr(texts),
        )

    async def until_ended(self, streams: int, *texts: str) -> str:
        """Wait until all streams have ended and these texts are shown; returns the screen."""
        return await self.until_it(
            lambda screen: _ended(screen) == streams and all(text in screen for text in texts),
            what=f"{streams} ended streams and {texts}",
        )

    async def until_it(
        self,
        looks: Callable[[str], bool],
        *,
        timeout_s: float = PATIENCE_S,
        what: str = "the wanted screen",
    ) -> str:
        """Wait until `looks(screen)` is true; fails if the program ends first."""
        deadline = monotonic() + timeout_s
        while True:
            self._arrived.clear()
            ended = self.process.returncode is not None
            screen = self.text
            if looks(screen):
                return screen
            left = deadline - monotonic()
            assert left > 0, f"{what} did not show in {timeout_s} s:\n{screen}"
            assert not ended, f"it ended without {what}:\n{screen}\n{self.ordinary}"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), min(left, 0.2))
            # several writes make one look
            await asyncio.sleep(0.01)

    # -- what a person does -----------------------------------------------------------------

    def press(self, *keys: str) -> float:
        """Type keys or text; returns the time by `monotonic`."""
        assert self._master is not None
        at = monotonic()
        os.write(self._master, "".join(SIGNALS.get(key, key) for key in keys).encode())
        return at

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, which the system signals to the program."""
        _ = self.text
        self._screen.resize(rows, columns)
        assert self._master is not None
        set_size(self._master, columns, rows)

    def stop_reading(self) -> None:
        """Stop reading the program's output, like a terminal that hangs."""
        if self._master is not None:
            asyncio.get_running_loop().remove_reader(self._master)

    def read_on(self) -> None:
        """Read the program's output again."""
        if self._master is not None:
            asyncio.get_running_loop().add_reader(self._master, self._read)

    def close(self) -> None:
        """Close the terminal's window."""
        if self._master is not None:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            self._master = None

    # -- how it ends ------------------------------------------------------------------------

    async def ended(self, timeout_s: float = PATIENCE_S) -> int:
        """Wait for the end and read the rest of the output; returns the exit code."""
        async with asyncio.timeout(timeout_s):
            code = await self.process.wait()
        while self._master is not None:
            before = len(self.output)
            self._read()
            if len(self.output) == before:
                break
        return code

    @property
    def attributes(self) -> list[object]:
        """The terminal's current modes, from `termios.tcgetattr`."""
        assert self._master is not None
        return list(termios.tcgetattr(self._master))

    def assert_restored(self) -> None:
        """Check that the terminal's modes, screen, cursor and mouse are as before the start."""
        assert self.attributes == self.attributes_before
        on = modes_left_on(bytes(self.output))
        assert on == set(), f"left on: {on}"


def modes_left_on(output: bytes) -> set[str]:
    """The numbers of the private modes that differ from a fresh terminal's."""
    at_first = {"25": True, "7": True}
    modes = dict(at_first)
    for number, switch in re.findall(rb"\x1b\[\?(\d+)([hl])", output):
        modes[number.decode()] = switch == b"h"
    pushed = len(re.findall(rb"\x1b\[>\d+u", output)) - len(re.findall(rb"\x1b\[<u", output))
    left = {mode for mode, on in modes.items() if on != at_first.get(mode, False)}
    return left | ({"kitty keyboard"} if pushed > 0 else set())


def set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextlib.asynccontextmanager
async def session(
    *arguments: str,
    home: Path,
    columns: int = 120,
    rows: int = 40,
    variables: Mapping[str, str] | None = None,
    command: Sequence[str] = ("-m", "streamdash"),
    stdin: bytes | None = None,
    stderr: BinaryIO | None = None,
) -> AsyncIterator[Session]:
    """`python COMMAND ARGUMENTS` in a new terminal; killed at the end if it still runs.

    `stdin` is what a pipe at standard input holds, `stderr` the file that standard error goes to.
    """
    master, slave = os.openpty()
    set_size(master, columns, rows)
    try:
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", _CLAIM, os.ttyname(slave), sys.executable, *command, *arguments,
            stdin=slave if stdin is None else asyncio.subprocess.PIPE,
            stdout=slave,
            stderr=slave if stderr is None else stderr,
            cwd=home,
            env=environment(home, **{**_TERMINAL, **(variables or {})}),
            start_new_session=True,
        )  # fmt: skip
        opened = Session(process, master, (columns, rows))
    finally:
        os.close(slave)
    if stdin is not None:
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
    try:
        yield opened
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        opened.close()


def _ended(screen: str) -> int:
    """How many streams have ended, by the counts in the line below the panes."""
    return sum(int(count) for count in re.findall(r"[✓◐⊘◖✗◷■] (\d+)\b", screen))
