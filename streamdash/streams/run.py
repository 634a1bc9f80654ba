"""Owns the tasks of all streams: starts, cancels, reruns and drains them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streamdash.streams.conversation import Question, followed_up, may_follow
from streamdash.streams.events import End, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.performer import Lag, Perform, Performer
    from streamdash.streams.run_streams import RunStreams

DRAIN_S = 2.0
"""How long the end of the program waits for connections to close."""


class Run:
    """All streams of one launch. Must be used from one event loop.

    `live_run` and `ReplayRun` make one. `RunStreams` documents `states`, `past` and `earlier`.
    """

    def __init__(self, streams: RunStreams, performer: Performer) -> None:
        self._streams = streams
        self.performer = performer
        self.plan = streams.plan
        self.clock = streams.clock
        self.started_at = streams.started_at
        self.states = streams.states
        self.past = streams.past
        self.earlier = streams.earlier
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._cancelled: set[asyncio.Task[None]] = set()
        """Tasks that still close their connections; their streams may have newer ones."""
        self.waiting: list[list[Question]] = [[] for _ in streams.states]
        """Follow-ups that are sent when the stream's answer has ended well."""
        self.unsent: list[list[Question]] = [[] for _ in streams.states]
        """Follow-ups that waited for an answer which was cut."""

    @property
    def lag(self) -> Lag:
        return self.performer.lag

    @property
    def live(self) -> bool:
        """Whether any stream has not ended yet (one that was never started is not live)."""
        return any(not task.done() for task in self._tasks.values())

    def start(self) -> None:
        """Launch every stream."""
        self._launch(range(len(self.states)))

    def _launch(self, indices: Iterable[int]) -> None:
        indices = list(indices)
        perform = self.performer.launch(indices)
        for index in indices:
            self._tasks[index] = asyncio.get_running_loop().create_task(
                self._perform(index, perform), name=f"stream {index}"
            )

    async def _perform(self, index: int, perform: Perform) -> None:
        await perform(index)
        self._send_waiting(index)

    def cancel(self, index: int) -> bool:
        """End a live stream for the user; returns whether it was live.

        Its state is final when this returns, and its connection closes right after. The state
        is not left to the task, which runs none of its code if cancelled before its first step.
        """
        task = self._tasks.get(index)
        if task is None or task.done():
            return False
        state = self.states[index]
        if state.ended_at is None:
            self.performer.release(index)
            self._streams.announce(state, End(Status.CANCELLED))
        self._give_back(index)
        task.cancel()
        self._cancelled.add(task)
        task.add_done_callback(self._cancelled.discard)
        return True

    def cancel_all(self) -> int:
        """Cancel every live stream; returns how many there were."""
        return sum([self.cancel(index) for index in range(len(self.states))])

    def rerun(self, index: int) -> None:
        """Launch the stream again; a live one is cancelled first."""
        self.cancel(index)
        self._launch([index])

    def rerun_all(self) -> None:
        """Launch all streams again, together."""
        self.cancel_all()
        self._launch(range(len(self.states)))

    def ask(self, text: str, indices: Iterable[int], *, with_cut: bool = False) -> list[int]:
        """Send a further user message to the streams; returns those whose message has to wait.

        A live stream is not cancelled: its message waits for the end of the answer, and is sent
        only if the answer ended well. An answer that was cut joins the conversation only
        `with_cut`.
        """
        question = Question(text, with_cut)
        waiting, asked = [], []
        for index in indices:
            if self._is_answering(index):
                self.waiting[index].append(question)
                waiting.append(index)
            else:
                self._begin_turn(index, question)
                asked.append(index)
        if asked:
            self._launch(asked)
        return waiting

    def _is_answering(self, index: int) -> bool:
        """Whether the stream is live; false for a task that only closes its connection."""
        task = self._tasks.get(index)
        return task is not None and not task.done() and task not in self._cancelled

    def _begin_turn(self, index: int, question: Question) -> None:
        spec = followed_up(self.states[index], question)
        self._streams.shelve(index)
        self._streams.replace(index, spec, self.clock())
        self.unsent[index] = []

    def _send_waiting(self, index: int) -> None:
        """Send the stream's next waiting question, if it may follow the answer."""
        if not self.waiting[index]:
            return
        if not may_follow(self.states[index], self.waiting[index][0]):
            self._give_back(index)
            return
        self._begin_turn(index, self.waiting[index].pop(0))
        self._launch([index])

    def _give_back(self, index: int) -> None:
        """Move the waiting questions to the unsent ones, because the answer before them was cut."""
        self.unsent[index] += self.waiting[index]
        self.waiting[index] = []

    async def wait(self) -> None:
        """Return when no stream is live any longer."""
        while pending := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(pending)

    async def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Cancel all live streams, let their connections close, then close the performer."""
        self.cancel_all()
        for task in self._cancelled:
            task.cancel()
        pending = {task for task in self._tasks.values() if not task.done()} | self._cancelled
        if pending:
            await asyncio.wait(pending, timeout=timeout_s)
        await self.performer.aclose()
