"""The asyncio tasks that perform the streams of a run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.streams.performer import Perform


class _Launch(NamedTuple):
    """Streams whose waiting follow-ups are sent together, and those of them that are live."""

    indices: list[int]
    live: set[int]


class StreamTasks:
    """The newest task of each stream, and cancelled ones until their connections are closed.

    `ended` is called with the indices of streams that were launched together, once the last of
    them has ended.
    """

    def __init__(self, ended: Callable[[list[int]], object]) -> None:
        self._ended = ended
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._launches: dict[int, _Launch] = {}
        self._cancelled: set[asyncio.Task[None]] = set()
        """Tasks that still close their connections; their streams may have newer ones."""

    @property
    def live(self) -> bool:
        """Whether any stream has a task that is not done."""
        return any(not task.done() for task in self._tasks.values())

    def is_running(self, index: int) -> bool:
        """Whether the stream's task is not done."""
        task = self._tasks.get(index)
        return task is not None and not task.done()

    def is_answering(self, index: int) -> bool:
        """Whether the stream is live; false for a task that only closes its connection."""
        return self.is_running(index) and self._tasks[index] not in self._cancelled

    def launch(self, indices: Sequence[int], perform: Perform, *, together: bool) -> None:
        """Begin a task for each stream; unless `together`, each stream ends on its own."""
        everyone = _Launch([*indices], {*indices})
        for index in indices:
            launch = everyone if together else _Launch([index], {index})
            self._launches[index] = launch
            self._tasks[index] = asyncio.get_running_loop().create_task(
                self._perform(index, perform, launch), name=f"stream {index}"
            )

    async def _perform(self, index: int, perform: Perform, launch: _Launch) -> None:
        await perform(index)
        self._leave(index, launch)

    def _leave(self, index: int, launch: _Launch) -> None:
        launch.live.discard(index)
        if not launch.live:
            self._ended(launch.indices)

    def leave(self, index: int) -> None:
        """Count the stream as ended, before its task is cancelled."""
        self._leave(index, self._launches[index])

    def cancel(self, index: int) -> None:
        """Cancel the stream's task, which then closes its connection."""
        task = self._tasks[index]
        task.cancel()
        self._cancelled.add(task)
        task.add_done_callback(self._cancelled.discard)

    async def wait(self) -> None:
        """Return when all tasks are done."""
        while pending := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(pending)

    async def close(self, timeout_s: float) -> None:
        """Wait until all connections are closed, at most this long; hurry the cancelled tasks."""
        for task in self._cancelled:
            task.cancel()
        pending = {task for task in self._tasks.values() if not task.done()} | self._cancelled
        if pending:
            await asyncio.wait(pending, timeout=timeout_s)
