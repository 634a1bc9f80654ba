"""The phases of a stream over time, and the curve of its characters, for drawings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.streams.events import Attempt, Delta, End, Headers, Retry, Sent, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.recording.recording import Launch
    from streamdash.streams.events import Event
    from streamdash.streams.state import StreamState

PhaseKind = Literal[
    "queue", "failed", "retry", "connect", "request", "first", "reasoning", "answer", "refusal",
    "tool", "end",
]  # fmt: skip
"""`failed`: an attempt that another one followed; `retry`: the wait between the two; `request`:
sent, no headers; `first`: headers, no token; `end`: after the last token."""

GAP_LEAST_S = 0.1
GAP_TIMES = 4
"""A gap between two deltas is drawn if it lasts this long and this many times the median gap."""


class Phase(NamedTuple):
    """An interval, in seconds since the launch."""

    kind: PhaseKind
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Track:
    """One launch of a stream over time, in seconds since the launch."""

    phases: tuple[Phase, ...]
    gaps: tuple[tuple[float, float], ...]
    sends: tuple[float, ...]
    """When each attempt's request went out."""
    first_token: float | None
    end: float
    curve: tuple[tuple[float, int], ...]
    """The time of each answer delta and the answer's characters by then; empty if unknown."""

    def since(self, begin: float) -> Track:
        """The track with its times counted from `begin`, without phases that ended before it."""
        return Track(
            tuple(
                Phase(kind, max(0.0, start - begin), end - begin)
                for kind, start, end in self.phases
                if end > begin
            ),
            tuple((start - begin, end - begin) for start, end in self.gaps),
            tuple(at - begin for at in self.sends if at >= begin),
            None if self.first_token is None else self.first_token - begin,
            max(0.0, self.end - begin),
            tuple((at - begin, chars) for at, chars in self.curve),
        )


def first_send(tracks: Iterable[Track | None]) -> float:
    """The earliest send of all tracks; 0 if nothing was sent."""
    sends = [track.sends[0] for track in tracks if track is not None and track.sends]
    return min(sends, default=0.0)


def track_of_launch(launch: Launch) -> Track:
    """The track of a recorded launch."""
    builder = _TrackBuilder()
    for event, at in launch.events:
        builder.add(event, at - launch.launched_at)
    return builder.track()


def track_of_state(state: StreamState, now: float) -> Track:
    """The track of a state, which holds only the last attempt and no curve."""
    begin = state.launched_at
    first = state.first_delta_at
    return Track(
        phases_of_state(state, now),
        _gaps([at - begin for at in state.delta_times]),
        () if state.sent_at is None else (state.sent_at - begin,),
        None if first is None else first - begin,
        state.until(now) - begin,
        (),
    )


def phases_of_state(state: StreamState, now: float) -> tuple[Phase, ...]:
    """The phases of the last attempt, after those before it, each one `failed`."""
    begin = state.launched_at
    end = state.until(now) - begin
    retrying = state.status is Status.RETRYING
    moments: list[tuple[PhaseKind, float | None]] = [
        ("queue", begin),
        *_failed_attempts(state, retrying=retrying),
    ]
    if not retrying:
        moments += [
            ("connect", state.attempt_at),
            ("request", state.sent_at),
            ("first", state.headers_at),
            (_first_kind(state), state.first_delta_at),
            ("answer", state.first_answer_at),
            ("end", state.last_delta_at),
        ]
    known = [(kind, at - begin) for kind, at in moments if at is not None]
    return tuple(
        Phase(kind, start, later)
        for (kind, start), (_, later) in pairwise([*known, ("end", end)])
        if later > start
    )


def _failed_attempts(state: StreamState, *, retrying: bool) -> list[tuple[PhaseKind, float | None]]:
    """The start and the end of every attempt that another one followed or will follow."""
    records = state.attempt_log.records
    moments: list[tuple[PhaseKind, float | None]] = []
    for record in records if retrying else records[:-1]:
        moments += [("failed", record.started_at), ("retry", record.ended_at)]
    return moments


def _first_kind(state: StreamState) -> PhaseKind:
    """The kind of the first delta; reasoning, refusals and tool calls may come before an answer."""
    if state.reasoning.chars:
        return "reasoning"
    return "refusal" if state.refusal.chars else "tool" if state.tool.chars else "answer"


class _TrackBuilder:
    """Folds recorded events into a track."""

    def __init__(self) -> None:
        self._phases: list[Phase] = []
        self._kind: PhaseKind = "queue"
        self._since = 0.0
        self._attempt_at = 0.0
        self._before = 0
        """How many phases came before the attempt."""
        self._sends: list[float] = []
        self._deltas: list[float] = []
        self._curve: list[tuple[float, int]] = []
        self._chars = 0
        self._end = 0.0

    def add(self, event: Event, at: float) -> None:
        """Fold the next event, which came `at` seconds after the launch."""
        self._end = max(self._end, at)
        match event:
            case Attempt():
                self._enter("connect", at)
                self._attempt_at, self._before = at, len(self._phases)
            case Sent():
                self._sends.append(at)
                self._enter("request", at)
            case Headers():
                self._enter("first", at)
            case Delta(channel, text):
                if self._kind != channel:
                    self._enter(channel, at)
                self._deltas.append(at)
                if channel == "answer":
                    self._chars += len(text)
                    self._curve.append((at, self._chars))
            case Retry():
                del self._phases[self._before :]
                self._kind, self._since = "failed", self._attempt_at
                self._enter("retry", at)
            case End():
                if self._deltas:
                    self._enter("end", self._deltas[-1])
                self._enter("end", at)

    def _enter(self, kind: PhaseKind, at: float) -> None:
        if at > self._since:
            self._phases.append(Phase(self._kind, self._since, at))
        self._kind, self._since = kind, at

    def track(self) -> Track:
        """The track of the events so far."""
        first = self._deltas[0] if self._deltas else None
        return Track(
            tuple(self._phases),
            _gaps(self._deltas),
            tuple(self._sends),
            first,
            self._end,
            tuple(self._curve),
        )


def _gaps(deltas: Sequence[float]) -> tuple[tuple[float, float], ...]:
    waits = [later - earlier for earlier, later in pairwise(deltas)]
    if not waits:
        return ()
    least = max(GAP_LEAST_S, GAP_TIMES * median(waits))
    return tuple(pair for pair in pairwise(deltas) if pair[1] - pair[0] >= least)
