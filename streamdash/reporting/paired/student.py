"""Student's t distribution for whole degrees of freedom."""

from __future__ import annotations

from functools import cache
from math import atan2, cos, inf, pi, sin, sqrt

CONFIDENCE = 0.95


def two_sided(t: float, degrees: int) -> float:
    """The probability that |T| is at least `t` (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    if t == inf:
        return 0.0
    angle = atan2(t, sqrt(degrees))
    odd = degrees % 2
    term = cos(angle) if odd else 1.0
    series = 0.0
    for power in range(1 + odd, degrees, 2):
        series += term
        term *= cos(angle) ** 2 * power / (power + 1)
    inside = sin(angle) * series
    if odd:
        inside = (angle + inside) * 2 / pi
    return min(1.0, max(0.0, 1 - inside))


@cache
def critical(degrees: int) -> float:
    """The t that |T| exceeds with probability 0.05."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if two_sided(middle, degrees) > 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return high
