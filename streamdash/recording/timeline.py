"""The clock of a replay, which runs at any speed, pauses, and can be moved by hand."""

from __future__ import annotations

import asyncio
import heapq
from bisect import bisect_left, bisect_right, insort
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AT_ONCE_S = 0.25
"""Recorded seconds that pass per turn of the loop if the speed is 0."""
SOONEST_S = 0.001
"""The shortest time for which a timer is set, in seconds."""


class Timeline:
    """Wakes tasks at recorded times, in the order of these times.

    `speed` is in recorded seconds per second; 0 plays as fast as the machine can. Time stands
    still before `start`.
    """

    def __init__(
        self, begin_at: float, *, speed: float = 1.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._clock = clock
        self._speed = speed
        self._running = False
        self._position = begin_at
        """The recorded time at `_since`, or now if time stands still."""
        self._since = 0.0
        self._released = begin_at
        """A task that waits for a time up to this one continues at once."""
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0
        self._endings: list[float] = []
        self._handle: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """The recorded time."""
        if not self._running or self._speed <= 0:
            return self._position
        return self._position + (self._clock() - self._since) * self._speed

    @property
    def paused(self) -> bool:
        return not self._running

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._move(self.now())
        self._speed = speed
        self._arm()

    def start(self) -> None:
        """Let time pass from now on."""
        if not self._running:
            self._running = True
            self._since = self._clock()
            self._arm()

    def pause(self) -> None:
        """Stop the recorded time."""
        self._move(self.now())
        self._running = False
        self._arm()

    def toggle(self) -> None:
        """Pause, or continue after a pause."""
        if self._running:
            self.pause()
        else:
            self.start()

    def step(self) -> bool:
        """Go to the next event and pause there; returns False if there is none."""
        self.pause()
        self._drop_cancelled()
        if not self._waiting:
            return False
        self._release(self._waiting[0][0])
        return True

    def skip_to_next_end(self) -> bool:
        """Go to the time at which the next stream ends; returns False if there is none."""
        self._drop_cancelled()
        place = bisect_right(self._endings, max(self.now(), self._released))
        if place == len(self._endings) or not self._waiting:
            return False
        self._release(self._endings[place])
        return True

    def expect_endings(self, times: Iterable[float]) -> None:
        """Add times at which streams end, for `skip_to_next_end`."""
        for time in times:
            insort(self._endings, time)

    async def reach(self, at: float) -> None:
        """Return when the recorded time is `at` or later."""
        if at <= self._released:
            return
        arrived = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._waiting, (at, self._count, arrived))
        self._arm()
        await arrived

    def _move(self, position: float) -> None:
        self._position = position
        self._since = self._clock()

    def _release(self, position: float) -> None:
        """Go to `position` and wake every task whose time has come."""
        self._move(max(position, self.now()))
        self._released = max(position, self._released)
        while self._waiting and self._waiting[0][0] <= self._released:
            arrived = heapq.heappop(self._waiting)[2]
            if not arrived.done():
                arrived.set_result(None)
        self._arm()

    def _drop_cancelled(self) -> None:
        """Remove waits from the front of the queue whose tasks were cancelled."""
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)

    def _arm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self._drop_cancelled()
        if not self._waiting or not self._running:
            return
        delay = 0.0
        if self._speed > 0:
            delay = max((self._waiting[0][0] - self.now()) / self._speed, SOONEST_S)
        self._handle = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._handle = None
        if self._speed > 0:
            self._release(self.now())
            return
        self._drop_cancelled()
        if self._waiting:
            due = self._waiting[0][0]
            place = bisect_left(self._endings, due)
            ending = self._endings[place] if place < len(self._endings) else due + AT_ONCE_S
            self._release(min(due + AT_ONCE_S, ending))
