"""Measures how late the event loop is, because a late loop stamps events late."""

from __future__ import annotations

import asyncio
from array import array
from typing import TYPE_CHECKING

from streamdash.streams.statistics import percentile
from streamdash.streams.timing.pause import PauseWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.timing.pause import Pause

BEAT_S = 0.01
LATE_S = 0.010
"""A number that is stamped while the loop is later than this is flagged."""
_KEPT = 100_000


class LoopLag:
    """Beats every 10 ms while `beating()` is true, and records how late each beat is."""

    def __init__(
        self,
        clock: Callable[[], float],
        beating: Callable[[], bool],
        paused: Callable[[Pause], object] = lambda _pause: None,
    ) -> None:
        self._clock = clock
        self.pauses = PauseWatch(clock, paused)
        """The pauses of the process that the beats have noticed."""
        self._beating = beating
        self._handle: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._beat_at = 0.0
        self._lateness = 0.0
        self._measured = array("d")

    def start(self) -> None:
        """Begin to beat, unless it beats already."""
        if self._handle is None:
            self._lateness = 0.0
            self.pauses.start()
            self._schedule(self._clock())

    def _schedule(self, now: float) -> None:
        self._due = now + BEAT_S
        self._handle = asyncio.get_running_loop().call_later(BEAT_S, self._beat)

    def _beat(self) -> None:
        if not self._beating():
            # After the last stream's end lateness affects no number.
            self._handle = None
            self.pauses.stop()
            return
        self.pauses.look()
        now = self._clock()
        self._beat_at = now
        self._lateness = max(0.0, now - self._due)
        if len(self._measured) < _KEPT:
            self._measured.append(self._lateness)
        self._schedule(now)

    def late(self, at: float) -> bool:
        """Whether a stamp taken at `at` may be more than `LATE_S` late.

        It may be if the next beat is overdue, or has come late in this same turn of the loop.
        """
        if self._handle is None:
            return False
        if at - self._due > LATE_S:
            return True
        return self._lateness > LATE_S and at - self._beat_at < BEAT_S

    @property
    def p99_s(self) -> float | None:
        """The 99th percentile of the lateness; None if it was never measured."""
        return percentile(sorted(self._measured), 99) if self._measured else None

    @property
    def max_s(self) -> float | None:
        """The largest lateness; None if it was never measured."""
        return max(self._measured) if self._measured else None
