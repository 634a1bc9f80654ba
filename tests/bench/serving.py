"""The server's process, seen from the benchmark."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.processes import ROOT, on_cpu

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Stamps:
    """What the server noted of one stream, in seconds of CLOCK_MONOTONIC."""

    index: int
    received: float
    """The request's last byte was read."""
    written: tuple[float, ...]
    """The moments before each content chunk was written."""
    done: float | None
    """The moment before the finish chunk, the usage and `[DONE]` were written."""
    gone: float | None
    """The client closed the connection."""


class Server:
    """Starts the server on its own CPU; a context manager that ends it."""

    def __init__(self, log: Path, cpu: int | None, *, first: bool) -> None:
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=ROOT,
            preexec_fn=on_cpu(cpu, first=first),  # noqa: PLW1509  # there are no threads here
        )
        assert self._process.stdout is not None
        self.fileno = self._process.stdout.fileno()
        self._unread = b""
        self._ended = 0
        self.port = int(self._line())

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def begin(self) -> None:
        """Forget all that was stamped and counted so far."""
        self.stamps()
        self._ended = 0

    @property
    def ended(self) -> int:
        """How many answers have been written to their end, or lost their reader."""
        return self._ended

    def read(self) -> None:
        """Take in what the server has said; call it when `fileno` is readable."""
        self._unread += os.read(self.fileno, 1 << 16)
        while self._unread.startswith(b"ended\n"):
            self._unread = self._unread.removeprefix(b"ended\n")
            self._ended += 1

    def stamps(self) -> dict[int, Stamps]:
        """The stamps of all streams since the last time, by index."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"stamps\n")
        self._process.stdin.flush()
        while (line := self._line()) == "ended":
            self._ended += 1
        stamps = [
            Stamps(one["index"], one["received"], tuple(one["written"]), one["done"], one["gone"])
            for one in json.loads(line)
        ]
        return {one.index: one for one in stamps}

    def _line(self) -> str:
        while b"\n" not in self._unread:
            readable, _, _ = select.select([self.fileno], [], [], _PATIENCE_S)
            data = os.read(self.fileno, 1 << 20) if readable else b""
            if not data:
                raise RuntimeError(f"the server has stopped; see {self._log.name}")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
