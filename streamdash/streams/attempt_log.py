"""The attempts of one stream, each with its times, its error and the wait that followed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.events import Attempt, Connected, End, Headers, Retry, Sent

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorInfo
    from streamdash.streams.events import Event


class AttemptRecord(NamedTuple):
    """One HTTP request; times are seconds on the run's clock, None if they have not come yet."""

    started_at: float
    ended_at: float | None = None
    error: ErrorInfo | None = None
    http_status: int | None = None


class LoggedAttempt(NamedTuple):
    """One attempt as results report it, in seconds since the first attempt's start."""

    started_s: float
    ended_s: float | None
    """None while it runs."""
    error: ErrorInfo | None
    http_status: int | None
    """The status of its response; None if none came."""
    waited_s: float | None
    """From its end to the next attempt, or to the stream's end; None while that is unknown."""


class AttemptLog:
    """The attempts of one stream so far, folded from its events."""

    def __init__(self) -> None:
        self.records: list[AttemptRecord] = []
        """Every attempt so far, oldest first."""
        self.gate_wait_s = 0.0
        """How long the first attempt's connection waited for those of the other streams."""
        self._connected_at: float | None = None
        self._ended_at: float | None = None

    def apply(self, event: Event, at: float) -> None:
        """Fold one event; those of a recording without its attempts change nothing."""
        if isinstance(event, Attempt):
            self.records.append(AttemptRecord(at))
            self._connected_at = None
        elif self.records:
            self._fold(event, at)

    def _fold(self, event: Event, at: float) -> None:
        match event:
            case Connected():
                self._connected_at = at
            case Sent():
                if len(self.records) == 1 and self._connected_at is not None:
                    self.gate_wait_s = at - self._connected_at
            case Headers():
                self.records[-1] = self.records[-1]._replace(http_status=event.http_status)
            case Retry(_, error):
                self._close(error, at)
            case End(_, error):
                self._close(error, at)
                self._ended_at = at

    def _close(self, error: ErrorInfo | None, at: float) -> None:
        """End the last attempt, unless the stream ends in the wait after it."""
        last = self.records[-1]
        if last.ended_at is None:
            status = last.http_status if error is None else error.http_status or last.http_status
            self.records[-1] = last._replace(ended_at=at, error=error, http_status=status)

    def logged(self) -> tuple[LoggedAttempt, ...]:
        """The attempts so far, oldest first."""
        followers = [*(record.started_at for record in self.records[1:]), self._ended_at]
        return tuple(
            LoggedAttempt(
                record.started_at - self.records[0].started_at,
                None if record.ended_at is None else record.ended_at - self.records[0].started_at,
                record.error,
                record.http_status,
                None if record.ended_at is None or after is None else after - record.ended_at,
            )
            for record, after in zip(self.records, followers, strict=bool(self.records))
        )
