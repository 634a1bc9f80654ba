"""Intervals of medians on their shared scale."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.reporting.figures import duration
from streamdash.tui.screens.leaderboard.intervals import whiskers
from streamdash.tui.screens.leaderboard.standings import Measured


def drawn(*measured: Measured | None, width: int = 21) -> list[str]:
    scale = whiskers(measured, width)
    rows = [scale.row(one, best=False).text for one in measured]
    return [scale.heading("TTFT", duration).text, *rows]


def test_all_streams_share_one_scale() -> None:
    assert drawn(Measured(0.2, (0.1, 0.3)), Measured(0.4, (0.35, 0.5))) == [
        "100 ms   95 %  500 ms",
        "├────┼────┤          ",
        "            ├──┼────┤",
    ]


def test_a_median_without_an_interval_is_a_point() -> None:
    assert drawn(Measured(0.1, None), Measured(0.5, None)) == [
        "100 ms   TTFT  500 ms",
        "┼                    ",
        "                    ┼",
    ]


def test_an_interval_that_reaches_failed_rounds_has_no_end_and_a_failed_median_no_row() -> None:
    rows = drawn(Measured(0.2, (0.1, inf)), Measured(inf, (0.1, inf)), Measured(0.3, (0.2, 0.3)))
    assert rows[1] == "├─────────┼─────────►"
    assert rows[2].strip() == ""
    assert rows[3] == "          ├─────────┼"


def test_a_single_value_and_none_at_all_have_a_row_too() -> None:
    assert drawn(Measured(0.2, (0.2, 0.2)))[1].strip() == "┼"
    assert drawn(None, Measured(inf, None)) == [" " * 21] * 3


times = st.floats(0, 1e6) | st.just(inf)


@given(
    st.lists(
        st.tuples(times, times, times).map(sorted).map(lambda it: Measured(it[1], (it[0], it[2])))
        | st.builds(Measured, times, st.none())
        | st.none(),
        max_size=5,
    ),
    st.integers(18, 44),
)
def test_every_row_has_the_width_of_the_scale(measured: list[Measured | None], width: int) -> None:
    assert {cell_len(row) for row in drawn(*measured, width=width)} == {width}
    for one, row in zip(measured, drawn(*measured, width=width)[1:], strict=True):
        assert (row.count("┼") == 1) == (one is not None and one.median < inf)
