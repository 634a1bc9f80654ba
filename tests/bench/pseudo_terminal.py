"""A program in a pseudo-terminal: every byte it writes with the moment it was read."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.processes import busy_seconds, cpu_seconds, memory, on_cpu

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from tests.bench.processes import Memory

SAMPLE_S = 0.05
_SYNC_QUESTION = b"\x1b[?2026$p"
_SYNC_ANSWER = b"\x1b[?2026;2$y"


class Read(NamedTuple):
    """What one read of the terminal gave, and when."""

    at: float
    data: bytes


class Sample(NamedTuple):
    """What the process had used at a moment."""

    at: float
    cpu_s: float
    """CPU seconds of all its threads."""
    busy_s: float
    """Seconds in which its CPU worked for anybody."""
    memory: Memory


class Terminal:
    """Runs `command` in a pseudo-terminal of its own; a context manager that kills it.

    It answers as a terminal that knows synchronized output, so frames can be counted.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        cpu: int | None,
        first: bool = False,
        columns: int = 200,
        rows: int = 60,
    ) -> None:
        self._cpu = cpu
        self.reads: list[Read] = []
        self.samples: list[Sample] = []
        self.open = True
        self._master, slave = os.openpty()
        self.resize(columns, rows)

        def prepare() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            on_cpu(cpu, first=first)()

        self.spawned_at = monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=environment,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509  # there are no threads here
        )
        os.close(slave)

    def watch(
        self,
        until: Callable[[], bool],
        timeout_s: float,
        others: Mapping[int, Callable[[], None]] | None = None,
    ) -> bool:
        """Read until `until()` holds; False if time or the program ended before.

        `others` are further file descriptors, each with what to call when it is readable.
        """
        others = others or {}
        deadline = monotonic() + timeout_s
        descriptors = [self._master, *others]
        while self.open:
            if until():
                return True
            now = monotonic()
            if now >= deadline:
                return False
            pause = min(deadline - now, self._until_sample(now))
            readable, _, _ = select.select(descriptors, [], [], max(0.0, pause))
            if self._master in readable:
                self._read()
            for descriptor in readable:
                if descriptor in others:
                    others[descriptor]()
        return until()

    def _until_sample(self, now: float) -> float:
        """Take a sample if one is due; seconds to the next one."""
        last = self.samples[-1].at if self.samples else 0.0
        if now - last < SAMPLE_S:
            return SAMPLE_S - (now - last)
        cpu, held = cpu_seconds(self.process.pid), memory(self.process.pid)
        if cpu is not None and held is not None:
            self.samples.append(Sample(now, cpu, busy_seconds(self._cpu), held))
        return SAMPLE_S

    def _read(self) -> None:
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self.open = False
            return
        self.reads.append(Read(monotonic(), data))
        if _SYNC_QUESTION in data:
            os.write(self._master, _SYNC_ANSWER)

    def press(self, keys: bytes) -> None:
        """Send keys to the program."""
        with suppress(OSError):
            os.write(self._master, keys)

    def resize(self, columns: int, rows: int) -> float:
        """Give the terminal another size, of which the program gets a SIGWINCH; when that was."""
        at = monotonic()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return at

    @property
    def output(self) -> bytes:
        """Everything read so far."""
        return b"".join(read.data for read in self.reads)

    def leave(self, keys: bytes = b"q", patience_s: float = 5.0) -> int | None:
        """Quit by keys; the exit code, None if the program had to be killed."""
        deadline = monotonic() + patience_s
        while self.process.poll() is None and monotonic() < deadline:
            self.press(keys)
            self.watch(lambda: self.process.poll() is not None, 1.0)
            if not self.open:
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(1.0)
        if self.process.poll() is None:
            self.kill()
            return None
        self.watch(lambda: False, 0.05)
        return self.process.returncode

    def kill(self) -> None:
        """End the program and everything it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.kill()
        os.close(self._master)
