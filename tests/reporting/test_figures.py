"""How numbers are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.reporting.figures import (
    clock,
    compact,
    count,
    dollars,
    duration,
    rate,
    tick,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0004, "0.4 ms"),
        (0.00994, "9.9 ms"),
        (0.00999, "10 ms"),
        (0.412, "412 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (3.21, "3.21 s"),
        (9.994, "9.99 s"),
        (9.996, "10.0 s"),
        (99.94, "99.9 s"),
        (99.96, "1m 40s"),
        (133.4, "2m 13s"),
        (3599.6, "1h 00m"),
        (3725.0, "1h 02m"),
    ],
)
def test_durations_have_about_three_digits(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_a_running_clock_ticks_in_tenths_from_the_start() -> None:
    assert [clock(s) for s in (-0.01, 0.0, 0.04, 0.81)] == ["0.0 s", "0.0 s", "0.0 s", "0.8 s"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (999, "999"), (1_000, "1.0k"), (9_949, "9.9k"), (9_950, "10k"), (34_400, "34k"),
     (999_499, "999k"), (999_500, "1.0M"), (12_000_000, "12M"), (5_000_000_000, "5.0G")],
)  # fmt: skip
def test_compact_counts_have_four_characters_at_most(number: int, shown: str) -> None:
    assert compact(number) == shown


@given(st.integers(0, 10**12 - 10**9))
def test_every_compact_count_has_four_characters_at_most(number: int) -> None:
    assert len(compact(number)) <= 4


def test_whole_counts_keep_every_digit() -> None:
    assert count(1_234_567) == "1,234,567"
    assert [rate(r) for r in (4.25, 9.96, 99.96, 312.4, 1204.0)] == [
        "4.2", "10.0", "100", "312", "1,204"
    ]  # fmt: skip


def test_a_median_of_two_counts_is_rounded() -> None:
    assert count(1_000.5) == "1,000"


def test_costs_are_marked_as_estimates() -> None:
    assert [dollars(cost) for cost in (0.00421, 12.5)] == ["~$0.0042", "~$12.50"]


@pytest.mark.parametrize("write", [count, dollars, duration, rate])
def test_an_unknown_number_is_empty(write: Callable[[float | None], str]) -> None:
    assert write(None) == ""


def test_a_tick_of_an_axis_has_no_needless_digits() -> None:
    assert [tick(seconds) for seconds in (0.0, 0.5, 20.0)] == ["0 s", "0.5 s", "20 s"]
