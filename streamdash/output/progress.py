"""The progress line on standard error, where it does not mix with the results."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from typing import TYPE_CHECKING, TextIO

from streamdash.output.background_writer import BackgroundWriter

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL_S = 0.2
ERASE = "\r\x1b[K"
_CONTROLLING = os.makedev(5, 0)
"""The device `/dev/tty` of Linux, a second name of the process's terminal."""


def progress_fits(out: TextIO, *, between: bool) -> bool:
    """Whether a progress line on standard error leaves the results in `out` alone.

    It does not where `out` is a pipe, whose text may come out at the same terminal (`| tee`).
    `between` says that results are written while the line is on the terminal.
    """
    if not sys.stderr.isatty():
        return False
    try:
        results, progress = os.fstat(out.fileno()), os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    if stat.S_ISREG(results.st_mode):
        return True
    if not stat.S_ISCHR(results.st_mode):
        return False
    if not out.isatty():
        return True
    devices = (results.st_rdev, progress.st_rdev)
    same_terminal = devices[0] == devices[1] or _CONTROLLING in devices
    return not (same_terminal and between)


class Messages:
    """Messages on a terminal's or file's end of standard error, with a progress line below them.

    Must be made in the event loop. Writing never waits.
    """

    def __init__(self, err: TextIO) -> None:
        self._writer = BackgroundWriter(err)
        self._ticker: asyncio.Task[None] | None = None
        self._erase = ""
        """Escape codes that erase the progress line; empty if none is on the terminal."""

    def show_progress(self, line: Callable[[], str]) -> None:
        """Draw `line()` again and again until `aclose`."""
        self._ticker = asyncio.create_task(self._tick(line))

    def say(self, line: str) -> None:
        """Write `line` in place of the progress line."""
        self._writer.put(f"{self._erase}{line}\n")
        self._erase = ""

    async def aclose(self) -> None:
        """Erase the progress line and write the remaining messages."""
        if self._ticker is not None:
            self._ticker.cancel()
            self._writer.put(self._erase)
        await self._writer.aclose()

    async def _tick(self, line: Callable[[], str]) -> None:
        while True:
            await asyncio.sleep(INTERVAL_S)
            self._writer.put(ERASE + line())
            self._erase = ERASE
