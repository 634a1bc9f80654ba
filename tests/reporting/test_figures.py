"""Numbers on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.reporting.figures import clock, compact, count, duration, rate


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0004, "0.4ms"),
        (0.00994, "9.9ms"),
        (0.00999, "10ms"),
        (0.412, "412ms"),
        (0.9994, "999ms"),
        (0.9996, "1.0s"),
        (3.21, "3.2s"),
        (99.94, "99.9s"),
        (99.96, "1m40s"),
        (133.4, "2m13s"),
        (3599.6, "1h00m"),
        (3725.0, "1h02m"),
    ],
)
def test_durations_are_short(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_a_running_clock_ticks_in_tenths_from_the_start() -> None:
    assert [clock(s) for s in (-0.01, 0.0, 0.04, 0.81)] == ["0.0s", "0.0s", "0.0s", "0.8s"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (999, "999"), (1_000, "1.0k"), (9_949, "9.9k"), (9_950, "10k"), (34_400, "34k"),
     (999_499, "999k"), (999_500, "1.0M"), (12_000_000, "12M"), (5_000_000_000, "5.0G")],
)  # fmt: skip
def test_compact_counts_take_four_places_at_most(number: int, shown: str) -> None:
    assert compact(number) == shown


@given(st.integers(0, 10**12 - 10**9))
def test_no_compact_count_is_longer(number: int) -> None:
    assert len(compact(number)) <= 4


def test_whole_counts_keep_every_digit() -> None:
    assert count(1_234_567) == "1,234,567"
    assert [rate(r) for r in (4.25, 9.96, 312.4, 1204.0)] == ["4.2", "10", "312", "1,204"]
