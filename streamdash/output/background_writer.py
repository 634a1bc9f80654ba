"""Writes text from a thread, to a reader that may be slow, stuck or gone."""

from __future__ import annotations

import asyncio
import queue
import threading
from typing import TYPE_CHECKING, TextIO

from streamdash.output.standard_streams import write_all

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE = 1 << 20
"""Characters encoded at a time: a second copy of a long text could be too much."""


class BackgroundWriter:
    """Writes to a stream's descriptor from a thread; `put` never waits and never fails.

    Text gathers for `gather_s` before it goes to the thread. When nothing more can be written,
    `lost` is called once in the event loop, and later text is dropped. The writer belongs to the
    event loop's thread: it is made and used there only.
    """

    def __init__(
        self, stream: TextIO, *, gather_s: float = 0.0, lost: Callable[[], object] | None = None
    ) -> None:
        stream.flush()
        self._descriptor = stream.fileno()
        self._encoding = stream.encoding or "utf-8"
        # a UnicodeEncodeError would end the thread unseen
        self._errors = "replace" if stream.errors in (None, "strict") else stream.errors
        self._gather_s = gather_s
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._gathered: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._received = 0
        self._written = 0
        self.error: OSError | None = None
        """Why nothing more can be written: the reader has gone, the disk is full."""
        self._thread = threading.Thread(
            target=self._write_all, name="background-writer", daemon=True
        )
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Characters that the thread has received but not written."""
        return self._received - self._written

    def put(self, text: str) -> None:
        """Write `text` soon."""
        if not self._gather_s:
            self._hand_over(text)
            return
        self._gathered.append(text)
        if self._timer is None:
            self._timer = self._loop.call_later(self._gather_s, self._flush)

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._gathered:
            self._hand_over("".join(self._gathered))
            self._gathered.clear()

    def _hand_over(self, text: str) -> None:
        self._received += len(text)
        self._queue.put(text)

    def close(self, timeout_s: float | None = None) -> bool:
        """Write the remaining text and end the thread; returns False on a timeout."""
        self._flush()
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    async def aclose(self) -> None:
        """Close without blocking the event loop."""
        self._flush()
        await asyncio.to_thread(self.close)

    def _write_all(self) -> None:
        while (text := self._queue.get()) is not None:
            if self.error is None:
                try:
                    for at in range(0, len(text), _PIECE):
                        piece = text[at : at + _PIECE]
                        write_all(self._descriptor, piece.encode(self._encoding, self._errors))
                except OSError as error:
                    self.error = error
                    self._report_loss()
            self._written += len(text)

    def _report_loss(self) -> None:
        if self._lost is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._lost)
