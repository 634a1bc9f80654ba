"""Lets the streams of a launch send at the same moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class StartGate:
    """Opens once every stream of a launch has its connection, or after `patience_s` of waiting.

    `expected` are the indices of those streams.
    """

    def __init__(self, expected: Iterable[int], patience_s: float = 2.0) -> None:
        self._missing = set(expected)
        self._patience_s = patience_s
        self._open = asyncio.Event()

    def count(self, index: int) -> None:
        """Count stream `index` as ready or as gone for good; counting it again changes nothing."""
        self._missing.discard(index)
        if not self._missing:
            self._open.set()

    async def passed(self) -> None:
        """Wait until the gate is open; a waiter that runs out of patience opens it for all."""
        if self._open.is_set():
            return
        try:
            # not wait_for, which may lose a cancellation that comes as the gate opens
            async with asyncio.timeout(self._patience_s):
                await self._open.wait()
        except TimeoutError:
            self._open.set()
