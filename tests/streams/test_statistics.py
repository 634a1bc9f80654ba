"""The interval of a median: what it covers, and how it treats rounds that failed."""

from __future__ import annotations

from math import inf
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.streams.statistics import median_interval, percentile

VALUES = st.lists(st.floats(0, 1e6) | st.just(inf), min_size=5, max_size=60)


def test_four_values_carry_no_interval() -> None:
    assert median_interval([]) is None
    assert median_interval([1.0, 2.0, 3.0, 4.0]) is None


def test_of_five_values_the_interval_is_the_whole_range() -> None:
    assert median_interval([3.0, 1.0, 5.0, 2.0, 4.0]) == (1.0, 5.0)


@pytest.mark.parametrize("n", [5, 6, 7, 8, 9, 10, 15, 20, 50, 100])
def test_the_interval_covers_the_median_of_skewed_times_as_often_as_promised(n: int) -> None:
    random = Random(n)
    hits = 0
    for _ in range(2000):
        low, high = median_interval([random.lognormvariate(0, 1) for _ in range(n)]) or (1, 0)
        hits += low <= 1 <= high
    assert 0.92 <= hits / 2000 <= 0.98


def test_the_interval_narrows_with_more_values() -> None:
    random = Random(1)
    widths = []
    for n in (10, 40, 160, 10_000):
        low, high = median_interval([random.gauss(100, 10) for _ in range(n)]) or (0, 0)
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


@given(VALUES)
def test_the_interval_holds_the_median_and_lies_within_the_values(values: list[float]) -> None:
    low, high = median_interval(values) or (inf, -inf)
    middle = percentile(sorted(values), 50)
    assert min(values) <= low <= middle <= high <= max(values)
    assert middle == pytest.approx(median(values))


def test_an_interval_whose_end_falls_on_a_failed_round_is_open() -> None:
    low, high = median_interval([0.1, 0.2, 0.3, 0.4, 0.5, inf, inf]) or (0, 0)
    assert (0.1 < low < 0.2, high) == (True, inf)
