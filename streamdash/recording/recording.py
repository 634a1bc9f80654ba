"""A recorded run, as read from its file."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.frozen_run import FrozenRun
from streamdash.streams.rounds.places import end_rounds, make_room
from streamdash.streams.state import StreamState

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.events import Event
    from streamdash.streams.rounds.round import Round
    from streamdash.streams.spec import RunPlan, StreamSpec

FREED_AT_ONCE = 500
"""Events, which takes a fraction of a millisecond."""


@dataclass(frozen=True, slots=True)
class Launch:
    """One run of one stream: its events up to the `End`, each with its time.

    Times are seconds on the recording's clock, which is close to 0 when the run begins. A launch
    that was cut off ends with the flag `unfinished` and the status `truncated`.
    """

    spec: StreamSpec
    launched_at: float
    series: int
    """Grows with every rerun and follow-up; all rounds of one launch have the same."""
    events: tuple[tuple[Event, float], ...]
    ended: bool
    """Whether the end was recorded; false if the launch was cut off."""
    round: Round | None = None
    changed: bool = False
    """Whether it is the first one of a request that took the place of another one."""

    def state(self, index: int, wire_kept: int = 0) -> StreamState:
        """The final state of the stream with that index."""
        state = StreamState(
            self.spec, index, self.launched_at, wire_kept, round=self.round, series=self.series
        )
        for event, at in self.events:
            state.apply(event, at)
        return state


class RosterChange(NamedTuple):
    """A stream that was added to the run, or removed from it, at the time `at`."""

    at: float
    stream: int
    removed: bool


class RecordedLag(NamedTuple):
    """How late the run's event loop was, in seconds; None if unknown."""

    p99_s: float | None = None
    max_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A whole recording. `streams[i]` are the launches of stream `i`, oldest first.

    `plan` has all streams, those that were added while the run went on and those that were removed.
    """

    path: Path
    streamdash: str
    """The version of the program that wrote it."""
    started: str
    """The start by the wall clock, in ISO format."""
    plan: RunPlan
    started_at: float
    last_at: float
    """The time of the last line."""
    streams: tuple[tuple[Launch, ...], ...]
    roster: tuple[RosterChange, ...]
    """In the order in which they happened; streams are added in the order of their indices."""
    lag: RecordedLag
    finished: bool
    """Whether the run came to its end; otherwise it was killed, or is still running."""
    torn: bool
    """Whether the last line is incomplete."""
    problems: tuple[str, ...]
    """Problems of the lines that were ignored, with their line numbers."""

    def forget_events(self) -> None:
        """Let go of all events, a few at a time; the recording cannot be played any more.

        Freeing millions of objects in one go would stop every thread for seconds.
        """
        for launches in self.streams:
            for launch in launches:
                events = list(launch.events)
                object.__setattr__(launch, "events", ())
                while events:
                    del events[-FREED_AT_ONCE:]

    def shown(self, index: int) -> tuple[Launch, ...]:
        """The launches of the stream's last series: all its rounds, or a single rerun."""
        launches = self.streams[index]
        return tuple(launch for launch in launches if launch.series == launches[-1].series)

    def past(self, index: int) -> list[Launch]:
        """The rounds of the stream's current series of rounds, without its current answer."""
        return self._places(index)[0]

    def earlier(self, index: int) -> list[Launch]:
        """The answers before all these, oldest first."""
        return self._places(index)[1]

    def _places(self, index: int) -> tuple[list[Launch], list[Launch]]:
        past: list[Launch] = []
        earlier: list[Launch] = []
        for launch, following in pairwise(self.streams[index]):
            make_room(past, earlier, launch, following.round, following.series)
            if following.changed:
                end_rounds(past, earlier)
        return past, earlier

    @property
    def first_streams(self) -> int:
        """How many streams the run had when it began; their indices come first."""
        return len(self.streams) - sum(not change.removed for change in self.roster)

    @property
    def present(self) -> tuple[int, ...]:
        """The indices of the streams that were not removed."""
        removed = {change.stream for change in self.roster if change.removed}
        return tuple(index for index in range(len(self.streams)) if index not in removed)

    def board(self) -> FrozenRun:
        """The streams at the end of the run."""
        states: list[StreamState] = []
        past: list[tuple[StreamState, ...]] = []
        earlier: list[tuple[StreamState, ...]] = []
        for index, spec in enumerate(self.plan.specs):
            launches = self.streams[index]
            if launches:
                states.append(launches[-1].state(index))
                past.append(tuple(launch.state(index) for launch in self.past(index)))
                earlier.append(tuple(launch.state(index) for launch in self.earlier(index)))
            else:
                states.append(StreamState(spec, index, self.started_at, 0))
                past.append(())
                earlier.append(())
        return FrozenRun(
            self.plan,
            self.started_at,
            tuple(states),
            self.present,
            tuple(past),
            tuple(earlier),
            self.lag,
        )

    def warnings(self) -> list[str]:
        """Warnings for a reader of the numbers, one sentence each."""
        warnings = []
        if not self.finished:
            last = [self.streams[index][-1:] for index in self.present]
            cut = sum(not launch.ended for launches in last for launch in launches)
            warnings.append(
                "the run was cut off before its end: "
                + (f"{cut} of {len(last)} streams are unfinished" if cut else
                   "every stream had ended")
            )  # fmt: skip
        if self.problems:
            warnings.append("not all of it can be read: " + "; ".join(self.problems))
        return warnings
