"""The request that filled the prompt cache before a stream, as results report it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streamdash.reporting.pricing import price_of

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorInfo
    from streamdash.streams.state import StreamState


@dataclass(frozen=True, slots=True)
class PrimingResult:
    """The request that filled the prompt cache before a stream; part of no other number."""

    took_s: float
    max_tokens: int | None
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None
    cache_write_tokens: int | None
    cost_usd: float | None
    error: ErrorInfo | None


def priming_result(state: StreamState) -> PrimingResult | None:
    """The stream's priming request; None if there was none."""
    primed = state.priming
    if primed is None:
        return None
    usage = primed.usage
    return PrimingResult(
        took_s=primed.took_s,
        max_tokens=primed.max_tokens,
        input_tokens=usage.input,
        output_tokens=usage.output,
        cached_tokens=usage.cached,
        cache_write_tokens=usage.cache_write,
        cost_usd=price_of(usage, state.spec),
        error=primed.error,
    )
