"""The numbers of a result that reports compare and spread, with the format of each."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.figures import count, dollars, duration, rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.reporting.result import StreamResult


class Quantity(NamedTuple):
    """One number of a result; `field` is its name in the JSON."""

    field: str
    title: str
    of: Callable[[StreamResult], float | None]
    written: Callable[[float | None], str]
    better: int
    """-1 if less is better, 1 if more is, 0 if neither is."""

    def typical(self, result: StreamResult | None) -> float | None:
        """The result's number; for a repeated stream, the median of its rounds.

        None if it is unknown, or if the median falls on a round that failed.
        """
        if result is None:
            return None
        spread = result.stats.get(self.field)
        value = self.of(result) if spread is None else spread.median
        return value if value is None or isfinite(value) else None


TTFT = Quantity("ttft_s", "TTFT", lambda r: r.metrics.ttft_s, duration, -1)
TTFA = Quantity("ttfa_s", "TTFA", lambda r: r.metrics.ttfa_s, duration, -1)
TOTAL = Quantity("total_s", "total", lambda r: r.metrics.total_s, duration, -1)
GAP_P95 = Quantity("gap_p95_s", "gap p95", lambda r: r.metrics.gap_p95_s, duration, -1)
GAP_MAX = Quantity("gap_max_s", "gap max", lambda r: r.metrics.gap_max_s, duration, -1)
CHARS = Quantity("chars", "chars", lambda r: r.metrics.chars, count, 0)
CHARS_RATE = Quantity("chars_per_s", "chars/s", lambda r: r.metrics.chars_per_s, rate, 1)
TOKENS = Quantity("output_tokens", "tokens", lambda r: r.metrics.output_tokens, count, 0)
TOKENS_RATE = Quantity("tokens_per_s", "tok/s", lambda r: r.metrics.tokens_per_s, rate, 1)
COST = Quantity("cost_usd", "cost", lambda r: r.cost_usd, dollars, -1)

QUANTITIES = (
    TTFT, TTFA, TOTAL, GAP_P95, GAP_MAX, CHARS, CHARS_RATE, TOKENS, TOKENS_RATE, COST,
)  # fmt: skip
"""In the order in which tables list them."""
