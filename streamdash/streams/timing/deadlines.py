"""The deadlines of an attempt. Everything that has arrived is read before a deadline is judged."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.errors import ErrorKind
    from streamdash.streams.spec import Deadlines
    from streamdash.streams.state import StreamState
    from streamdash.streams.timing.pause import PauseWatch

COUNTED_GRACE_S = 5.0
"""Seconds that a stream may stay open after its finish reason and its usage, which come last."""
FINISH_GRACE_S = 20.0
"""The same after a finish reason alone, which some servers give too early."""
ROUNDS = 10
"""After this many turns of the loop without an event, everything that had arrived has been read."""
READING_S = 0.25
"""The longest time for which a passed deadline waits for that."""


class DeadlineWatch:
    """Cancels the task of an attempt at the first deadline that passes.

    It has one timer, which is armed again when it rings too early, so a delta costs nothing.
    """

    def __init__(
        self, state: StreamState, clock: Callable[[], float], pauses: PauseWatch | None = None
    ) -> None:
        self._state = state
        self._clock = clock
        self._pauses = pauses
        self._handle: asyncio.Handle | None = None
        self._task: asyncio.Task[object] | None = None
        self.expired: tuple[ErrorKind, float] | None = None
        """The deadline that passed, and its length in seconds."""

    def __enter__(self) -> DeadlineWatch:
        self._task = asyncio.current_task()
        self._arm()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._task = None

    def _due(self) -> tuple[float, ErrorKind, float] | None:
        """The next deadline: its clock time, its kind, and its length in seconds."""
        state = self._state
        limits: Deadlines = state.spec.deadlines
        start = state.attempt_at or 0.0
        due: list[tuple[float, ErrorKind, float]] = []
        if state.sent_at is None:
            if state.connected is not None:
                # It waits at the start gate for other streams, whose delay is not its own.
                return None
            if limits.connect > 0:
                due.append((start + limits.connect, "connect", limits.connect))
        elif state.last_delta_at is None:
            # An answer in one piece has no first token, only an end.
            if limits.ttft > 0 and state.spec.stream:
                due.append((state.sent_at + limits.ttft, "ttft", limits.ttft))
        elif limits.stall > 0:
            due.append((state.last_delta_at + limits.stall, "stall", limits.stall))
        quiet_since = state.answered_at
        if quiet_since is not None and not state.finishes_refuted:
            grace = COUNTED_GRACE_S if state.counted_after_finish else FINISH_GRACE_S
            due.append((quiet_since + grace, "stall", grace))
        if limits.total > 0:
            due.append(((state.sent_at or start) + limits.total, "total", limits.total))
        if self._pauses is not None:
            # A process that does not run cannot read, and the network may have stood still too.
            paused = self._pauses.paused_since
            due = [(at + paused(at - limit), kind, limit) for at, kind, limit in due]
        return min(due, default=None)

    def _arm(self) -> None:
        due = self._due()
        # The next event may bring a nearer deadline (a stall limit shorter than the TTFT limit),
        # so the timer rings every few seconds.
        limits = self._state.spec.deadlines
        shortest = min(
            (s for s in (limits.connect, limits.ttft, limits.stall, limits.total) if s > 0),
            default=COUNTED_GRACE_S,
        )
        wait = min(shortest, COUNTED_GRACE_S) / 2
        if due is not None:
            wait = min(wait, due[0] - self._clock())
        loop = asyncio.get_running_loop()
        self._handle = loop.call_later(max(wait, 0.001), self._ring)

    def _ring(self) -> None:
        if self._pauses is not None:
            self._pauses.look()
        due = self._due()
        if due is None or due[0] > self._clock():
            self._arm()
            return
        self._read_first(self._state.revision, ROUNDS, self._clock() + READING_S)

    def _read_first(self, revision: int, rounds: int, until: float) -> None:
        """Read everything that has arrived before judging: a late loop must not fail a stream."""
        if self._state.revision != revision and self._clock() < until:
            revision, rounds = self._state.revision, ROUNDS
        if rounds:
            loop = asyncio.get_running_loop()
            self._handle = loop.call_soon(self._read_first, revision, rounds - 1, until)
        else:
            self._judge()

    def _judge(self) -> None:
        due = self._due()
        if due is not None and due[0] <= self._clock():
            self.expired = (due[1], due[2])
            if self._task is not None:
                self._task.cancel()
        else:
            self._arm()


def deadline_message(kind: ErrorKind, limit: float) -> str:
    what = {
        "connect": "no connection",
        "ttft": "no first token",
        "stall": "no new content",
        "total": "not finished",
    }[kind]
    return f"{what} within {limit:g} s"
