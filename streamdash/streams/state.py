"""The state of one stream: a fold of its events, each with the time at which it was read."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from streamdash.streams.attempt_log import AttemptLog
from streamdash.streams.events import (
    Attempt,
    Connected,
    Delta,
    End,
    Event,
    Finish,
    Flag,
    FreshLine,
    Headers,
    Identity,
    Primed,
    Retry,
    Sent,
    Status,
    Terminal,
    Usage,
    Wire,
)
from streamdash.streams.flags import FlagName
from streamdash.streams.stages import stage_of
from streamdash.streams.stream_texts import StreamTexts
from streamdash.streams.wire_log import WIRE_KEPT, WireLog

if TYPE_CHECKING:
    from streamdash.streams.check import Check, Verdict
    from streamdash.streams.errors import ErrorInfo
    from streamdash.streams.metrics import Metrics
    from streamdash.streams.rounds.round import Round
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.stages import QueueReason


class StreamState(StreamTexts):
    """All data of one stream; times are seconds on the run's monotonic clock.

    Only `apply` folds events into it. `launch`, `queue`, `hide` and `drop_wire_events`
    change values that no event carries. A time that has not come yet is None, never 0.
    """

    def __init__(
        self,
        spec: StreamSpec,
        index: int,
        launched_at: float,
        wire_kept: int = WIRE_KEPT,
        *,
        round: Round | None = None,  # noqa: A002  # the word of the screen and of results
        series: int = 0,
    ) -> None:
        super().__init__()
        self.spec = spec
        self.index = index
        """The stream's place in its run, from 0: its identity."""
        self.round = round
        """The round that the answer belongs to; None without rounds, and for a rerun."""
        self.series = series
        """Counts the launches of the stream from 0; all rounds of one launch share it."""
        self.status = Status.QUEUED
        self.revision = 0
        """Grows with every event, so that a view can tell whether anything is new."""

        self.launched_at = launched_at
        self.queued_until: float | None = None
        self.queued_for: QueueReason | None = None
        """What the queued stream waits for; None if that is not known, as in a replay."""
        self.attempts = 0
        self.attempt_log = AttemptLog()
        self.retry_wait_s = 0.0
        self.retry_at: float | None = None
        self.retry_error: ErrorInfo | None = None
        self.ended_at: float | None = None
        self.error: ErrorInfo | None = None
        self.flags: list[str] = []

        self.usage: Usage | None = None
        self.finish: Finish | None = None
        """The last finish reason; see `finished`."""
        self.terminal_at: float | None = None
        self.response_id: str | None = None
        self.response_model: str | None = None
        self.priming: Primed | None = None
        self.chunks = 0
        self.deltas = 0
        self.delta_times = array("d")
        self.answer_deltas = 0
        self.first_delta_chars = 0
        self.first_answer_chars = 0
        self.first_answer_at: float | None = None
        self.last_answer_at: float | None = None
        self.first_delta_at: float | None = None
        self.last_delta_at: float | None = None

        self.measured: Metrics | None = None
        """The numbers of an earlier answer, which change no more; see `kept_texts`."""
        self.checked: tuple[tuple[Check, ...], tuple[Verdict, ...]] | None = None
        """The verdicts about an answer that has ended, with their checks; see `checks`."""
        self.wire = WireLog(wire_kept)
        self.wire_count = 0
        """All wire events, including those that `wire` has dropped."""
        self._begin_attempt(None)

    def _begin_attempt(self, at: float | None) -> None:
        self.attempt_at = at
        self.connected: Connected | None = None
        self.sent_at: float | None = None
        self.headers: Headers | None = None
        self.headers_at: float | None = None
        self.first_event_at: float | None = None
        self.finish = None
        self._finished_at: float | None = None
        self._deltas_at_finish = -1
        self._wire_at_finish = 0
        self.finishes_refuted = False
        """Whether deltas followed a finish reason, which the server then gives too early."""
        self.counted_after_finish = False
        """Whether the usage came in an event after the finish reason; nothing follows it then."""
        self.terminal_at = None
        self.retry_at = None
        self.fresh_line: str | None = None
        """What the last attempt put in front of its prompt."""
        # The counts of a failed attempt say nothing about the answer.
        self.usage = None
        self.chunks = 0
        self.response_id = None
        self.response_model = None

    @property
    def finished(self) -> bool:
        """Whether there is a finish reason that no delta has followed."""
        return self.finish is not None and self.deltas == self._deltas_at_finish

    @property
    def answered_at(self) -> float | None:
        """When the answer was complete; None if it is not. Waiting for more does not move it."""
        if self.terminal_at is not None:
            return self.terminal_at
        return self._finished_at if self.finished else None

    def until(self, now: float) -> float:
        """The time up to which to count: the stream's end, else the answer's end, else `now`."""
        end = self.answered_at if self.ended_at is None else self.ended_at
        return now if end is None else end

    @property
    def stage(self) -> str:
        """The status, some of which are divided into steps; see `stage_of`."""
        return stage_of(self)

    def launch(self, at: float, begun: Round | None) -> None:
        """Set the time and the round of the launch, before the first event."""
        self.launched_at = at
        self.round = begun

    def queue(self, reason: QueueReason) -> None:
        """Say what the stream waits for before its first attempt."""
        self.queued_for = reason

    def drop_wire_events(self) -> None:
        """Free the memory of the wire log; nothing else depends on it."""
        self.wire = WireLog(0)

    def apply(self, event: Event, at: float) -> None:
        """Fold one event that happened at clock time `at`. After the end it changes nothing."""
        if self.ended_at is not None:
            return
        self.revision += 1
        kind = type(event)
        if kind is Wire:
            self.wire_count += 1
            if event.chunk:  # type: ignore[union-attr]  # the type was compared, for speed
                self.chunks += 1
            if self.first_event_at is None:
                self.first_event_at = at
            self.wire.append(self.wire_count, at, event)  # type: ignore[arg-type]
        elif kind is Delta:
            self._delta(event, at)  # type: ignore[arg-type]
        else:
            if isinstance(event, Primed):
                self.priming = event
            elif isinstance(event, FreshLine):
                self.fresh_line = event.text
            else:
                self._milestone(event, at)
            self._log(event, at)

    def _delta(self, delta: Delta, at: float) -> None:
        channel, text = delta
        size = len(text)
        if self.first_delta_at is None:
            self.first_delta_at = at
            self.first_delta_chars = size
            self.status = Status.STREAMING
        self.deltas += 1
        self.last_delta_at = at
        self.delta_times.append(at)
        if channel == "answer":
            if self.first_answer_at is None:
                self.first_answer_at = at
                self.first_answer_chars = size
            self.last_answer_at = at
            self.answer_deltas += 1
            self.text.append(text)
        else:
            self.buffer(channel).append(text)

    def _milestone(self, event: Event, at: float) -> None:
        match event:
            case Attempt(number):
                self._begin_attempt(at)
                self.attempts = number
                self.status = Status.CONNECTING
                if self.queued_until is None:
                    self.queued_until = at
            case Connected():
                self.connected = event
            case Sent():
                self.sent_at = at
            case Headers():
                self.headers = event
                self.headers_at = at
                self.status = Status.WAITING
            case Identity(response_id, response_model):
                self.response_id = response_id or self.response_id
                self.response_model = response_model or self.response_model
            case Usage():
                self._count(event)
                if self.finished:
                    self._finished_at = at
                    self.counted_after_finish |= self.wire_count > self._wire_at_finish
            case Finish():
                self._finish(event, at)
            case Terminal():
                self.terminal_at = at
            case Retry(wait_s, error):
                self.retry_wait_s += wait_s
                self.retry_at = at + wait_s
                self.retry_error = error
                self.status = Status.RETRYING
            case Flag(name):
                if name not in self.flags:
                    self.flags.append(name)
            case End():
                self._end(event, at)
            case _:
                raise TypeError(f"not a stream event: {event!r}")

    def _log(self, event: Event, at: float) -> None:
        self.attempt_log.apply(event, at if self.ended_at is None else self.ended_at)

    def _finish(self, finish: Finish, at: float) -> None:
        if self.finish is not None and not self.finished:
            self.finishes_refuted = True
        self.finish = finish
        self._finished_at = at
        self._deltas_at_finish = self.deltas
        self._wire_at_finish = self.wire_count
        self.counted_after_finish = False

    def _count(self, usage: Usage) -> None:
        known = self.usage or Usage()
        self.usage = Usage(
            *(old if new is None else new for new, old in zip(usage, known, strict=True))
        )

    def _end(self, end: End, at: float) -> None:
        for buffer in self.buffers.values():
            buffer.finish()
        self.status = end.status
        self.error = end.error
        self.retry_at = None
        # Waiting for more, or for the connection to end, is not part of the answer.
        over = None if end.status is Status.FAILED else self.answered_at
        self.ended_at = at if over is None else over
        if end.status is Status.DONE and not self.text.chars:
            self.flags.append(FlagName.EMPTY)
