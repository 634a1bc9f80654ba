"""The schedule of an answer, in which the lateness of one wait does not delay the next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Metronome:
    """Waits, each measured from the time at which the one before was due.

    `pace` multiplies every wait; with 0 a wait only lets other tasks run.
    """

    def __init__(
        self,
        pace: float,
        sleep: Callable[[float], Awaitable[object]],
        clock: Callable[[], float],
    ) -> None:
        self._pace = pace
        self._sleep = sleep
        self._clock = clock
        self._due = clock()

    async def wait(self, seconds: float) -> None:
        """Return `seconds` after the last wait was due, or at once if that time has passed."""
        if self._pace <= 0:
            await asyncio.sleep(0)
            return
        self._due += seconds * self._pace
        await self._sleep(max(0.0, self._due - self._clock()))
