"""Finds pauses of the process: it was stopped, or its machine or container slept."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE_S = 0.25
"""The length from which a gap without use of the CPU is a pause."""
BUSY = 0.2
"""A process that used more than this share of a gap was slow, and not paused."""


class Pause(NamedTuple):
    """The time between two looks, on the run's clock.

    Both ends may be equal, if that clock stops while the machine sleeps.
    """

    since: float
    until: float


def sleep_clock() -> Callable[[], float]:
    """A clock that also counts the sleep of the machine, if the system has one."""
    number = getattr(time, "CLOCK_BOOTTIME", None)
    if number is None and sys.platform == "darwin":
        number = time.CLOCK_MONOTONIC
    return time.monotonic if number is None else lambda: time.clock_gettime(number)


class PauseWatch:
    """Calls `noticed` for each pause that `look`, called often, finds by comparing clocks.

    `clock` is the run's, `awake` also counts the sleep of the machine, and `cpu` returns the CPU
    time that the process has used. All are in seconds.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        noticed: Callable[[Pause], object],
        *,
        awake: Callable[[], float] | None = None,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        self._clock = clock
        self._noticed = noticed
        if awake is None:
            awake = sleep_clock() if clock is time.monotonic else clock
        self._awake = awake
        self._cpu = cpu
        self._last = (0.0, 0.0, 0.0)
        self._watching = False
        self.pauses: list[Pause] = []

    def start(self) -> None:
        """Begin to watch."""
        self._watching = True
        self._last = self._clock(), self._awake(), self._cpu()

    def stop(self) -> None:
        """End the watch, because `look` is no longer called regularly."""
        self._watching = False

    def look(self) -> None:
        """Notice a pause since the last call."""
        if not self._watching:
            return
        (at, awake, cpu), last = (self._clock(), self._awake(), self._cpu()), self._last
        self._last = at, awake, cpu
        gap = max(at - last[0], awake - last[1])
        if gap >= PAUSE_S and cpu - last[2] < BUSY * gap:
            pause = Pause(last[0], at)
            self.pauses.append(pause)
            self._noticed(pause)

    def paused_since(self, start: float) -> float:
        """Seconds of pauses after `start`, by the run's clock."""
        return sum(max(0.0, until - max(since, start)) for since, until in self.pauses)
