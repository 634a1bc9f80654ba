"""How well a share is known from a few yes and no answers."""

from __future__ import annotations

from math import sqrt

_Z95 = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""


def wilson95(passed: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of the share `passed / n`, for `n` of 1 or more."""
    share, z2 = passed / n, _Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # exactly at the ends, where rounding would leave a trace
    low = 0.0 if passed == 0 else middle - half
    return low, 1.0 if passed == n else middle + half
