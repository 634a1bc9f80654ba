"""The typical difference of pairs, its 95 % interval, and how likely chance explains it."""

from __future__ import annotations

from math import ceil, comb, inf, isfinite, sqrt
from operator import itemgetter
from random import Random
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.paired.student import critical, two_sided
from streamdash.streams.statistics import LEAST_FOR_INTERVAL, median_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Resample = Callable[[Sequence[float]], tuple[float, ...]]

LEAST_PAIRS = LEAST_FOR_INTERVAL
"""Fewer pairs prove nothing."""
LEVEL = 0.05
"""The probability up to which chance is ruled out."""
RESAMPLES = 999
MOST_RESAMPLED = 30
"""With more pairs than this, Student's t is as good as resampling, and much faster."""
_OUTLIER = 3.0
"""Differences further from the median than this many (normal) standard deviations are drawn in."""
_MOST_REACH = 2
"""Times Student's t: resamples of nearly equal values have next to no spread, so t runs away."""
_MAD_OF_NORMAL = 0.6745
"""The median distance from the median, in standard deviations of a normal distribution."""


class Estimate(NamedTuple):
    """What pairs differ by. Infinite if that falls on rounds that failed on one side."""

    difference: float
    ci95: tuple[float, float]
    p: float
    """How often chance alone makes as large a difference, from 0 to 1."""


class Resamples:
    """Seeded resamples of n pairs, drawn once for each n and shared by all comparisons of a run."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn: dict[int, list[Resample]] = {}

    def of(self, n: int) -> list[Resample]:
        """Functions that each pick n of n values, with repetition; n is at least 2."""
        if n not in self._drawn:
            # seeded by a string: equal on all machines, whatever else is drawn
            rng = Random(f"{self._seed} {n}")  # noqa: S311  # statistics, not a secret
            self._drawn[n] = [itemgetter(*rng.choices(range(n), k=n)) for _ in range(RESAMPLES)]
        return self._drawn[n]


def estimate(differences: Sequence[float], resamples: Resamples) -> Estimate | None:
    """The mean difference with outliers drawn in; None for fewer than five pairs.

    Differences beyond three standard deviations from the median (by the median distance from it)
    are drawn in to there, so that one stall among ten rounds does not hide what the others show.
    The interval is a symmetric bootstrap-t of 999 resamples up to 30 pairs, and Student's t above.

    A difference is infinite if one side failed. One in ten of those is an outlier; more of them
    make it the median, with the interval of `median_interval` and the sign test.
    """
    n = len(differences)
    if n < LEAST_PAIRS:
        return None
    failed = sum(not isfinite(one) for one in differences)
    if failed * 10 > n:
        return _by_rank(differences)
    values = _without_outliers(differences)
    mean = sum(values) / n
    rest = [value - mean for value in values]
    error = sqrt(sum(one * one for one in rest) / (n - 1) / n)
    # what rounding leaves of equal differences is no spread
    if error <= 1e-9 * abs(mean):
        return Estimate(mean, (mean, mean), 0.0 if mean else 1.0)
    usual = critical(n - 1)
    reach = usual
    if n <= MOST_RESAMPLED:
        reach = min(_MOST_REACH * usual, _resampled_reach(rest, resamples.of(n)))
    ci95 = mean - reach * error, mean + reach * error
    # on the scale of Student's t, on which the resampled reach is the usual one
    return Estimate(mean, ci95, two_sided(abs(mean) / error * usual / reach, n - 1))


def _without_outliers(differences: Sequence[float]) -> list[float]:
    middle = median(differences)
    away = median(abs(one - middle) for one in differences)
    if not away:
        reach = max(abs(one - middle) for one in differences if isfinite(one))
    else:
        reach = _OUTLIER * away / _MAD_OF_NORMAL
    return [min(middle + reach, max(middle - reach, one)) for one in differences]


def _resampled_reach(rest: Sequence[float], resamples: Sequence[Resample]) -> float:
    """How many standard errors the mean of 95 % of the resamples is away from 0, that of `rest`."""
    n = len(rest)
    squares = [one * one for one in rest]
    shares = []
    for pick in resamples:
        spread = sum(pick(squares))
        total = sum(pick(rest))
        shares.append(total * total / spread if spread else n)
    shares.sort()
    share = shares[ceil(0.95 * (len(shares) + 1)) - 1]
    # t squared, by the sum and the sum of squares
    return sqrt((n - 1) * share / (n - share)) if share < n else inf


def _by_rank(differences: Sequence[float]) -> Estimate:
    interval = median_interval(differences)
    assert interval is not None  # noqa: S101  # there are five or more
    ordered = sorted(differences)
    n = len(ordered)
    low, high = ordered[(n - 1) // 2], ordered[n // 2]
    # as many rounds failed on one side as on the other
    middle = 0.0 if low == -inf and high == inf else (low + high) / 2
    above = sum(one > 0 for one in differences)
    below = sum(one < 0 for one in differences)
    return Estimate(middle, interval, sign_test(above, below))


def sign_test(above: int, below: int) -> float:
    """How often fair coins fall as unevenly as `above` to `below`, in either direction."""
    n = above + below
    tail = sum(comb(n, count) for count in range(min(above, below) + 1))
    return min(1.0, float(2 * tail / 2**n))


def adjusted(estimates: Sequence[Estimate | None]) -> list[float]:
    """The p value of each estimate, corrected for the others (Holm); 1 where there is none."""
    known = iter(holm([one.p for one in estimates if one is not None]))
    return [1.0 if one is None else next(known) for one in estimates]


def proves(one: Estimate, adjusted_p: float) -> bool:
    """Whether an estimate rules chance out: by its interval, and corrected for the others."""
    low, high = one.ci95
    return adjusted_p <= LEVEL and not low <= 0 <= high


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values: below 0.05 for what a family of comparisons proves together."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    least = 0.0
    for place, index in enumerate(order):
        least = max(least, min(1.0, p_values[index] * (len(p_values) - place)))
        adjusted[index] = least
    return adjusted
