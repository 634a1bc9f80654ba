"""Quantiles of few measurements, and the interval of a median.

A value may be infinite: a round that failed is slower than all others, so its time is infinity
and its rate is minus infinity.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95
LEAST_FOR_INTERVAL = 5
"""Fewer values carry no interval; the widest one of four covers the median in 88 % only."""


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The `percent`-th percentile of `ordered`, interpolated between the two nearest ranks.

    `ordered` is ascending and not empty.
    """
    rank = (len(ordered) - 1) * percent / 100
    low = int(rank)
    high = min(low + 1, len(ordered) - 1)
    return between(ordered[low], ordered[high], rank - low)


def between(low: float, high: float, share: float) -> float:
    """The point `share` (0 to 1) of the way from `low` to `high`, of which one may be infinite."""
    if low == high or not share:
        return low
    return min(high, max(low, low * (1 - share) + high * share))


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of the median, in any order of `values`; None for fewer than five.

    It lies between two values of equal rank from both ends, interpolated as Hettmansperger and
    Sheather do (1986), and assumes nothing of the distribution. The smallest and the largest of
    five values cover the median in 93.75 %, and their interval is no wider than that.
    """
    n = len(values)
    if n < LEAST_FOR_INTERVAL:
        return None
    ordered = sorted(values)
    rank, inner = _ranks(n)
    low = between(ordered[rank - 1], ordered[rank], inner)
    high = -between(-ordered[n - rank], -ordered[n - rank - 1], inner)
    return low, high


@cache
def _ranks(n: int) -> tuple[int, float]:
    """The rank from 1 whose interval just covers 95 %, and the share of the way to the next."""
    # `at_most` of 2**n equally likely outcomes have fewer than `rank` values below the median
    rank, outcomes, at_most = 1, 1, 1
    wide = narrow = 1 - 2 * at_most / 2**n
    while narrow >= CONFIDENCE:
        wide = narrow
        outcomes = outcomes * (n - rank + 1) // rank
        at_most += outcomes
        rank += 1
        narrow = max(0.0, 1 - 2 * at_most / 2**n)
    if rank == 1:
        return 1, 0.0
    share = (wide - CONFIDENCE) / (wide - narrow)
    rank -= 1
    return rank, (n - rank) * share / (rank + (n - 2 * rank) * share)
