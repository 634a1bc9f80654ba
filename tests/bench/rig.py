"""Runs one program through one workload and keeps all that can be seen of it from outside."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from tests.bench.figures import Window
from tests.bench.processes import environment, on_cpu, places
from tests.bench.programs import Program, knows_recordings
from tests.bench.pseudo_terminal import Terminal
from tests.bench.serving import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from tests.bench.accounts import Told
    from tests.bench.programs import Name
    from tests.bench.pseudo_terminal import Read, Sample
    from tests.bench.serving import Stamps
    from tests.bench.workload import Workload

Meanwhile: TypeAlias = "Callable[[Terminal, Mapping[int, Callable[[], None]]], None]"
STARTING_S = 15.0
"""How long a program may take to send its requests."""
SETTLED_S = 0.4
"""How long a screen must be quiet to count as complete."""
BACKLOG_S = 12.0
"""How long a program may go on after the server has finished."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was seen of one program at one workload."""

    program: Program
    workload: Workload
    spawned_at: float
    reads: Sequence[Read]
    samples: Sequence[Sample]
    stamps: dict[int, Stamps]
    told: Told
    exit_code: int | None
    idle: Window | None
    """A time after the end in which nothing was left to do."""


class Rig:
    """A server, a folder for files and the places to run programs in; a context manager."""

    def __init__(self, *, first: bool = False) -> None:
        self.places = places()
        self.folder = Path(tempfile.mkdtemp(prefix="streamdash-bench-"))
        self.environment = environment(self.folder)
        self.records = knows_recordings(self.environment)
        self._first = first
        on_cpu(self.places.others, first=first)()
        self.server = Server(self.folder / "server.log", self.places.others, first=first)

    def __enter__(self) -> Rig:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.__exit__(kind, error, trace)
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name: Name) -> Program:
        """A program with an empty folder."""
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        return Program(name, folder, records=self.records)

    def terminal(self, command: Sequence[str], folder: Path | None = None) -> Terminal:
        """The command in a terminal of 200x60."""
        return Terminal(
            command,
            environment=self.environment,
            folder=folder or self.folder,
            cpu=self.places.program,
            first=self._first,
        )

    def watch(
        self,
        name: Name,
        workload: Workload,
        *,
        idle_s: float = 0.0,
        meanwhile: Meanwhile | None = None,
    ) -> Seen:
        """Run the program until it has shown all streams, then for `idle_s` more, and leave it.

        `meanwhile` is called as soon as the program runs, and may watch the terminal itself.
        """
        program = self.program(name)
        command = program.prepare(workload, self.server.base_url)
        self.server.begin()
        others = {self.server.fileno: self.server.read}
        idle = None
        with self.terminal(command, program.folder) as terminal:

            def over() -> bool:
                return self.server.ended >= workload.streams

            if meanwhile is not None:
                meanwhile(terminal, others)
            whole = STARTING_S + workload.seconds
            terminal.watch(over, whole, others)
            if program.stays:
                self._settle(terminal)
                if idle_s:
                    start = monotonic()
                    terminal.watch(lambda: False, idle_s, others)
                    idle = Window(start, monotonic())
                exit_code = terminal.leave()
            else:
                terminal.watch(lambda: False, BACKLOG_S, others)
                exit_code = terminal.leave(b"")
            stamps = self.server.stamps()
            told = program.told(terminal.output, stamps)
            return Seen(
                program, workload, terminal.spawned_at, terminal.reads, terminal.samples,
                stamps, told, exit_code, idle,
            )  # fmt: skip

    def _settle(self, terminal: Terminal) -> None:
        """Wait until nothing has been written to the screen for a while."""
        start = monotonic()

        def quiet() -> bool:
            last = terminal.reads[-1].at if terminal.reads else start
            return monotonic() - max(last, start) >= SETTLED_S

        while not quiet() and monotonic() - start < BACKLOG_S:
            terminal.watch(quiet, 0.1)
