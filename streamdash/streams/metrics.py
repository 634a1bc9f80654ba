"""Every number that is reported for a stream, with its formula."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.flags import FlagName
from streamdash.streams.statistics import percentile

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState

BURST_SPAN_S = 0.25
BURST_DELTAS = 5


class Metrics(NamedTuple):
    """The numbers of one stream; None if unknown. Times count from the last attempt's send."""

    ttft_s: float | None
    """To the first non-empty delta on any channel."""
    ttfa_s: float | None
    """To the first non-empty delta of the answer."""
    headers_s: float | None
    first_event_s: float | None
    connect_s: float | None
    """Name lookup, TCP and TLS, before the send; part of no other number. None if reused."""
    last_delta_s: float | None
    total_s: float | None
    """To the terminal marker, else to the finish reason and its usage, else to the stream's end.
    If nothing was sent it counts from the attempt's start."""
    felt_ttft_s: float | None
    """From the first attempt's start to the first delta, failed attempts and waits included.

    Waits of our own are excluded: the queue, and an open connection's wait for other streams.
    """
    felt_total_s: float | None
    """The same, to the end of `total_s`."""
    attempts: int
    retry_wait_s: float
    queued_s: float | None
    """From the launch to the first attempt's start."""
    chars: int
    """Unicode code points of the answer."""
    reasoning_chars: int
    tool_chars: int
    chunks: int
    """Server-sent events that carried data."""
    chars_per_s: float | None
    """(answer chars - chars of the first answer delta) / (last - first answer delta)."""
    tokens_per_s: float | None
    """Output tokens less the first delta's share, over (last - first delta).

    The share is by characters on all channels. Hidden reasoning (counted but never streamed)
    ended before the first delta and is not part of the rate.
    """
    gap_p50_s: float | None
    gap_p95_s: float | None
    gap_max_s: float | None
    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cached_tokens: int | None
    cache_write_tokens: int | None
    cache_write_1h_tokens: int | None
    """The part of `cache_write_tokens` that is cached for an hour instead of five minutes."""
    flags: tuple[str, ...]


def measure(state: StreamState) -> Metrics:
    """The numbers of `state` so far."""
    if state.measured is not None:
        return state.measured
    sent = state.sent_at

    def since_send(at: float | None) -> float | None:
        return None if at is None or sent is None else at - sent

    flags = list(state.flags)
    chars_per_s, burst = _chars_rate(state)
    if burst and state.ended_at is not None:
        flags.append(FlagName.BURST)
    gaps = sorted(gap_list(state))
    usage = state.usage
    if usage is not None and usage.cached:
        flags.append(FlagName.CACHED)
    return Metrics(
        ttft_s=ttft_of(state),
        ttfa_s=since_send(state.first_answer_at),
        headers_s=since_send(state.headers_at),
        first_event_s=since_send(state.first_event_at),
        connect_s=state.connected.connect_s if state.connected else None,
        last_delta_s=since_send(state.last_delta_at),
        total_s=total_of(state),
        felt_ttft_s=felt_since(state, state.first_delta_at),
        felt_total_s=felt_since(
            state, state.ended_at if state.terminal_at is None else state.terminal_at
        ),
        attempts=state.attempts,
        retry_wait_s=state.retry_wait_s,
        queued_s=None if state.queued_until is None else state.queued_until - state.launched_at,
        chars=state.text.chars,
        reasoning_chars=state.reasoning.chars,
        tool_chars=state.tool.chars,
        chunks=state.chunks,
        chars_per_s=chars_per_s,
        tokens_per_s=_tokens_rate(state),
        gap_p50_s=percentile(gaps, 50) if gaps else None,
        gap_p95_s=percentile(gaps, 95) if gaps else None,
        gap_max_s=gaps[-1] if gaps else None,
        input_tokens=usage.input if usage else None,
        output_tokens=usage.output if usage else None,
        reasoning_tokens=usage.reasoning if usage else None,
        cached_tokens=usage.cached if usage else None,
        cache_write_tokens=usage.cache_write if usage else None,
        cache_write_1h_tokens=usage.cache_write_1h if usage else None,
        flags=tuple(flags),
    )


def ttft_of(state: StreamState) -> float | None:
    """The TTFT alone, as `measure` defines it."""
    if state.first_delta_at is None or state.sent_at is None:
        return None
    return state.first_delta_at - state.sent_at


def felt_since(state: StreamState, at: float | None) -> float | None:
    """Felt seconds up to clock time `at`; None if no attempt has begun by then."""
    if at is None or state.queued_until is None:
        return None
    return max(0.0, at - state.queued_until - state.attempt_log.gate_wait_s)


def total_of(state: StreamState) -> float | None:
    """The total alone, as `measure` defines it."""
    start = state.attempt_at if state.sent_at is None else state.sent_at
    if state.ended_at is None or start is None:
        return None
    return (state.ended_at if state.terminal_at is None else state.terminal_at) - start


def gap_list(state: StreamState) -> list[float]:
    """Seconds between consecutive non-empty deltas, oldest first."""
    times = state.delta_times
    return [later - earlier for earlier, later in pairwise(times)]


def _chars_rate(state: StreamState) -> tuple[float | None, bool]:
    first, last = state.first_answer_at, state.last_answer_at
    if first is None or last is None:
        return None, False
    if last - first < BURST_SPAN_S or state.answer_deltas < BURST_DELTAS:
        return None, True
    return (state.text.chars - state.first_answer_chars) / (last - first), False


def _tokens_rate(state: StreamState) -> float | None:
    first, last = state.first_delta_at, state.last_delta_at
    if first is None or last is None or state.usage is None or state.usage.output is None:
        return None
    if last - first < BURST_SPAN_S or state.deltas < BURST_DELTAS:
        return None
    chars = state.text.chars + state.reasoning.chars + state.refusal.chars + state.tool.chars
    tokens = state.usage.output
    if state.usage.reasoning and not state.reasoning.chars:
        tokens -= state.usage.reasoning
    if chars <= 0 or tokens <= 0:
        return None
    return tokens * (chars - state.first_delta_chars) / chars / (last - first)
