"""Attempts, deadlines and endings of one stream, in virtual time."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Finish, Retry, Status, Terminal, Wire
from streamdash.streams.metrics import measure
from streamdash.streams.runner import StreamRunner
from streamdash.streams.spec import Deadlines
from streamdash.streams.state import StreamState
from tests.streams.scripted import HEADERS, STOP, Scripted, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from streamdash.streams.events import Event
    from streamdash.streams.spec import StreamSpec
    from tests.streams.scripted import Step

BUSY = StreamError("rate_limit", "slow down", http_status=429, retryable=True)


class Heard:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def on_event(self, _state: StreamState, event: Event, _at: float) -> None:
        self.events.append(event)


def run(provider: Scripted, asked: StreamSpec | None = None) -> tuple[StreamState, Heard]:
    heard = Heard()

    async def work() -> StreamState:
        state = StreamState(asked or spec(), 0, virtual_clock())
        runner = StreamRunner(
            state, provider, clock=virtual_clock, rng=Random(1), listeners=(heard,)
        )
        await runner.run()
        return state

    return run_virtual(work()), heard


def elapsed(state: StreamState) -> float:
    assert state.ended_at is not None
    return state.ended_at - state.launched_at


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (spoken("a", "b"), Status.DONE),
        ([(0.1, HEADERS), (0.1, Delta("answer", "a")), (0, Terminal())], Status.DONE),
        ([(0.1, HEADERS), (0.1, Delta("answer", "a"))], Status.TRUNCATED),
        ([(0.1, HEADERS)], Status.TRUNCATED),
        ([(0.1, Finish("length", Status.INCOMPLETE)), (0, Terminal())], Status.INCOMPLETE),
        ([(0.1, Finish("content_filter", Status.FILTERED))], Status.FILTERED),
        ([(0.1, Delta("refusal", "No.")), (0, STOP), (0, Terminal())], Status.FILTERED),
        ([(0.1, Delta("answer", "a")), (0.1, StreamError("disconnected", "gone"))], Status.FAILED),
    ],
    ids=[
        "a finish reason and the marker are done",
        "the marker alone is done",
        "an end without either is truncated",
        "an empty answer without either is truncated",
        "a length stop is incomplete",
        "a content filter is filtered",
        "a refusal with a normal finish reason is filtered",
        "a break in the middle is failed",
    ],
)
def test_how_a_stream_ends(steps: list[Step], status: Status) -> None:
    state, _ = run(Scripted(steps))
    assert state.status is status


def test_text_before_a_bad_end_stays() -> None:
    state, _ = run(Scripted([(0.1, Delta("answer", "half a sen")), (0.1, BUSY)]))
    assert state.status is Status.FAILED
    assert state.text.value() == "half a sen"
    assert state.error is not None
    assert state.error.kind == "rate_limit"


def test_a_disconnect_after_the_finish_reason_is_done_and_flagged() -> None:
    steps: list[Step] = [
        (0.1, Delta("answer", "a")),
        (0, STOP),
        (0, StreamError("disconnected", "x")),
    ]
    state, _ = run(Scripted(steps))
    assert state.status is Status.DONE
    assert "unterminated" in state.flags


def test_a_refused_attempt_is_made_again_and_only_the_last_one_is_timed() -> None:
    state, heard = run(Scripted([(0.2, BUSY)], [(0.2, BUSY)], spoken("hello")))
    assert state.status is Status.DONE
    assert state.attempts == 3
    numbers = measure(state)
    assert numbers.ttft_s == pytest.approx(0.5)
    waits = [event.wait_s for event in heard.events if isinstance(event, Retry)]
    assert numbers.retry_wait_s == pytest.approx(sum(waits))
    assert 0.375 <= waits[0] <= 0.625
    assert 0.75 <= waits[1] <= 1.25


def test_felt_times_hold_failed_attempts_and_their_waits() -> None:
    state, _ = run(Scripted([(0.2, BUSY)], spoken("hello")))
    numbers = measure(state)
    assert numbers.ttft_s is not None
    assert numbers.total_s is not None
    before = 0.2 + state.retry_wait_s
    assert numbers.felt_ttft_s == pytest.approx(before + numbers.ttft_s)
    assert numbers.felt_total_s == pytest.approx(before + numbers.total_s)
    first, last = state.attempt_log.logged()
    assert first.started_s == 0.0
    assert first.ended_s == pytest.approx(0.2)
    assert first.error is not None
    assert first.error.kind == BUSY.kind
    assert first.http_status == BUSY.http_status
    assert first.waited_s == pytest.approx(state.retry_wait_s)
    assert last.started_s == pytest.approx(before)
    assert (last.error, last.waited_s) == (None, 0.0)


def test_retries_run_out() -> None:
    provider = Scripted([(0.1, BUSY)])
    state, _ = run(provider, spec(retries=2))
    assert state.status is Status.FAILED
    assert len(provider.requests) == state.attempts == 3


def test_no_retry_after_the_first_delta() -> None:
    provider = Scripted([(0.1, Delta("reasoning", "hm")), (0.1, BUSY)])
    state, _ = run(provider)
    assert state.status is Status.FAILED
    assert len(provider.requests) == 1


def test_no_retry_of_an_error_that_would_come_again() -> None:
    provider = Scripted([(0.1, StreamError("auth", "no", http_status=401))])
    state, _ = run(provider)
    assert state.status is Status.FAILED
    assert len(provider.requests) == 1


def test_retry_after_is_honoured() -> None:
    asks = StreamError("rate_limit", "wait", retryable=True, retry_after_s=30.0)
    state, _ = run(Scripted([(0.0, asks)], spoken("ok")))
    assert state.status is Status.DONE
    assert state.retry_wait_s == 30.0


def test_an_absurd_retry_after_fails_at_once_and_is_shown() -> None:
    asks = StreamError("rate_limit", "wait", retryable=True, retry_after_s=4_233_600.0)
    state, _ = run(Scripted([(0.1, asks)]))
    assert state.status is Status.FAILED
    assert elapsed(state) < 1
    assert state.error is not None
    assert "4233600 s" in state.error.message


def test_another_form_is_tried_at_once_and_costs_no_retry() -> None:
    form = StreamError("bad_request", "no stream_options", form="no_stream_options")
    provider = Scripted([(0.1, form)], spoken("ok"))
    state, _ = run(provider, spec(retries=0))
    assert state.status is Status.DONE
    assert state.attempts == 2
    assert state.retry_wait_s == 0


def test_the_same_form_is_not_tried_twice() -> None:
    form = StreamError("bad_request", "no stream_options", form="no_stream_options")
    provider = Scripted([(0.1, form)])
    state, _ = run(provider)
    assert state.status is Status.FAILED
    assert len(provider.requests) == 2


LIMITS = Deadlines(connect=1, ttft=2, stall=3, total=20)


@pytest.mark.parametrize(
    ("steps", "kind", "after"),
    [
        ([(50, HEADERS)], "ttft", 2.0),
        ([(1, HEADERS), *[(0.5, Wire("ping", "{}"))] * 30], "ttft", 2.0),
        ([(1, Delta("answer", "a")), (50, STOP)], "stall", 4.0),
        ([(1, Delta("answer", "a")), *[(0.5, Wire("ping", "{}"))] * 30], "stall", 4.0),
        ([(1, Delta("answer", "a"))] * 60, "total", 20.0),
    ],
    ids=[
        "no headers",
        "pings are no first token",
        "silence after a delta",
        "pings are no content",
        "a drip that never ends",
    ],
)
def test_a_deadline_ends_the_stream_in_time(steps: list[Step], kind: str, after: float) -> None:
    state, _ = run(Scripted(steps), spec(deadlines=LIMITS))
    assert state.status is Status.TIMEOUT
    assert state.error is not None
    assert state.error.kind == kind
    assert after <= elapsed(state) <= after + 0.1


def test_a_stall_limit_shorter_than_the_ttft_limit_is_observed() -> None:
    limits = Deadlines(connect=10, ttft=120, stall=0.4, total=600)
    state, _ = run(Scripted([(7, Delta("answer", "a")), (50, STOP)]), spec(deadlines=limits))
    assert state.error is not None
    assert state.error.kind == "stall"
    assert elapsed(state) == pytest.approx(7.4, abs=0.1)


def test_silence_after_the_finish_reason_is_a_good_end_within_seconds() -> None:
    state, _ = run(
        Scripted([(1, Delta("answer", "a")), (0, Wire("x", "{}")), (0, STOP), (999, STOP)])
    )
    assert state.status is Status.DONE
    assert elapsed(state) < 7


def test_a_connection_that_does_not_open_times_out() -> None:
    class Hanging(Scripted):
        async def play(self, steps: object, exchange: object) -> object:  # type: ignore[override]
            await asyncio.sleep(999)
            yield HEADERS

    state, _ = run(Hanging([]), spec(deadlines=LIMITS))
    assert state.status is Status.TIMEOUT
    assert state.error is not None
    assert state.error.kind == "connect"
    assert elapsed(state) == pytest.approx(1.0, abs=0.1)


def test_an_unexpected_exception_in_a_provider_is_an_internal_error() -> None:
    class Broken(Scripted):
        async def play(self, steps: object, exchange: object) -> object:  # type: ignore[override]
            yield HEADERS
            raise ZeroDivisionError("oops")

    state, _ = run(Broken([]))
    assert state.status is Status.FAILED
    assert state.error is not None
    assert state.error.kind == "internal"
    assert "ZeroDivisionError" in state.error.message


def test_every_listener_receives_the_events_that_the_state_folds() -> None:
    state, heard = run(Scripted(spoken("a", "b")))
    again = StreamState(state.spec, 0, state.launched_at)
    for event in heard.events:
        again.apply(event, 0.0)
    assert again.status is Status.DONE
    assert again.text.value() == "ab"
    assert again.revision == state.revision
