"""The numbers under a transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import (
    Attempt,
    Connected,
    Delta,
    End,
    Event,
    Finish,
    Flag,
    Headers,
    Retry,
    Sent,
    Status,
    Usage,
)
from streamdash.streams.state import StreamState
from streamdash.tui.board.pane.pane_numbers import LiveRate, final_parts, live_parts
from streamdash.tui.widgets.parts import fit
from tests.tui.scripted_run import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.widgets.parts import Part

ASKED: list[tuple[float, Event]] = [
    (0.0, Attempt(1)),
    (0.1, Connected(reused=False)),
    (0.1, Sent()),
]


def state(*events: tuple[float, Event], prompted: bool = True) -> StreamState:
    it = StreamState(spec("A", prompted=prompted), 0, 0.0)
    for at, event in events:
        it.apply(event, at)
    return it


def line(parts: Sequence[Part], width: int = 120) -> str:
    row = fit(parts, width)
    return (" " * row.gap).join(part.text for part in row.parts)


def live(it: StreamState, now: float, rate: float | None = None, width: int = 120) -> str:
    return line(live_parts(it, now, rate), width)


def test_before_the_start_it_says_what_is_missing() -> None:
    assert live(state(), 1.0) == "queued"
    assert live(state(prompted=False), 1.0) == "not asked yet"
    it = state()
    it.queue("sdk")
    assert it.stage == "loading"
    assert live(it, 1.0) == "loading the SDK 1.0 s…"
    it.queue("slot")
    assert it.stage == "queued"
    assert live(it, 1.0) == "queued until another stream ends"


def test_the_clock_runs_from_the_send_until_the_first_token() -> None:
    assert live(state(*ASKED[:1]), 0.4) == "connecting to 127.0.0.1 0.4 s…"
    assert live(state(*ASKED[:1]), 0.4, width=20) == "connecting 0.4 s…"
    assert live(state(*ASKED), 0.9) == "ttft 0.8 s…  no headers yet from 127.0.0.1"
    assert live(state(*ASKED, (0.3, Headers(200, None, ""))), 1.3) == "ttft 1.2 s…"


def test_a_live_stream_shows_ttft_elapsed_chars_and_rate() -> None:
    it = state(*ASKED, (0.512, Delta("answer", "x" * 1234)))
    assert live(it, 3.3, 312.4) == "ttft 412 ms   3.2 s  1,234 ch    312 ch/s"
    assert live(it, 3.3, 312.4, width=29) == "ttft 412 ms   3.2 s  1,234 ch"
    assert live(it, 3.3, 312.4, width=22) == "412 ms  3.2 s  1.2k ch"
    assert live(it, 3.3, 312.4, width=20) == "412 ms 3.2 s 1.2k ch"
    assert live(it, 3.3, 312.4, width=13) == "412 ms  3.2 s"
    assert live(it, 3.3, 312.4, width=12) == "412 ms 3.2 s"


def test_thinking_is_not_counted_as_an_answer() -> None:
    it = state(*ASKED, (0.5, Delta("reasoning", "hmm")))
    assert live(it, 1.1) == "ttft 400 ms   1.0 s  thinking 0.6 s  3 ch"
    assert it.stage == "thinking"
    it.apply(Delta("answer", "so"), 1.2)
    assert it.stage == "streaming"
    assert "thinking" not in live(it, 1.3)


def test_a_lagging_stamp_is_marked() -> None:
    it = state(*ASKED, (0.5, Delta("answer", "x")), (0.5, Flag("lag_ttft")))
    assert live(it, 1.1).startswith("ttft ~400 ms")
    it = state(*ASKED, (0.5, Delta("answer", "x")), (0.9, Flag("lag")), (0.9, Flag("lag_gap")))
    assert live(it, 1.1).startswith("ttft 400 ms")


def test_a_retry_counts_down_and_says_why() -> None:
    error = ErrorInfo("rate_limit", "please slow down", 429)
    it = state(*ASKED, (1.0, Retry(5.0, error)))
    assert live(it, 2.5) == "retry in 3.5 s  rate_limit 429  please slow down"
    assert live(it, 2.5, width=30) == "retry in 3.5 s  rate_limit 429"


def test_the_end_shows_the_final_numbers() -> None:
    deltas = [(0.5 + 0.1 * n, Delta("answer", "x" * 10)) for n in range(11)]
    it = state(
        *ASKED, *deltas, (1.6, Usage(output=22)), (1.6, Finish("stop", Status.DONE)),
        (1.7, End(Status.DONE)),
    )  # fmt: skip
    assert line(final_parts(it)) == "ttft 400 ms  total 1.50 s  110 ch  20.0 tok/s  100 ch/s"
    assert line(final_parts(it), 33) == "ttft 400 ms  total 1.50 s  110 ch"


def test_flags_and_attempts_are_shown_when_there_is_room() -> None:
    it = state(*ASKED, (0.2, Attempt(2)), (0.2, Sent()), (0.3, End(Status.DONE)))
    assert line(final_parts(it)) == "total 100 ms  2 attempts  empty"


def test_an_error_is_named_by_kind_and_status() -> None:
    it = state(*ASKED, (0.3, End(Status.FAILED, ErrorInfo("auth", "no such key", 401))))
    assert line(final_parts(it)) == "auth 401  total 200 ms"


def test_the_live_rate_looks_back_two_seconds() -> None:
    rate = LiveRate()
    assert rate.sample(10.0, 0) is None
    assert rate.sample(10.4, 40) is None
    assert rate.sample(11.0, 100) == pytest.approx(100)
    assert rate.sample(12.0, 400) == pytest.approx(200)
    assert rate.sample(13.0, 700) == pytest.approx(300)
    for tenth in range(1, 31):
        last = rate.sample(13 + tenth / 10, 700)
    assert last == 0


def test_the_live_rate_begins_anew_with_the_answer() -> None:
    rate = LiveRate()
    rate.sample(0.0, 0)
    rate.sample(1.0, 900)
    assert rate.sample(1.1, 5) is None
