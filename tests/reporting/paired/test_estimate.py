"""The estimate of a paired difference: how often it is right, over many simulations."""

from __future__ import annotations

from itertools import repeat
from math import inf, isfinite
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.reporting.paired.estimate import (
    MOST_RESAMPLED,
    Estimate,
    Resamples,
    estimate,
    holm,
    sign_test,
)
from streamdash.reporting.paired.student import critical, two_sided

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES = Resamples(1)
DIFFERENCES = st.lists(st.floats(-1e6, 1e6) | st.just(inf) | st.just(-inf), min_size=5, max_size=40)


def estimated(differences: Sequence[float]) -> Estimate:
    found = estimate(differences, RESAMPLES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("degrees", "t"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (30, 2.042), (99, 1.984)]
)
def test_student_s_t_agrees_with_the_printed_tables(degrees: int, t: float) -> None:
    assert critical(degrees) == pytest.approx(t, abs=0.0005)
    assert two_sided(t, degrees) == pytest.approx(0.05, abs=0.0001)
    assert (two_sided(0.0, degrees), two_sided(inf, degrees)) == (1.0, 0.0)


@pytest.mark.parametrize("n", [5, 6, 7, 8, 10, 15, MOST_RESAMPLED, 100])
def test_the_interval_covers_the_true_difference_as_often_as_it_says(n: int) -> None:
    random = Random(n)
    hits = ties = 0
    for _ in range(400):
        found = estimated([random.gauss(0.8, 0.08) - random.gauss(1, 0.1) for _ in range(n)])
        hits += found.ci95[0] <= -0.2 <= found.ci95[1]
        found = estimated([random.gauss(1, 0.1) - random.gauss(1, 0.1) for _ in range(n)])
        ties += found.ci95[0] <= 0 <= found.ci95[1]
        assert (found.p > 0.05) == (found.ci95[0] <= 0 <= found.ci95[1])
    assert 0.92 <= hits / 400 <= 0.98
    assert ties / 400 >= 0.93


def test_one_stall_among_ten_rounds_does_not_hide_what_the_others_show() -> None:
    random = Random(8)
    found = 0
    for _ in range(200):
        differences = [random.gauss(-0.2, 0.05) for _ in range(9)]
        found += estimated([*differences, 30.0]).ci95[1] < 0
    assert found / 200 >= 0.95


def test_a_single_failure_among_ten_rounds_counts_as_an_outlier() -> None:
    differences = [-0.2, -0.21, -0.19, -0.22, -0.18, -0.2, -0.21, -0.19, -0.2]
    alone, failed = estimated(differences), estimated([*differences, inf])
    assert alone.difference < failed.difference < -0.15
    assert isfinite(failed.ci95[0])
    assert isfinite(failed.ci95[1])


def test_more_failures_are_counted_by_rank() -> None:
    half = estimated([*repeat(-0.2, 6), *repeat(inf, 6)])
    assert half == Estimate(inf, (-0.2, inf), 1.0)
    most = estimated([-0.1, *repeat(inf, 9)])
    assert most.difference == inf
    assert most.ci95 == (inf, inf)
    assert most.p == pytest.approx(22 / 1024)
    assert estimated([*repeat(-inf, 4), *repeat(inf, 4)]).difference == 0


@given(DIFFERENCES)
def test_every_estimate_lies_in_its_interval_and_changes_sides_with_the_streams(
    differences: list[float],
) -> None:
    found = estimated(differences)
    low, high = found.ci95
    assert low <= found.difference <= high
    assert 0 <= found.p <= 1
    other = estimated([-one for one in differences])
    assert other.p == pytest.approx(found.p)
    if isfinite(low) and isfinite(high):
        assert other.ci95 == pytest.approx((-high, -low), abs=1e-6)


def test_nearly_equal_differences_are_found() -> None:
    low, high = estimated([100.0, 100.0, 100.0, 103.0, 100.0, 100.0]).ci95
    assert 95 < low < 100.5 < high < 106


def test_equal_differences_need_no_interval() -> None:
    assert estimated([0.25] * 7) == Estimate(0.25, (0.25, 0.25), 0.0)
    assert estimated([0.0] * 7) == Estimate(0.0, (0.0, 0.0), 1.0)


def test_the_seed_decides_every_digit() -> None:
    random = Random(4)
    differences = [random.gauss(0, 1) for _ in range(12)]
    assert estimate(differences, Resamples(5)) == estimate(differences, Resamples(5))
    assert estimate(differences, Resamples(5)) != estimate(differences, Resamples(6))


def test_holm_corrects_the_smallest_p_the_most() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.4, 0.9]) == pytest.approx([0.8, 0.9])
    assert holm([]) == []


def test_the_sign_test_is_that_of_fair_coins() -> None:
    assert sign_test(9, 1) == pytest.approx(22 / 1024)
    assert sign_test(1, 9) == pytest.approx(22 / 1024)
    assert sign_test(5, 5) == sign_test(0, 0) == 1
