"""The numbers under a transcript."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from streamdash.tui.board.pane.number_places import Numbers, place_numbers
from streamdash.tui.board.pane.pane_numbers import LiveRate, final_numbers, live_numbers
from streamdash.tui.widgets.parts import Part
from tests.tui.scripted_run import spec

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


def line(numbers: Numbers, width: int = 120) -> str:
    row = ""
    for placed in place_numbers(numbers, width):
        row += " " * (placed.column - len(row)) + placed.text
    assert len(row) <= width
    return row


def live(it: StreamState, now: float, rate: float | None = None, width: int = 120) -> str:
    return line(live_numbers(it, now, rate), width)


def final(it: StreamState, width: int = 120) -> str:
    return line(final_numbers(it), width)


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
    assert live(state(*ASKED), 0.9) == "ttft  0.8 s…  no headers yet from 127.0.0.1"
    assert live(state(*ASKED, (0.3, Headers(200, None, ""))), 1.3) == "ttft  1.2 s…"


def test_a_live_stream_shows_ttft_elapsed_chars_and_rate() -> None:
    it = state(*ASKED, (0.512, Delta("answer", "x" * 1234)))
    for width, shown in (
        (50, "ttft  412 ms  time   3.2 s    1,234 ch    312 ch/s"),
        (49, "ttft  412 ms  time   3.2 s    1,234 ch"),
        (36, "ttft  412 ms time   3.2 s 1.2k ch"),
        (32, " 412 ms   3.2 s  1.2k ch"),
        (23, " 412 ms  3.2 s 1.2k ch"),
        (21, " 412 ms  3.2 s"),
        (13, " 412 ms"),
    ):
        assert live(it, 3.3, 312.4, width) == shown


def test_thinking_is_not_counted_as_an_answer() -> None:
    it = state(*ASKED, (0.5, Delta("reasoning", "hmm")))
    assert live(it, 1.1) == "ttft  400 ms  time   1.0 s  thinking  0.6 s  3 ch"
    assert live(it, 1.1, width=34) == "ttft  400 ms time   1.0 s    3 ch"
    assert it.stage == "thinking"
    it.apply(Delta("answer", "so"), 1.2)
    assert it.stage == "streaming"
    assert "thinking" not in live(it, 1.3)


def test_a_lagging_stamp_is_marked() -> None:
    it = state(*ASKED, (0.5, Delta("answer", "x")), (0.5, Flag("lag_ttft")))
    assert live(it, 1.1).startswith("ttft ~400 ms")
    it = state(*ASKED, (0.5, Delta("answer", "x")), (0.9, Flag("lag")), (0.9, Flag("lag_gap")))
    assert live(it, 1.1).startswith("ttft  400 ms")


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
    assert final(it) == "ttft  400 ms  total 1.50 s      110 ch    100 ch/s  20.0 tok/s"
    assert final(it, 33) == "ttft  400 ms total 1.50 s  110 ch"


def test_flags_and_attempts_are_shown_when_there_is_room() -> None:
    it = state(*ASKED, (0.2, Attempt(2)), (0.2, Sent()), (0.3, End(Status.DONE)))
    assert final(it) == "total 100 ms  2 attempts  empty"


def test_an_error_is_named_by_kind_and_status() -> None:
    it = state(*ASKED, (0.3, End(Status.FAILED, ErrorInfo("auth", "no such key", 401))))
    assert final(it) == "auth 401  total 200 ms"


def test_an_error_after_the_first_token_moves_no_number() -> None:
    it = state(*ASKED, (0.5, Delta("answer", "x" * 30)))
    before = live(it, 2.3)
    it.apply(End(Status.FAILED, ErrorInfo("disconnected", "reset", None)), 2.3)
    assert before == "ttft  400 ms  time   2.2 s       30 ch"
    assert final(it) == "ttft  400 ms  total 2.20 s       30 ch              disconnected  burst"
    assert final(it, 36) == "ttft  400 ms total 2.20 s   30 ch"


def test_a_warning_takes_the_place_of_the_rate_where_there_is_no_other() -> None:
    deltas = [(0.5 + 0.1 * n, Delta("answer", "x" * 10)) for n in range(11)]
    it = state(*ASKED, *deltas, (1.6, Flag("seed_ignored")), (1.7, End(Status.DONE)))
    numbers = "ttft  400 ms  total 1.60 s      110 ch"
    assert final(it, 64) == f"{numbers}    100 ch/s  seed_ignored"
    assert final(it, 54) == f"{numbers}  seed_ignored"


def test_an_answer_that_is_cut_while_it_thinks_says_how_long_it_thought() -> None:
    it = state(*ASKED, (0.5, Delta("reasoning", "hmm")), (2.5, End(Status.CANCELLED)))
    assert final(it).startswith("ttft  400 ms  total 2.40 s  thinking  2.0 s  3 ch")


TIMES = st.sampled_from(["0.4 ms", "9.9 s", "412 ms", "59.9 s", "2m 13s", "1h 02m"])
ROUND = Part("round  3/10", 1, "quiet", short="3/10")


@given(
    st.integers(20, 200), st.booleans(), TIMES, TIMES, st.sampled_from(["", "~"]),
    st.integers(0, 10**9), st.one_of(st.none(), st.floats(0, 1e7)),
)  # fmt: skip
def test_no_number_moves_at_the_first_token_while_it_grows_or_at_the_end(
    width: int, rounds: bool, ttft: str, time: str, about: str, chars: int, rate: float | None
) -> None:
    extras = (ROUND,) * rounds
    free = (10, 4) if rounds else (0,)
    waiting = Numbers(
        "0.8 s…", waits=True, notes=(Part("no headers yet", 4),), extras=extras, kept_free=free
    )
    streaming = Numbers(about + ttft, time="3.2 s", chars=0, extras=extras, kept_free=free)
    later = streaming._replace(time=time, chars=chars, chars_per_s=rate)
    tokens = Part("20.0 tok/s", 4)
    ended = later._replace(ended=True, extras=(*extras, tokens))
    failed = ended._replace(chars_per_s=None, notes=(Part("network", 0, "bad"),))
    rows = [place_numbers(each, width) for each in (waiting, streaming, later, ended, failed)]
    for suffix in (" ch", "/10", " ch/s"):
        ends = {
            placed.column + len(placed.text)
            for row in rows
            for placed in row
            if placed.text.endswith(suffix)
        }
        assert len(ends) <= 1
    assert len({row[0].column + len(row[0].text) for row in rows}) == 1
    assert len({row[1].column + len(row[1].text) for row in rows[1:] if len(row) > 1}) <= 1
    for row in rows:
        edges = [(placed.column, placed.column + len(placed.text)) for placed in row]
        assert all(end <= start for (_, end), (start, _) in pairwise(edges))
        assert edges[-1][1] <= width
    assert not rounds or any("3/10" in placed.text for placed in rows[2])


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
