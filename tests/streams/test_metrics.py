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
    Headers,
    Retry,
    Sent,
    Status,
    Terminal,
    Usage,
    Wire,
)
from streamdash.streams.metrics import measure
from streamdash.streams.state import StreamState
from streamdash.streams.statistics import percentile
from tests.streams.scripted import HEADERS, SPEC, STOP


def folded(*events: tuple[float, Event], launched: float = 90.0) -> StreamState:
    state = StreamState(SPEC, 0, launched)
    for at, event in events:
        state.apply(event, at)
    return state


def answer(*deltas: tuple[float, str], sent: float = 100.0) -> list[tuple[float, Event]]:
    events: list[tuple[float, Event]] = [(99.0, Attempt(1)), (sent, Sent()), (sent + 0.1, HEADERS)]
    for at, text in deltas:
        events += [(at, Wire("chunk", "{}")), (at, Delta("answer", text))]
    return events


def test_times_count_from_the_send() -> None:
    state = folded(
        *answer((100.5, "ab"), (101.0, "c")), (101.2, STOP), (101.25, Terminal()),
        (101.4, End(Status.DONE)),
    )  # fmt: skip
    numbers = measure(state)
    assert numbers.headers_s == pytest.approx(0.1)
    assert numbers.first_event_s == pytest.approx(0.5)
    assert numbers.ttft_s == pytest.approx(0.5)
    assert numbers.last_delta_s == pytest.approx(1.0)
    assert numbers.queued_s == pytest.approx(9.0)
    assert numbers.chars == 3
    assert numbers.chunks == 2


def test_the_total_ends_with_the_terminal_marker_not_with_the_socket() -> None:
    state = folded(
        *answer((100.5, "a")), (101.0, STOP), (101.0, Terminal()), (101.1, End(Status.DONE))
    )
    assert measure(state).total_s == pytest.approx(1.0)


def test_unknown_numbers_are_none_and_never_zero() -> None:
    numbers = measure(StreamState(SPEC, 0, 90.0))
    for name in (
        "ttft_s", "ttfa_s", "headers_s", "first_event_s", "connect_s", "last_delta_s", "total_s",
        "queued_s", "chars_per_s", "tokens_per_s", "gap_p50_s", "gap_p95_s", "gap_max_s",
        "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "cache_write_tokens",
    ):  # fmt: skip
        assert getattr(numbers, name) is None, name


def test_reasoning_sets_ttft_and_the_answer_sets_ttfa() -> None:
    state = folded(
        *answer(),
        (100.4, Delta("reasoning", "hmm")),
        (100.9, Delta("answer", "so")),
        (101.0, End(Status.DONE)),
    )
    numbers = measure(state)
    assert numbers.ttft_s == pytest.approx(0.4)
    assert numbers.ttfa_s == pytest.approx(0.9)
    assert (numbers.chars, numbers.reasoning_chars) == (2, 3)


def test_a_tool_call_sets_ttft_and_leaves_ttfa_unknown() -> None:
    numbers = measure(folded(*answer(), (100.4, Delta("tool", '{"a":')), (101.0, End(Status.DONE))))
    assert numbers.ttft_s == pytest.approx(0.4)
    assert numbers.ttfa_s is None
    assert numbers.tool_chars == 5


def test_a_rate_does_not_count_the_first_delta() -> None:
    deltas = [(100.5 + i * 0.1, "x" * 10) for i in range(11)]
    state = folded(*answer(*deltas), (102.0, Usage(5, 110)), (102.0, End(Status.DONE)))
    numbers = measure(state)
    assert numbers.chars_per_s == pytest.approx(100.0)
    assert numbers.tokens_per_s == pytest.approx(100.0)
    assert "burst" not in numbers.flags


