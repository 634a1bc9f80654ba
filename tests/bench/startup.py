"""Start-up time of the program, next to the minimum that Python and Textual need."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING

from tests.bench.figures import cells_written, time_of_cells
from tests.bench.processes import on_cpu
from tests.bench.programs import EMPTY_APP, STREAMDASH
from tests.bench.workload import label, steady

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.rig import Rig

_HALF_SCREEN = 200 * 60 // 2
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Startup:
    """Medians, in seconds."""

    version_s: float
    """`streamdash --version`, start to exit."""
    python_s: float
    """`python -c pass`, start to exit."""
    first_frame_s: float | None
    """The dashboard's start to half a screen with the first pane's label in it."""
    empty_app_s: float | None
    """The start of an empty Textual app to half a screen."""


def startup(rig: Rig, times: int) -> Startup:
    """Start each program this many times, in turns."""
    versions, pythons, frames, empties = [], [], [], []
    for _ in range(times * 3):
        versions.append(_duration(rig, [*STREAMDASH, "--version"]))
        pythons.append(_duration(rig, [sys.executable, "-c", "pass"]))
    for _ in range(times):
        program = rig.program("dashboard")
        command = program.prepare(steady(8, 50, 2), rig.server.base_url)
        frames.append(_first_frame(rig, command, label(0).encode(), program.folder))
        empties.append(_first_frame(rig, EMPTY_APP, b""))
    rig.server.begin()
    return Startup(
        version_s=median(versions),
        python_s=median(pythons),
        first_frame_s=_median_of_known(frames),
        empty_app_s=_median_of_known(empties),
    )


def _duration(rig: Rig, command: Sequence[str]) -> float:
    start = monotonic()
    subprocess.run(
        command,
        env=rig.environment,
        stdout=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
        check=True,
        preexec_fn=on_cpu(rig.places.program),  # there are no threads here
    )
    return monotonic() - start


def _first_frame(
    rig: Rig, command: Sequence[str], wanted: bytes, folder: Path | None = None
) -> float | None:
    with rig.terminal(command, folder) as terminal:

        def shown() -> bool:
            output = terminal.output
            return wanted in output and cells_written(output) >= _HALF_SCREEN

        if not terminal.watch(shown, _PATIENCE_S):
            return None
        at = time_of_cells(terminal.reads, terminal.spawned_at, _HALF_SCREEN)
        labelled = next(
            (read.at for read in terminal.reads if wanted in read.data), terminal.reads[-1].at
        )
        return None if at is None else max(at, labelled) - terminal.spawned_at


def _median_of_known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
