"""Arithmetic on what was seen: no process, no clock, no file."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.workload import MARKER, MARKER_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.bench.pseudo_terminal import Read, Sample
    from tests.bench.serving import Stamps

FRAME = b"\x1b[?2026h"
_ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")


class Spread(NamedTuple):
    """Median, 99th percentile and maximum, in seconds."""

    p50: float
    p99: float
    max: float


class Window(NamedTuple):
    """A time from `start` to `end` on the shared clock."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]


def spread(values: Iterable[float]) -> Spread | None:
    """The spread of some seconds; None where there are none."""
    known = list(values)
    if not known:
        return None
    return Spread(percentile(known, 50), percentile(known, 99), max(known))


def ratio(value: float | None, baseline: float | None) -> float | None:
    """`value / baseline`, where both are known and the baseline is not zero."""
    return None if value is None or not baseline else value / baseline


def all_live(stamps: Iterable[Stamps]) -> Window:
    """From the moment every stream has begun to the moment the first one ends.

    Raises ValueError where there is no such time.
    """
    written = [one.written for one in stamps if one.written]
    if not written:
        raise ValueError("the program read no stream")
    window = Window(max(times[0] for times in written), min(times[-1] for times in written))
    if window.seconds <= 0:
        raise ValueError("the streams were never live together")
    return window


class Use(NamedTuple):
    """Cores in use: by the program, and of its CPU by everybody else."""

    program: float
    others: float


def use_between(samples: Sequence[Sample], window: Window | None) -> Use | None:
    """Cores in use on average over the window; None where there are no samples around it."""
    if window is None or window.seconds <= 0:
        return None
    start, end = _used_at(samples, window.start), _used_at(samples, window.end)
    if start is None or end is None:
        return None
    own, all_ = end[0] - start[0], end[1] - start[1]
    return Use(own / window.seconds, max(0.0, all_ - own) / window.seconds)


def _used_at(samples: Sequence[Sample], at: float) -> tuple[float, float] | None:
    """The program's and the CPU's busy seconds at a moment, on a straight line between samples."""
    for before, after in pairwise(samples):
        if before.at <= at <= after.at:
            share = (at - before.at) / (after.at - before.at)
            return (
                before.cpu_s + share * (after.cpu_s - before.cpu_s),
                before.busy_s + share * (after.busy_s - before.busy_s),
            )
    return None


def chunks_between(stamps: Iterable[Stamps], window: Window) -> int:
    """Content chunks that the server wrote in the window."""
    return sum(window.start <= at < window.end for one in stamps for at in one.written)


def bytes_between(reads: Iterable[Read], window: Window) -> int:
    """Bytes that the program wrote to its terminal in the window."""
    return sum(len(read.data) for read in reads if window.start <= read.at < window.end)


def frames_between(reads: Iterable[Read], window: Window) -> int:
    """Synchronized updates that the program began in the window."""
    frames, tail = 0, b""
    for read in reads:
        data = tail + read.data
        if window.start <= read.at < window.end:
            frames += data.count(FRAME)
        tail = _cut_tail(data)
    return frames


def _cut_tail(data: bytes) -> bytes:
    """The end of `data` that may be the beginning of a frame's mark."""
    for size in range(min(len(FRAME) - 1, len(data)), 0, -1):
        if FRAME.startswith(data[-size:]):
            return data[-size:]
    return b""


def markers_seen(reads: Iterable[Read]) -> dict[tuple[int, int], float]:
    """When each marker, by stream and number, first left the terminal."""
    seen: dict[tuple[int, int], float] = {}
    tail = b""
    for read in reads:
        data = tail + read.data
        for found in MARKER.finditer(data):
            seen.setdefault((int(found[1]), int(found[2])), read.at)
        tail = data[-MARKER_BYTES:]
    return seen


def glass_times(
    stamps: Mapping[int, Stamps],
    marks: Mapping[int, Iterable[int]],
    seen: Mapping[tuple[int, int], float],
) -> dict[tuple[int, int], float]:
    """Seconds from a marker's writing to its reading, for those that were seen."""
    return {
        (index, number): seen[index, number] - one.written[number]
        for index, one in stamps.items()
        for number in marks[index]
        if (index, number) in seen and number < len(one.written)
    }


def cells_written(data: bytes) -> int:
    """Characters that are neither control characters nor parts of escape sequences."""
    text = _ESCAPE.sub(b"", data).decode("utf-8", "replace")
    return sum(char >= " " for char in text)


def time_of_cells(reads: Iterable[Read], after: float, cells: int) -> float | None:
    """When so many cells had been written since `after`; None if they never were."""
    written = 0
    for read in reads:
        if read.at >= after:
            written += cells_written(read.data)
            if written >= cells:
                return read.at
    return None