def test_hidden_reasoning_is_not_part_of_the_token_rate() -> None:
    deltas = [(100.5 + i * 0.1, "x" * 10) for i in range(11)]
    state = folded(*answer(*deltas), (102.0, Usage(5, 1110, 1000)), (102.0, End(Status.DONE)))
    assert measure(state).tokens_per_s == pytest.approx(100.0)
    assert measure(state).output_tokens == 1110


@pytest.mark.parametrize("deltas", [
    [(100.5 + i * 0.01, "x") for i in range(20)],
    [(100.5, "x"), (101.5, "y"), (102.5, "z")],
], ids=["in under 250 ms", "in fewer than 5 deltas"])  # fmt: skip
def test_a_burst_has_no_rate_and_is_flagged(deltas: list[tuple[float, str]]) -> None:
    numbers = measure(folded(*answer(*deltas), (103.0, End(Status.DONE))))
    assert numbers.chars_per_s is None
    assert numbers.tokens_per_s is None
    assert "burst" in numbers.flags


def test_gaps_are_times_between_consecutive_deltas() -> None:
    numbers = measure(folded(*answer((100.5, "a"), (100.6, "b"), (101.0, "c"))))
    assert numbers.gap_max_s == pytest.approx(0.4)
    assert numbers.gap_p50_s == pytest.approx(0.25)


def test_a_retry_restarts_the_times_and_is_counted_separately() -> None:
    busy = ErrorInfo("rate_limit", "slow down", 429)
    state = folded(
        (90.5, Attempt(1)), (91.0, Sent()), (91.2, Headers(429, None, "")),
        (91.3, Retry(2.0, busy)),
        (93.3, Attempt(2)), (93.4, Connected(False, 0.01, 0.05)), (93.5, Sent()), (93.6, HEADERS),
        (93.9, Delta("answer", "hello")), (94.0, STOP), (94.0, End(Status.DONE)),
    )  # fmt: skip
    numbers = measure(state)
    assert numbers.attempts == 2
    assert numbers.retry_wait_s == 2.0
    assert numbers.ttft_s == pytest.approx(0.4)
    assert numbers.total_s == pytest.approx(0.5)
    assert numbers.connect_s == 0.05
    assert numbers.queued_s == pytest.approx(0.5)


def test_a_done_stream_without_text_is_flagged_empty() -> None:
    assert "empty" in measure(folded(*answer(), (101.0, STOP), (101.0, End(Status.DONE)))).flags


def test_later_usage_replaces_only_the_counts_that_it_has() -> None:
    state = folded(*answer(), (101.0, Usage(12, 1)), (102.0, Usage(output=40, reasoning=7)))
    assert state.usage == Usage(12, 40, 7, None)


def test_nothing_changes_after_the_end() -> None:
    state = folded(*answer((100.5, "a")), (101.0, End(Status.CANCELLED)))
    before = (state.revision, state.text.value(), state.status)
    state.apply(Delta("answer", "late"), 102.0)
    state.apply(End(Status.DONE), 102.0)
    assert (state.revision, state.text.value(), state.status) == before


def test_the_inspector_keeps_a_bounded_number_of_wire_events_and_counts_all() -> None:
    state = StreamState(SPEC, 0, 0.0, wire_kept=10)
    for number in range(50):
        state.apply(Wire("chunk", str(number)), float(number))
    assert [entry.number for entry in state.wire] == list(range(41, 51))
    assert state.wire_count == state.chunks == 50


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_percentiles_are_within_the_values_and_grow(values: list[float]) -> None:
    ordered = sorted(values)
    p50, p95 = percentile(ordered, 50), percentile(ordered, 95)
    assert ordered[0] <= p50 <= p95 * (1 + 1e-12) <= ordered[-1] * (1 + 1e-11) + 1e-300


def test_a_finish_reason_stays_in_the_providers_own_word() -> None:
    state = folded(*answer(), (101.0, Finish("max_tokens", Status.INCOMPLETE)))
    assert state.finish is not None
    assert state.finish.reason == "max_tokens"
