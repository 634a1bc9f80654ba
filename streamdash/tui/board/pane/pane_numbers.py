"""What the line under a transcript says: a running clock, then the numbers and what they mean."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import clock, compact, count, duration, rate
from streamdash.streams.events import Status
from streamdash.streams.flags import is_detail, is_ttft_late
from streamdash.streams.metrics import measure
from streamdash.tui.board.pane.number_places import Numbers
from streamdash.tui.names import neutral_flags
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorInfo
    from streamdash.streams.state import StreamState

RATE_SPAN_S = 2.0
RATE_LEAST_S = 0.5


class LiveRate:
    """Characters per second over about the last two seconds, from samples of a growing count."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def sample(self, now: float, chars: int) -> float | None:
        """Add a sample and return the rate; None until the samples span half a second."""
        samples = self._samples
        if samples and chars < samples[-1][1]:
            samples.clear()
        samples.append((now, chars))
        while len(samples) > 2 and samples[1][0] <= now - RATE_SPAN_S:
            samples.popleft()
        since, before = samples[0]
        return (chars - before) / (now - since) if now - since >= RATE_LEAST_S else None


def live_numbers(
    state: StreamState, now: float, chars_per_s: float | None, *, neutral: bool = False
) -> Numbers:
    """The numbers of a live stream; `now` is on the run's clock.

    If `neutral`, they omit the provider's own words.
    """
    status = state.status
    attempt = (Part(f"attempt {state.attempts}", 5),) if state.attempts > 1 else ()
    if status is Status.QUEUED:
        return Numbers(notes=(_queued(state, now),))
    if status is Status.RETRYING:
        return Numbers(notes=_retry(state, now, neutral=neutral), extras=attempt)
    if state.first_delta_at is None:
        if state.sent_at is None:
            return Numbers(notes=_connection(state, now, neutral=neutral), extras=attempt)
        ttft = f"{clock(now - state.sent_at)}…"
        awaited = (_awaited(state, neutral=neutral),)
        return Numbers(ttft, waits=True, notes=awaited, extras=attempt)
    since = state.sent_at if state.sent_at is not None else state.first_delta_at
    numbers = Numbers(_ttft(state), time=clock(now - since), extras=attempt)
    if state.thinking:
        return numbers._replace(notes=(_thinking(state, now),))
    return numbers._replace(chars=state.text.chars, chars_per_s=chars_per_s)


def _queued(state: StreamState, now: float) -> Part:
    """What a stream without an attempt waits for."""
    if not state.spec.messages:
        return Part("not asked yet", 0, "quiet")
    if state.spec.cache == "warm" and state.priming is None:
        return Part("queued, primes the cache", 0, "quiet", short="primes")
    if state.queued_for == "sdk":
        waited = clock(now - state.launched_at)
        return Part(f"loading the SDK {waited}…", 0, "wait", short=f"loading {waited}…")
    if state.queued_for == "slot":
        return Part("queued until another stream ends", 0, "quiet", short="queued")
    return Part("queued", 0, "quiet")


def _connection(state: StreamState, now: float, *, neutral: bool) -> tuple[Part, ...]:
    """What is done before the request is sent, and for how long."""
    waited = clock(now - (state.attempt_at if state.attempt_at is not None else now))
    host = "" if neutral else host_of(state.spec.endpoint.base_url)
    step = f"connecting to {host}" if host and not state.connected else state.stage
    waits = Part("sends with the others" if state.connected else "", 4, "quiet")
    return Part(f"{step} {waited}…", 0, "wait", short=f"{state.stage} {waited}…"), waits


def _awaited(state: StreamState, *, neutral: bool) -> Part:
    """The step that the stream waits for before any text can arrive."""
    if not state.spec.stream:
        return Part("comes in one piece", 4, "quiet")
    if state.headers_at is not None:
        return Part("", 4, "quiet")
    host = "" if neutral else host_of(state.spec.endpoint.base_url)
    return Part(f"no headers yet from {host}" if host else "no headers yet", 4, "quiet",
                short="no headers yet")  # fmt: skip


def host_of(base_url: str) -> str:
    """The URL's host, clean; empty if it has none."""
    try:
        return clean_line(urlsplit(base_url).hostname or "", 60)
    except ValueError:
        return ""


def final_numbers(state: StreamState, *, neutral: bool = False) -> Numbers:
    """The numbers of a stream that has ended, and its error.

    If `neutral`, they omit the flags of a dialect.
    """
    metrics = measure(state)
    total = duration(metrics.total_s)
    error: tuple[Part, ...] = ()
    if state.error is not None:
        error = (Part(_kind(state.error), 0, "bad"),)
    extras = []
    if metrics.tokens_per_s is not None:
        extras.append(Part(f"{rate(metrics.tokens_per_s)} tok/s", 4))
    if metrics.attempts > 1:
        extras.append(Part(f"{metrics.attempts} attempts", 6))
    flags = neutral_flags(metrics.flags) if neutral else metrics.flags
    warnings = [flag for flag in flags if not is_detail(flag)]
    # those that say something of the request come first and are dropped last
    extras += [Part(flag, 7 + place, "warn") for place, flag in enumerate(warnings)]
    if metrics.ttft_s is None:
        # no number is in its place yet, so that none has to stay there
        words = Part(f"total {total}" if total else "", 1, short=total)
        return Numbers(notes=(*error, words, *extras), ended=True)
    numbers = Numbers(_ttft(state), time=total, ended=True, extras=tuple(extras))
    if state.thinking:
        return numbers._replace(notes=(_thinking(state, state.until(0.0)), *error))
    per_s = None if error else metrics.chars_per_s
    return numbers._replace(chars=state.text.chars, chars_per_s=per_s, notes=error)


def _retry(state: StreamState, now: float, *, neutral: bool) -> tuple[Part, ...]:
    left = max(0.0, (state.retry_at if state.retry_at is not None else now) - now)
    parts = [Part(f"retry in {clock(left)}", 0, "warn")]
    if state.retry_error is not None:
        parts.append(Part(_kind(state.retry_error), 1))
        if not neutral:
            parts.append(Part(clean_line(state.retry_error.message, 200), 2, flexible=True))
    return tuple(parts)


def _kind(error: ErrorInfo) -> str:
    """The kind of an error, and its HTTP status if it has one."""
    return f"{error.kind} {error.http_status}" if error.http_status else error.kind


def _ttft(state: StreamState) -> str:
    if state.first_delta_at is None or state.sent_at is None:
        return ""
    about = "~" if is_ttft_late(state.flags) else ""
    return about + duration(state.first_delta_at - state.sent_at)


def _thinking(state: StreamState, now: float) -> Part:
    """How long only reasoning has come, and how much."""
    thought = clock(now - (state.first_delta_at if state.first_delta_at is not None else now))
    return Part(
        f"thinking {thought:>6}  {count(state.reasoning.chars)} ch", 0, "quiet",
        short=f"{compact(state.reasoning.chars):>4} ch",
    )  # fmt: skip
