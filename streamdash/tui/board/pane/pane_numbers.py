"""The line under a transcript: a running clock, then the numbers, as parts that fit the width."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import clock, compact, count, duration, rate
from streamdash.streams.events import Status
from streamdash.streams.flags import is_detail, is_ttft_late
from streamdash.streams.metrics import measure
from streamdash.tui.names import neutral_flags
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
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


def live_parts(
    state: StreamState, now: float, chars_per_s: float | None, *, neutral: bool = False
) -> list[Part]:
    """The numbers of a live stream; `now` is on the run's clock.

    If `neutral`, they omit the provider's own words.
    """
    status = state.status
    if status is Status.QUEUED:
<<<<<<< HEAD
        return [_queued(state, now)]
=======
        word = "queued" if state.spec.messages else "not asked yet"
        if state.spec.cache == "warm" and state.priming is None and state.spec.messages:
            word = "queued, primes the cache"
        return [Part(word, 0, "quiet")]
>>>>>>> cachefelt
    if status is Status.RETRYING:
        return _retry_parts(state, now, neutral=neutral)
    attempt = [Part(f"attempt {state.attempts}", 5)] if state.attempts > 1 else []
    if state.first_delta_at is None:
        if state.sent_at is None:
            start = state.attempt_at if state.attempt_at is not None else now
            waits = Part("sends with the others" if state.connected else "", 4, "quiet")
            host = "" if neutral else host_of(state.spec.endpoint.base_url)
            step = f"connecting to {host}" if host and not state.connected else state.stage
            text = f"{step} {clock(now - start)}…"
            short = f"{state.stage} {clock(now - start)}…"
            return [Part(text, 0, "wait", short=short), waits, *attempt]
        running = f"ttft {clock(now - state.sent_at)}…"
        return [Part(running, 0, "wait"), _awaited(state, neutral=neutral), *attempt]
    since = state.sent_at if state.sent_at is not None else state.first_delta_at
    elapsed = clock(now - since)
    parts = [_ttft(state), Part(f"{elapsed:>6}", 1, short=elapsed), _chars(state, now)]
    if chars_per_s is not None:
        parts.append(Part(f"{rate(chars_per_s):>5} ch/s", 4))
    return [*parts, *attempt]


def _queued(state: StreamState, now: float) -> Part:
    """What a stream without an attempt waits for."""
    if not state.spec.messages:
        return Part("not asked yet", 0, "quiet")
    if state.queued_for == "sdk":
        waited = clock(now - state.launched_at)
        return Part(f"loading the SDK {waited}…", 0, "wait", short=f"loading {waited}…")
    if state.queued_for == "slot":
        return Part("queued until another stream ends", 0, "quiet", short="queued")
    return Part("queued", 0, "quiet")


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


def final_parts(state: StreamState, *, neutral: bool = False) -> list[Part]:
    """The numbers of a stream that has ended, and its error.

    If `neutral`, they omit the flags of a dialect.
    """
    metrics = measure(state)
    parts: list[Part] = []
    if state.error is not None:
        http = f" {state.error.http_status}" if state.error.http_status else ""
        parts.append(Part(f"{state.error.kind}{http}", 0, "bad"))
    if metrics.ttft_s is not None:
        parts.append(_ttft(state))
    if metrics.total_s is not None:
        total = duration(metrics.total_s)
        parts.append(Part(f"total {total}", 1, short=total))
    if metrics.ttft_s is not None:
        parts.append(_chars(state, state.until(0.0)))
    if metrics.tokens_per_s is not None:
        parts.append(Part(f"{rate(metrics.tokens_per_s)} tok/s", 4))
    if metrics.chars_per_s is not None:
        parts.append(Part(f"{rate(metrics.chars_per_s)} ch/s", 5))
    if metrics.attempts > 1:
        parts.append(Part(f"{metrics.attempts} attempts", 6))
    flags = neutral_flags(metrics.flags) if neutral else metrics.flags
    parts += [Part(flag, 7, "warn") for flag in flags if not is_detail(flag)]
    return parts


def _retry_parts(state: StreamState, now: float, *, neutral: bool) -> list[Part]:
    left = max(0.0, (state.retry_at if state.retry_at is not None else now) - now)
    parts = [Part(f"retry in {clock(left)}", 0, "warn")]
    if state.retry_error is not None:
        http = f" {state.retry_error.http_status}" if state.retry_error.http_status else ""
        parts.append(Part(f"{state.retry_error.kind}{http}", 1))
        if not neutral:
            parts.append(Part(clean_line(state.retry_error.message, 200), 2, flexible=True))
    return parts


def _ttft(state: StreamState) -> Part:
    if state.first_delta_at is None or state.sent_at is None:
        return Part("", 0)
    about = "~" if is_ttft_late(state.flags) else ""
    value = about + duration(state.first_delta_at - state.sent_at)
    return Part(f"ttft {value}", 0, "key", short=value)


def _chars(state: StreamState, now: float) -> Part:
    if state.thinking and state.first_delta_at is not None:
        thought = clock(now - state.first_delta_at)
        return Part(
            f"thinking {thought}  {count(state.reasoning.chars)} ch", 2, "quiet",
            short=f"thinking {thought}",
        )  # fmt: skip
    chars = state.text.chars
    return Part(f"{count(chars)} ch", 2, short=f"{compact(chars)} ch")
