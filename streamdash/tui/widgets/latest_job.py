"""Long work beside the streams."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

T = TypeVar("T")

USUAL_S = sys.getswitchinterval()
GIVING_WAY_S = 0.0002
"""How long a working thread keeps the interpreter: the usual 5 ms would be in every stamp."""


class LatestJob(Generic[T]):
    """Does in a thread what was asked for last, one thing at a time, and shows that only.

    A thread cannot be told to stop: whoever asks again waits for it, and what it makes is dropped.
    """

    def __init__(self, owner: DOMNode) -> None:
        self._owner = owner
        self._wanted: tuple[Callable[[], T], Callable[[T], object]] | None = None
        self._working = False

    def want(self, work: Callable[[], T], show: Callable[[T], object]) -> None:
        """Do `work` in the thread, and `show` in the event loop what comes of it."""
        self._wanted = work, show
        if not self._working:
            self._working = True
            # a coroutine whose worker is cancelled before its first step would never be awaited
            self._owner.run_worker(self._run)  # type: ignore[arg-type]  # Textual takes them

    def drop(self) -> None:
        """Nothing is wanted any more."""
        self._wanted = None

    async def _run(self) -> None:
        try:
            while self._wanted is not None:
                wanted = work, show = self._wanted
                found = await asyncio.to_thread(_giving_way, work)
                if self._wanted is wanted:
                    self._wanted = None
                    show(found)
        finally:
            self._working = False


def _giving_way(work: Callable[[], T]) -> T:
    sys.setswitchinterval(GIVING_WAY_S)
    try:
        return work()
    finally:
        sys.setswitchinterval(USUAL_S)
