"""The clock that calls for frames of the whole screen."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from enum import IntEnum
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FASTEST_S = 1 / 30
SLOWEST_S = 1 / 5
BUSY = 0.8
"""The share of its core that the loop may use before frames become rarer."""


class Frame(IntEnum):
    """The work left after a painted frame; of several values the greatest counts."""

    IDLE = 0
    """Nothing: sleep until woken."""
    MORE = 1
    """Paint another frame when it is due."""
    RESUME = 2
    """Go on with this frame, which has given way to the streams in the middle."""


class FrameClock:
    """Calls `paint(now)` again and again until it returns `Frame.IDLE`; then sleeps until woken.

    A frame to `RESUME` goes on as soon as the loop has done what else is due, with the same
    `now`. Painting shares the loop with the streams, so frames give way: after a frame that took
    long the next one waits as long again, and while the loop is busy or late the rate falls to
    five a second. `wake` must be called from the event loop.
    """

    def __init__(
        self,
        paint: Callable[[float], Frame],
        *,
        now: Callable[[], float] = perf_counter,
        cpu: Callable[[], float] = thread_time,
        fastest_s: float = FASTEST_S,
        slowest_s: float = SLOWEST_S,
    ) -> None:
        self._paint = paint
        self._now = now
        self._cpu = cpu
        self._fastest_s = fastest_s
        self._slowest_s = slowest_s
        self._context = copy_context()
        self._handle: asyncio.Handle | None = None
        self._stopped = False
        self._due = 0.0
        self._frame_at = 0.0
        self._spent = 0.0
        self._unfinished = False
        self._last_at = 0.0
        self._last_cpu = 0.0
        self._again = False
        self._painting = False
        self.interval_s = fastest_s
        """Seconds from one frame to the next, adapted to the load."""
        self.frames = 0

    @property
    def running(self) -> bool:
        """Whether a frame is scheduled."""
        return self._handle is not None

    def wake(self) -> None:
        """Paint soon, because something may have changed."""
        self._again = True
        if self._handle is None and not self._stopped and not self._painting:
            self._last_at, self._last_cpu = self._now(), self._cpu()
            self._schedule(0.0)

    def stop(self) -> None:
        """Never paint again."""
        self._stopped = True
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _schedule(self, delay: float) -> None:
        self._due = self._now() + delay
        loop = asyncio.get_running_loop()
        self._handle = loop.call_later(delay, self._tick, context=self._context)

    def _give_way(self) -> None:
        """Continue the frame after the loop has read and stamped what has arrived meanwhile.

        A round of the loop reads sockets and then makes the calls that are due; the tasks that
        wait for the bytes run in the next round.
        """
        loop = asyncio.get_running_loop()

        def next_round() -> None:
            self._handle = loop.call_soon(self._tick, context=self._context)

        self._handle = loop.call_later(0.0, next_round)

    def _tick(self) -> None:
        self._handle = None
        start = self._now()
        if not self._unfinished:
            self._frame_at = start
            self._spent = 0.0
            self._adapt(start)
            self._again = False
        self._painting = True
        try:
            frame = self._paint(self._frame_at)
        finally:
            self._painting = False
        end = self._now()
        self._spent += end - start
        self._unfinished = frame is Frame.RESUME
        if self._stopped:
            return
        if self._unfinished:
            self._give_way()
            return
        self.frames += 1
        if frame is Frame.MORE or self._again:
            self._schedule(max(self._frame_at + self.interval_s - end, self._spent))

    def _adapt(self, start: float) -> None:
        """Set the interval by the loop's CPU share since the last frame, and by how late it is."""
        cpu = self._cpu()
        passed = start - self._last_at
        busy = passed > 0 and (cpu - self._last_cpu) / passed > BUSY
        late = start - self._due > self.interval_s / 2
        if self.frames and (busy or late):
            self.interval_s = min(self.interval_s * 1.5, self._slowest_s)
        else:
            self.interval_s = max(self.interval_s * 0.85, self._fastest_s)
        self._last_at, self._last_cpu = start, cpu
