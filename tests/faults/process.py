"""The fault server in a process of its own, for timings that its work must not disturb."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

from tests.faults.server import FaultServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection
    from types import TracebackType

    from tests.faults.server import Received, Script


def _serve(scripts: Mapping[str, Script], line: Connection[object, object]) -> None:
    with FaultServer(scripts) as server:
        line.send(server.url)
        line.recv()
        line.send(server.received)


class ServerProcess:
    """Answers from `scripts`; `received` is filled at the end of the `with` block.

    `time.monotonic` is the same clock in both processes.
    """

    def __init__(self, scripts: Mapping[str, Script]) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(dict(scripts), theirs), daemon=True)
        self.url = ""
        self.received: dict[str, list[Received]] = {}

    def __enter__(self) -> ServerProcess:
        self._process.start()
        self.url = str(self._line.recv())
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._line.send("stop")
        self.received = self._line.recv()
        self._line.close()
        self._process.join(10)
