"""Runs one stream: pull its events, stamp, fold, tell the listeners; attempts and deadlines."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from streamdash.streams.asked_url import with_url
from streamdash.streams.errors import ErrorInfo, StreamError
from streamdash.streams.events import Attempt, Delta, End, Event, Flag, Retry, Status, Terminal
from streamdash.streams.loop_lag import LAG, LAG_TTFT
from streamdash.streams.provider import AttemptContext, StartGate, current_exchange

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from random import Random

    from streamdash.streams.errors import ErrorKind, Form
    from streamdash.streams.loop_lag import LoopLag
    from streamdash.streams.pause import PauseWatch
    from streamdash.streams.provider import Provider
    from streamdash.streams.spec import Deadlines
    from streamdash.streams.state import StreamState

MAX_RETRY_AFTER_S = 60.0
BACKOFF_FIRST_S = 0.5
BACKOFF_MAX_S = 8.0
COUNTED_GRACE_S = 5.0
"""How long a stream may stay open behind its finish reason and its counts, which come last."""
FINISH_GRACE_S = 20.0
"""The same behind a finish reason alone, which some servers give too early."""
ROUNDS = 10
"""Turns of the loop without any event after which all that had arrived has been read."""
READING_S = 0.25
"""How long a deadline that has passed waits for that at most."""

_NO_ANSWER = ("disconnected", "protocol")
"""Kinds of what breaks below the answer: no word of the server's about it."""


class Listener(Protocol):
    """Told of every event at the moment it is folded; must return at once and never raise."""

    def heard(self, state: StreamState, event: Event, at: float) -> None: ...


def announce(state: StreamState, event: Event, at: float, listeners: Iterable[Listener]) -> None:
    """Fold an event, and tell the listeners what may be heard of it by now."""
    if state.veil is None or state.veil.passes(event):
        told: Iterable[tuple[Event, float]] = ((event, at),)
        state.apply(event, at)
    else:
        told = state.veil.fold(state, event, at)
    for known, then in told:
        for listener in listeners:
            listener.heard(state, known, then)


