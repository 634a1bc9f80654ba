"""The real program in a pseudo-terminal: keys in, every byte out, the screen in memory."""

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
"""What has not happened by then never will."""
SIGNALS = {
    "ctrl+c": "\x03",
    "escape": "\x1b",
    "enter": "\r",
    "tab": "\t",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
}
"""Keys that are no character, as a terminal sends them."""

_CLAIM = ': <>"$0"; exec "$@"'
"""Opening a terminal makes it the session's own, which the program inherits."""
_UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<>=][0-9;]*u")
_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
_SYNC_QUESTION = b"\x1b[?2026$p"
_SYNC_ANSWER = b"\x1b[?2026;2$y"
_LEFT = b"\x1b[?1049l"


class Session:
    """One process in its terminal; `session` opens it.

    The terminal answers that it knows synchronized output, as most do.
    """

    def __init__(self, process: asyncio.subprocess.Process, master: int, size: tuple[int, int]):
        self.process = process
        self.output = bytearray()
        """Everything that was written to the terminal."""
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
        """The screen as it is now, its rows joined by newlines, without the space behind them."""
        data = bytes(self.output[self._fed :])
        self._fed = len(self.output)
        self._stream.feed(_UNKNOWN_TO_PYTE.sub("", self._decode(data)))
        return "\n".join(row.rstrip() for row in self._screen.display).rstrip("\n")

    @property
    def ordinary(self) -> str:
        """What was printed after the dashboard had left, as text."""
        return self.output.rpartition(_LEFT)[2].decode("utf-8", "replace")

    async def until(self, *texts: str, timeout_s: float = PATIENCE_S) -> str:
        """Wait until all these texts are on the screen at once; the screen."""
        return await self.until_it(
            lambda screen: all(text in screen for text in texts),
            timeout_s=timeout_s,
            what=repr(texts),
        )

    async def until_it(
        self,
        looks: Callable[[str], bool],
        *,
        timeout_s: float = PATIENCE_S,
        what: str = "the wanted screen",
    ) -> str:
        """Wait until `looks(screen)`; fails with the last screen when the program has ended."""
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
        """Type keys, or texts; when that was."""
        assert self._master is not None
        at = monotonic()
        os.write(self._master, "".join(SIGNALS.get(key, key) for key in keys).encode())
        return at

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the system tells the program."""
        _ = self.text
        self._screen.resize(rows, columns)
        assert self._master is not None
        set_size(self._master, columns, rows)

    def stop_reading(self) -> None:
        """Take no more of what the program writes, as a terminal that hangs."""
        if self._master is not None:
            asyncio.get_running_loop().remove_reader(self._master)

    def read_on(self) -> None:
        """Take what the program writes again."""
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
        """The exit code, once the program has ended and all its output is read."""
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
        """The terminal's modes as they are now, as termios gives them."""
        assert self._master is not None
        return list(termios.tcgetattr(self._master))

    def assert_restored(self) -> None:
        """The terminal is as it was before: its modes, its screen, its cursor, its mouse."""
        assert self.attributes == self.attributes_before
        on = modes_left_on(bytes(self.output))
        assert on == set(), f"left on: {on}"


def modes_left_on(output: bytes) -> set[str]:
    """The private modes that are not as a terminal has them at the start, by their numbers."""
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
