"""Long work in a thread, beside the streams."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from streamdash.streams.timing.side_work import giving_way

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

T = TypeVar("T")


class LatestJob(Generic[T]):
    """Runs one job at a time in a thread and shows only the latest.

    A thread cannot be cancelled, so a newer job waits for the running one, whose result is dropped.
    """

    def __init__(self, owner: DOMNode) -> None:
        self._owner = owner
        self._wanted: tuple[Callable[[], T], Callable[[T], object]] | None = None
        self._working = False

    def want(self, work: Callable[[], T], show: Callable[[T], object]) -> None:
        """Run `work` in the thread, then `show` with its result in the event loop."""
        self._wanted = work, show
        if not self._working:
            self._working = True
            # a coroutine whose worker is cancelled before its first step would never be awaited
            self._owner.run_worker(self._run)  # type: ignore[arg-type]  # Textual takes them

    def drop(self) -> None:
        """Drop the wanted job; the result of a running one is not shown."""
        self._wanted = None

    async def _run(self) -> None:
        try:
            while self._wanted is not None:
                wanted = work, show = self._wanted
                found = await asyncio.to_thread(giving_way, work)
                if self._wanted is wanted:
                    self._wanted = None
                    show(found)
        finally:
            self._working = False
