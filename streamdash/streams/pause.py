"""Times in which the process did not run: it was stopped, or its machine or container slept."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE_S = 0.25
"""From this length on a gap in which the process used no CPU is a pause."""
BUSY = 0.2
"""The share of a gap that the process spent working: with more of it, it was only slow."""


class Pause(NamedTuple):
    """From the last sign of life to the next, on the run's clock.

    Where that clock stands still while the machine sleeps, both may be the same.
    """

    since: float
    until: float


def sleep_clock() -> Callable[[], float]:
    """A clock that goes on while the machine sleeps, where the system has one."""
    number = getattr(time, "CLOCK_BOOTTIME", None)
    if number is None and sys.platform == "darwin":
        number = time.CLOCK_MONOTONIC
    return time.monotonic if number is None else lambda: time.clock_gettime(number)


class PauseWatch:
    """Compares clocks whenever `look` is called, which must be often; `noticed` hears of pauses.

    `clock` is the run's, `awake` one that also counts sleep, `cpu` what the process has used.
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
        """From now on the process runs."""
        self._watching = True
        self._last = self._clock(), self._awake(), self._cpu()

    def stop(self) -> None:
        """Nobody looks regularly any more."""
        self._watching = False

    def look(self) -> None:
        """Notice a pause since the last look."""
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
        """Seconds of pauses behind `start`, as the run's clock has counted them."""
        return sum(max(0.0, until - max(since, start)) for since, until in self.pauses)
