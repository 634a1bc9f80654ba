"""The current states of a run's streams, and how one state replaces another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.listener import announce
from streamdash.streams.state import StreamState
from streamdash.streams.wire_log import WIRE_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.streams.events import Event
    from streamdash.streams.listener import Listener
    from streamdash.streams.spec import RunPlan, StreamSpec

WIRE_KEPT_IN_ALL = 20_000
"""Wire events that all streams of a run keep together, for the inspector."""
WIRE_KEPT_LEAST = 100


class RunStreams:
    """The state of every stream, with the answers that it has replaced.

    `states[i]` is the current state of stream `i`. `past[i]` are the finished repetitions of its
    current series, oldest first, and `earlier[i]` the answers before its last rerun or follow-up.
    The three lists change but are never exchanged for others.
    """

    def __init__(
        self, plan: RunPlan, clock: Callable[[], float], listeners: Sequence[Listener] = ()
    ) -> None:
        self.plan = plan
        self.clock = clock
        self.listeners = tuple(listeners)
        self.started_at = clock()
        count = len(plan.specs)
        self._wire_kept = max(WIRE_KEPT_LEAST, min(WIRE_KEPT, WIRE_KEPT_IN_ALL // max(1, count)))
        self.states = [
            StreamState(spec, index, self.started_at, self._wire_kept)
            for index, spec in enumerate(plan.specs)
        ]
        self.past: list[list[StreamState]] = [[] for _ in plan.specs]
        self.earlier: list[list[StreamState]] = [[] for _ in plan.specs]

    def announce(self, state: StreamState, event: Event) -> None:
        """Fold an event that happens now and pass it on to the listeners."""
        announce(state, event, self.clock(), self.listeners)

    def replace(self, index: int, spec: StreamSpec, launched_at: float) -> StreamState:
        """Put a fresh state in place of the stream's old one."""
        state = StreamState(spec, index, launched_at, self._wire_kept)
        self.states[index] = state
        return state

    def renew(self, index: int) -> None:
        """Give the stream a state launched now; an unused state is reused."""
        old = self.states[index]
        if old.revision or old.ended_at is not None:
            self.replace(index, old.spec, self.clock())
        else:
            old.launch(self.clock())

    def repeat(self, index: int) -> None:
        """Begin the next repetition of the stream's series."""
        self.past[index].append(self.states[index])
        self.renew(index)

    def shelve(self, index: int) -> None:
        """Move the stream's answer and its repetitions to the earlier ones.

        They lose their wire events, which would fill the memory after many reruns.
        """
        for state in (*self.past[index], self.states[index]):
            if state.ended_at is not None:
                state.drop_wire_events()
                self.earlier[index].append(state)
        self.past[index] = []
