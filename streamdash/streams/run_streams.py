"""The current states of a run's streams, and how one state replaces another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.listener import announce
from streamdash.streams.rounds.places import end_rounds, make_room
from streamdash.streams.rounds.round import planned_rounds
from streamdash.streams.state import StreamState
from streamdash.streams.wire_log import WIRE_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.streams.events import Event
    from streamdash.streams.listener import Listener
    from streamdash.streams.rounds.round import Round
    from streamdash.streams.spec import RunPlan, StreamSpec

WIRE_KEPT_IN_ALL = 20_000
"""Wire events that all streams of a run keep together, for the inspector."""
WIRE_KEPT_LEAST = 100


class RunStreams:
    """The state of every stream, with the answers that it has replaced.

    `states[i]` is the current state of stream `i`. `past[i]` are the other rounds of its current
    series of rounds, warm-ups included, oldest first. `earlier[i]` are all answers before these:
    before the last follow-up or new series, and before the last rerun of a run without rounds.
    The three lists change but are never exchanged for others. `removed` are the indices of streams
    that the user took out of the run; their states stay where they are.
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
        self.removed: set[int] = set()

    def announce(self, state: StreamState, event: Event) -> None:
        """Fold an event that happens now and pass it on to the listeners."""
        announce(state, event, self.clock(), self.listeners)

    def add(self, spec: StreamSpec) -> int:
        """Give a further stream a place, and an unused state; returns its index."""
        index = len(self.states)
        self.plan = self.plan._replace(specs=(*self.plan.specs, spec))
        self.states.append(StreamState(spec, index, self.clock(), self._wire_kept))
        self.past.append([])
        self.earlier.append([])
        return index

    def replace(
        self,
        index: int,
        spec: StreamSpec,
        launched_at: float,
        *,
        round: Round | None = None,  # noqa: A002
        series: int | None = None,
    ) -> StreamState:
        """Put a fresh state in place of the stream's old one, by default of the next series."""
        if series is None:
            series = self.states[index].series + 1
        state = StreamState(spec, index, launched_at, self._wire_kept, round=round, series=series)
        self.states[index] = state
        return state

    def begin_series(self, index: int, first: Round | None) -> None:
        """Give the stream a state of its next series, launched now; an unused state is reused."""
        self._renew(index, first, self.states[index].series + 1)

    def begin_turn(self, index: int, spec: StreamSpec) -> None:
        """Give the stream an unused state for a further question."""
        old = self.states[index]
        series = old.series + (old.ended_at is not None)
        first = planned_rounds(self.plan, warmup=False)[0]
        self.put_aside(index, first, series)
        self.replace(index, spec, self.clock(), round=first, series=series)

    def begin_request(self, index: int, spec: StreamSpec) -> None:
        """Give the stream an unused state for another request, outside the rounds."""
        old = self.states[index]
        series = old.series + (old.ended_at is not None)
        self.put_aside(index, None, series)
        self.end_rounds(index)
        self.replace(index, spec, self.clock(), series=series)

    def end_rounds(self, index: int) -> None:
        """Put the stream's rounds to its earlier answers, as they are of another request."""
        end_rounds(self.past[index], self.earlier[index])

    def begin_round(self, index: int, begun: Round | None) -> None:
        """Give the stream a state of its current series, launched now."""
        self._renew(index, begun, self.states[index].series)

    def _renew(self, index: int, begun: Round | None, series: int) -> None:
        old = self.states[index]
        if old.revision or old.ended_at is not None:
            self.put_aside(index, begun, series)
            self.replace(index, old.spec, self.clock(), round=begun, series=series)
        else:
            old.launch(self.clock(), begun)

    def put_aside(self, index: int, following: Round | None, series: int) -> None:
        """Put the stream's answer, if it has ended, to those of its rounds or the earlier ones.

        The next one is of the round `following` and of `series`. Answers put aside lose their wire
        events, which would fill the memory after many rounds or reruns.
        """
        state = self.states[index]
        if state.ended_at is not None:
            state.drop_wire_events()
            make_room(self.past[index], self.earlier[index], state, following, series)
