"""Intervals of medians on their shared scale."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.reporting.figures import duration
from streamdash.reporting.spread import Spread
from streamdash.tui.screens.leaderboard.intervals import whiskers


def measured(median: float, ci95: tuple[float, float] | None) -> Spread:
    low, high = ci95 or (median, median)
    return Spread(5, 0, low, median, ci95, None, high)


def drawn(*spreads: Spread | None, width: int = 21) -> list[str]:
    scale = whiskers(spreads, width)
    rows = [scale.row(one, best=False).text for one in spreads]
    return [scale.heading("TTFT", duration).text, *rows]


def test_all_streams_share_one_scale() -> None:
    assert drawn(measured(0.2, (0.1, 0.3)), measured(0.4, (0.35, 0.5))) == [
        "100 ms   95 %  500 ms",
        "├────┼────┤          ",
        "            ├──┼────┤",
    ]


def test_a_median_without_an_interval_is_a_point() -> None:
    assert drawn(measured(0.1, None), measured(0.5, None)) == [
        "100 ms   TTFT  500 ms",
        "┼                    ",
        "                    ┼",
    ]


def test_an_interval_that_reaches_failed_rounds_has_no_end_and_a_failed_median_no_row() -> None:
    rows = drawn(measured(0.2, (0.1, inf)), measured(inf, (0.1, inf)), measured(0.3, (0.2, 0.3)))
    assert rows[1] == "├─────────┼─────────►"
    assert rows[2].strip() == ""
    assert rows[3] == "          ├─────────┼"


def test_a_single_value_and_none_at_all_have_a_row_too() -> None:
    assert drawn(measured(0.2, (0.2, 0.2)))[1].strip() == "┼"
    assert drawn(None, measured(inf, None)) == [" " * 21] * 3


times = st.floats(0, 1e6) | st.just(inf)


@given(
    st.lists(
        st.tuples(times, times, times).map(sorted).map(lambda it: measured(it[1], (it[0], it[2])))
        | st.builds(measured, times, st.none())
        | st.none(),
        max_size=5,
    ),
    st.integers(18, 44),
)
def test_every_row_has_the_width_of_the_scale(spreads: list[Spread | None], width: int) -> None:
    assert {cell_len(row) for row in drawn(*spreads, width=width)} == {width}
    for one, row in zip(spreads, drawn(*spreads, width=width)[1:], strict=True):
        assert (row.count("┼") == 1) == (one is not None and one.median < inf)
