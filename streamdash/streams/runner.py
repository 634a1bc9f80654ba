"""Runs one stream live: pulls and stamps its events, and decides on retries and the end."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from streamdash.streams.errors import ErrorInfo, StreamError
from streamdash.streams.events import (
    Attempt,
    Delta,
    End,
    Event,
    Flag,
    FreshLine,
    Retry,
    Status,
    Terminal,
)
from streamdash.streams.flags import FlagName
from streamdash.streams.fresh_line import fresh_line
from streamdash.streams.listener import announce
from streamdash.streams.provider import AttemptContext, current_exchange
from streamdash.streams.redaction.request_url import with_url
from streamdash.streams.timing.deadlines import DeadlineWatch, deadline_message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from random import Random

    from streamdash.streams.errors import Form
    from streamdash.streams.listener import Listener
    from streamdash.streams.provider import Provider
    from streamdash.streams.state import StreamState
    from streamdash.streams.timing.loop_lag import LoopLag
    from streamdash.streams.timing.start_gate import StartGate

MAX_RETRY_AFTER_S = 60.0
BACKOFF_FIRST_S = 0.5
BACKOFF_MAX_S = 8.0
_NO_ANSWER = ("disconnected", "protocol")
"""Kinds of errors that the connection causes, and not the server's answer."""


class StreamRunner:
    """Takes one stream from its first attempt to its end.

    `run` raises nothing but a cancellation, and otherwise leaves the state in a final status. Its
    bookkeeping is synchronous, so that a second cancellation cannot interrupt it.
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
        """Emit the provider's held-back events, because the user is about to end the stream."""
        if self._exchange is not None:
            self._exchange.release()

    def emit(self, event: Event) -> None:
        """Stamp, fold and pass on an event. The clock is read first, and nothing awaits."""
        at = self._clock()
        announce(self._state, event, at, self._listeners)
        kind = type(event)
        if (kind is Delta or kind is Terminal) and self._lag is not None and self._lag.late(at):
            self._flag_lag(FlagName.LAG_TOTAL if kind is Terminal else None)

    def _flag_lag(self, number: FlagName | None) -> None:
        """Flag the number that holds a late stamp: `number`, else the TTFT or a gap."""
        if number is None:
            number = FlagName.LAG_TTFT if self._state.deltas == 1 else FlagName.LAG_GAP
        for flag in (FlagName.LAG, number):
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
            if state.spec.cache == "cold":
                exchange.fresh_line = fresh_line()
                self.emit(FreshLine(exchange.fresh_line))
            error = await self._attempt(exchange)
            if self._lag is not None:
                # Data that arrived during a pause is read at once, before the next regular look.
                self._lag.pauses.look()
            if state.ended_at is not None:
                return
            if error is None:
                self._finish()
                return
            wait = self._retry_wait(error)
            info = ErrorInfo(error.kind, _message(error), error.http_status)
            if wait is None:
                self._fail(error, info, exchange.waited_s)
                return
            self.emit(Retry(wait, info))
            await self._sleep(wait)

    async def _attempt(self, exchange: AttemptContext) -> StreamError | None:
        """Make one request; returns the error that ended it, or None."""
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
            message = deadline_message(kind, limit)
            through = exchange.through_proxy(message)
            if not exchange.answered:
                message = with_url(message, exchange.url)
            return StreamError(kind, message + through, timeout=True)
        except StreamError as error:
            # Its context may hold a response, and so a socket.
            error.__context__ = None
            return error.with_traceback(None)
        except Exception as error:
            # A bug here or in an SDK fails this stream only.
            return StreamError("internal", f"{type(error).__name__}: {error}")
        finally:
            exchange.leave()
            current_exchange.reset(token)
        return None

    def _finish(self) -> None:
        """End a stream whose answer ended without an error, which may yet be incomplete."""
        state = self._state
        if state.finish is not None and (state.finished or state.terminal_at is not None):
            status = state.finish.outcome
            if state.terminal_at is None and state.spec.stream:
                self.emit(Flag(FlagName.UNTERMINATED))
        elif state.terminal_at is not None:
            status = Status.DONE
        else:
            status = Status.TRUNCATED
        if status is Status.DONE and state.refusal.chars:
            status = Status.FILTERED
        self.emit(End(status))

    def _fail(self, error: StreamError, info: ErrorInfo, waited_s: float) -> None:
        if self._state.finished and (error.timeout or error.kind in _NO_ANSWER):
            # The answer was complete; only the end of the connection went wrong.
            self._finish()
            return
        end = End(Status.TIMEOUT if error.timeout else Status.FAILED, info)
        announce(self._state, end, self._clock() - waited_s, self._listeners)

    def _retry_wait(self, error: StreamError) -> float | None:
        """Seconds until the next attempt; None if there is none.

        There is none after a first delta, because text that was shown is not taken back.
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


def _message(error: StreamError) -> str:
    wait = error.retry_after_s
    if wait is None or wait <= MAX_RETRY_AFTER_S:
        return error.message
    return (
        f"{error.message} (the server asks to wait {wait:.0f} s, more than {MAX_RETRY_AFTER_S:g} s)"
    )
