"""The leaderboard's table: its order, its marks, its width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.reporting.winners import question_of
from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import Attempt, Delta, End, Event, Flag, Sent, Status
from streamdash.streams.flags import FlagName
from streamdash.streams.state import StreamState
from streamdash.tui.names import StreamNames
from streamdash.tui.screens.leaderboard.rank_columns import COLUMNS, RankColumn
from streamdash.tui.screens.leaderboard.rank_table import RankTable, rank_table, telling
from streamdash.tui.screens.leaderboard.ranking import ranked
from streamdash.tui.screens.leaderboard.standings import FIELDS, Standing
from streamdash.tui.widgets.table_cells import GAP
from tests.tui.scripted_run import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = {column.title: place for place, column in enumerate(COLUMNS)}


def standing(label: str, *events: Event, **numbers: float) -> Standing:
    state = StreamState(spec(label), 0, 0.0)
    asked: list[Event] = [Attempt(1), Sent()]
    for event in [*asked, *events]:
        state.apply(event, 1.0)
    question = question_of(state.spec.turn, None, state.spec.messages)
    return Standing(state, {**dict.fromkeys(FIELDS), **numbers}, question)


DONE = End(Status.DONE)
FAILED = End(Status.FAILED, ErrorInfo("auth", "no", 401))
QUICK = standing("quick", DONE, ttft_s=0.1, total_s=9.0, chars=10.0)
SLOW = standing("Slow", DONE, ttft_s=0.4, total_s=2.0, chars=900.0)
LIVE = standing("live", Delta("answer", "x"), ttft_s=0.2, chars=50.0)
BROKEN = standing("broken", FAILED, ttft_s=0.05, total_s=0.1, chars=1.0)
MUTE = standing("mute")
ALL = [QUICK, SLOW, LIVE, BROKEN, MUTE]
BY_STREAM = dict(enumerate(ALL))


def order(title: str, *, reverse: bool = False) -> list[str]:
    column = COLUMNS[PLACES[title]]
    places = ranked(BY_STREAM, column, StreamNames(len(ALL)), reverse=reverse)
    return [ALL[index].state.spec.label for index in places]


def lines(table: RankTable) -> list[str]:
    return [(" " * GAP).join(cell.text for cell in row) for row in [table.heading, *table.rows]]


def table(ranked_streams: Sequence[Standing], title: str = "TTFT", width: int = 120) -> RankTable:
    standings = dict(enumerate(ranked_streams))
    column = PLACES[title]
    places = ranked(standings, COLUMNS[column], StreamNames(len(standings)), reverse=False)
    window = range(len(places))
    return rank_table(
        standings, places, window, column, StreamNames(9),
        reverse=False, width=width, lag_p99_s=None,
    )  # fmt: skip


def test_the_best_stand_first_and_those_that_failed_or_have_no_number_last() -> None:
    assert order("TTFT") == ["quick", "live", "Slow", "broken", "mute"]
    assert order("total") == ["Slow", "quick", "broken", "live", "mute"]
    assert order("chars") == ["Slow", "live", "quick", "broken", "mute"]
    assert order("label") == ["broken", "live", "mute", "quick", "Slow"]


def test_the_reverse_order_leaves_streams_without_a_number_last() -> None:
    assert order("TTFT", reverse=True) == ["Slow", "live", "quick", "broken", "mute"]
    assert order("label", reverse=True) == ["Slow", "quick", "mute", "live", "broken"]


def test_the_best_number_of_each_column_stands_out_and_no_failed_one() -> None:
    rows = table(ALL).rows
    best = {cell.text.strip() for row in rows for cell in row if cell.tone == "best"}
    assert best == {"★1", "100 ms", "2.00 s", "900"}


def test_a_late_first_token_is_marked_and_an_unknown_one_is_not() -> None:
    late = Flag(FlagName.LAG_TTFT)
    measured = standing("measured", Delta("answer", "x"), late, ttft_s=0.2)
    unknown = standing("unknown", Delta("answer", "x"), late)
    shown = lines(table([measured, unknown]))[1:]
    assert [line.split()[3:] for line in shown] == [["~200", "ms", "–", "–"], ["–"] * 3]


def test_only_the_visible_places_are_drawn_and_the_label_column_stays() -> None:
    places = ranked(BY_STREAM, COLUMNS[PLACES["TTFT"]], StreamNames(len(ALL)), reverse=False)
    long = {**BY_STREAM, 5: standing("a very long label", ttft_s=9.0)}
    drawn = rank_table(
        long, [*places, 5], range(1, 3), PLACES["TTFT"], StreamNames(9),
        reverse=False, width=99, lag_p99_s=None,
    )  # fmt: skip
    assert [row[0].text.strip() for row in drawn.rows] == ["2", "3"]
    assert len(drawn.rows[0][2].text) == len("a very long label")


def test_one_stream_alone_wins_nothing() -> None:
    rows = table([QUICK, BROKEN]).rows
    assert not [cell for row in rows for cell in row if cell.tone == "best"]


def test_a_late_ttft_is_marked() -> None:
    late = standing("late", Flag("lag"), Flag("lag_ttft"), ttft_s=0.1)
    assert "~100 ms" in lines(table([late]))[1]
    assert "~" not in lines(table([standing("gap", Flag("lag_gap"), ttft_s=0.1)]))[1]


def test_the_sorted_column_is_marked_and_stays_on_a_narrow_screen() -> None:
    costly = standing("a", DONE, cost_usd=0.5, ttft_s=0.1)
    for width in (40, 60, 120):
        heading = lines(table([costly], "cost", width))[0]
        assert "cost ▲" in heading
    assert "chars ▼" in lines(table(ALL, "chars"))[0]
    assert "TTFA" not in lines(table(ALL, "TTFT", 200))[0]


def test_columns_without_any_number_are_not_offered() -> None:
    assert [COLUMNS[place].title for place in telling(BY_STREAM)] == [
        "label",
        "TTFT",
        "total",
        "chars",
    ]
    assert [COLUMNS[place].title for place in telling({0: MUTE})] == [
        "label", "TTFT", "total", "chars",
    ]  # fmt: skip


@pytest.mark.parametrize("label", ["x" * 300, "日本語" * 50, "[@click=app.quit]x[/]\x1b[31m"])
def test_a_long_or_hostile_label_is_cut_and_clean(label: str) -> None:
    rows = lines(table([standing(label, DONE, ttft_s=0.1), QUICK], width=58))
    assert max(map(cell_len, rows)) <= 58
    assert "\x1b" not in rows[1]


numbers = st.dictionaries(st.sampled_from(FIELDS), st.floats(0, 1e7))


@given(
    st.lists(st.tuples(st.text(max_size=40), numbers), min_size=1, max_size=5),
    st.sampled_from(COLUMNS),
    st.integers(44, 200),
)
def test_all_rows_are_equally_wide_and_a_click_finds_every_heading(
    streams: list[tuple[str, dict[str, float]]], column: RankColumn, width: int
) -> None:
    standings = [standing(label, DONE, **known) for label, known in streams]
    drawn = table(standings, column.title, width)
    rows = lines(drawn)
    assert len({cell_len(row) for row in rows}) == 1
    assert cell_len(rows[0]) <= width
    for span, place in drawn.spans:
        assert COLUMNS[place].title in rows[0][span.start : span.stop]