class DeadlineWatch:
    """Ends an attempt at the first deadline that passes, by cancelling the task that runs it.

    One timer, armed again when it rings too early: a delta costs nothing here.
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
        """The deadline that passed and its length in seconds."""

    def __enter__(self) -> DeadlineWatch:
        self._task = asyncio.current_task()
        self._arm()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._task = None

    def _due(self) -> tuple[float, ErrorKind, float] | None:
        """When the next deadline passes, which one it is, and its length."""
        state = self._state
        limits: Deadlines = state.spec.deadlines
        start = state.attempt_at or 0.0
        due: list[tuple[float, ErrorKind, float]] = []
        if state.sent_at is None:
            if state.connected is not None:
                # it waits at the start for others, whose delay is not its own
                return None
            if limits.connect > 0:
                due.append((start + limits.connect, "connect", limits.connect))
        elif state.last_delta_at is None:
            # an answer in one piece has no first token to wait for, only its end
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
            # while the process stood still nobody could read, and the network need not have moved
            paused = self._pauses.paused_since
            due = [(at + paused(at - limit), kind, limit) for at, kind, limit in due]
        return min(due, default=None)

    def _arm(self) -> None:
        due = self._due()
        # A deadline that is far away today may be near after the next event (a stall limit
        # shorter than the TTFT limit), so the timer rings at least every few seconds.
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
        """Judge once nothing comes any more of what had arrived before: we may have been late."""
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


class StreamRunner:
    """Takes one stream from its first attempt to its end.

    `run` never raises but for cancellation, and leaves the state in a final status whatever
    happens: bookkeeping is synchronous, so no second cancellation can interrupt it.
    """

    def __init__(
        self,
        state: StreamState,
        provider: Provider,
        *,
        clock: Callable[[], float],
        rng: Random,
        listeners: tuple[Listener, ...] = (),
        lag: LoopLag | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._state = state
        self._provider = provider
        self._clock = clock
        self._rng = rng
        self._listeners = listeners
        self._lag = lag
        self._sleep = sleep
        self._forms: frozenset[Form] = frozenset()
        self._exchange: AttemptContext | None = None

    def release(self) -> None:
        """Emit what the attempt's provider holds back, before its user ends the stream."""
        if self._exchange is not None:
            self._exchange.release()

    def emit(self, event: Event) -> None:
        """Stamp, fold, record: no await, and nothing before the clock."""
        at = self._clock()
        state = self._state
        if state.veil is None or state.veil.passes(event):
            state.apply(event, at)
            for listener in self._listeners:
                listener.heard(state, event, at)
        else:
            announce(state, event, at, self._listeners)
        kind = type(event)
        if (kind is Delta or kind is Terminal) and self._lag is not None and self._lag.late(at):
            self._flag_lag("lag_total" if kind is Terminal else None)

    def _flag_lag(self, number: str | None) -> None:
        """Mark the number that a late stamp is part of: the total, else TTFT or a gap."""
        if number is None:
            number = LAG_TTFT if self._state.deltas == 1 else "lag_gap"
        for flag in (LAG, number):
            if flag not in self._state.flags:
                self.emit(Flag(flag))

    async def run(self, gate: StartGate | None = None) -> None:
        """Make attempts until one of them ends the stream."""
        state = self._state
        while state.ended_at is None:
            self.emit(Attempt(state.attempts + 1))
            exchange = AttemptContext(self.emit, state.index, gate, self._forms, state)
            self._exchange = exchange
            gate = None
            error = await self._attempt(exchange)
            if self._lag is not None:
                # an end is read in the same breath as what came in a pause
                self._lag.pauses.look()
            if state.ended_at is not None:
                return
            if error is None:
                self._finish()
                return
            wait = self._retry_wait(error)
            info = ErrorInfo(error.kind, _told(error), error.http_status)
            if wait is None:
                self._fail(error, info, exchange.waited_s)
                return
            self.emit(Retry(wait, info))
            await self._sleep(wait)

    async def _attempt(self, exchange: AttemptContext) -> StreamError | None:
        """One request, to its end; what went wrong with it, or None."""
        token = current_exchange.set(exchange)
        emit = self.emit
        watch = DeadlineWatch(
            self._state, self._clock, None if self._lag is None else self._lag.pauses
        )
        try:
            with watch:
                stream = self._provider.stream(self._state.spec, exchange)
                if exchange.secrets is not None:
                    self._state.hide(exchange.secrets)
                async with aclosing(stream) as events:
                    async for event in events:
                        emit(event)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if watch.expired is None or (task is not None and task.uncancel() > 0):
                raise
            kind, limit = watch.expired
            message = _deadline_message(kind, limit)
            through = exchange.through_proxy(message)
            if not exchange.answered:
                message = with_url(message, exchange.url)
            return StreamError(kind, message + through, timeout=True)
        except StreamError as error:
            # without its context, which may hold a response and so a socket
            error.__context__ = None
            return error.with_traceback(None)
        except Exception as error:
            # a bug of ours or a surprise of an SDK's: this stream fails, the others go on
            return StreamError("internal", f"{type(error).__name__}: {error}")
        finally:
            exchange.leave()
            current_exchange.reset(token)
        return None

    def _finish(self) -> None:
        """The answer ended without an exception: decide whether it is complete."""
        state = self._state
        if state.finish is not None and (state.finished or state.terminal_at is not None):
            status = state.finish.outcome
            if state.terminal_at is None and state.spec.stream:
                self.emit(Flag("unterminated"))
        elif state.terminal_at is not None:
            status = Status.DONE
        else:
            status = Status.TRUNCATED
        if status is Status.DONE and state.refusal.chars:
            status = Status.FILTERED
        self.emit(End(status))

    def _fail(self, error: StreamError, info: ErrorInfo, waited_s: float) -> None:
        if self._state.finished and (error.timeout or error.kind in _NO_ANSWER):
            # the provider had said that the answer is whole; only its goodbye is missing or odd
            self._finish()
            return
        end = End(Status.TIMEOUT if error.timeout else Status.FAILED, info)
        announce(self._state, end, self._clock() - waited_s, self._listeners)

    def _retry_wait(self, error: StreamError) -> float | None:
        """Seconds until the next attempt; None if this was the last.

        Never after a first delta: what the reader has seen is not taken back.
        """
        state = self._state
        if state.first_delta_at is not None:
            return None
        if error.form is not None and error.form not in self._forms:
            self._forms |= {error.form}
            return 0.0
        made = state.attempts - len(self._forms)
        if not error.retryable or made > state.spec.retries:
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s if error.retry_after_s <= MAX_RETRY_AFTER_S else None
        backoff = min(BACKOFF_FIRST_S * 2.0 ** (made - 1), BACKOFF_MAX_S)
        return backoff * self._rng.uniform(0.75, 1.25)


def _told(error: StreamError) -> str:
    wait = error.retry_after_s
    if wait is None or wait <= MAX_RETRY_AFTER_S:
        return error.message
    return (
        f"{error.message} (the server asks to wait {wait:.0f} s, more than {MAX_RETRY_AFTER_S:g} s)"
    )


def _deadline_message(kind: ErrorKind, limit: float) -> str:
    what = {
        "connect": "no connection",
        "ttft": "no first token",
        "stall": "no new content",
        "total": "not finished",
    }[kind]
    return f"{what} within {limit:g} s"
