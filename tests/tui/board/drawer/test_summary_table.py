"""The summary's rows at different widths."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.reporting.result import StreamResult, stream_result
from streamdash.reporting.spread import stats_of
from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import Attempt, Delta, End, Event, Flag, Sent, Status
from streamdash.streams.flags import FlagName
from streamdash.streams.state import StreamState
from streamdash.tui.board.drawer.summary_table import summary_rows
from streamdash.tui.widgets.table_cells import GAP
from tests.tui.scripted_run import spec


def ended(label: str, *events: tuple[float, Event]) -> StreamResult:
    state = StreamState(spec(label), 0, 0.0)
    asked: list[tuple[float, Event]] = [(0.0, Attempt(1)), (0.0, Sent())]
    for at, event in [*asked, *events]:
        state.apply(event, at)
    return stream_result(state)


QUICK = ended("quick", (0.1, Delta("answer", "hello")), (2.0, End(Status.DONE)))
SHORT = ended("short", (0.4, Delta("answer", "hi")), (1.0, End(Status.DONE)))
BAD = ended("bad", (0.05, End(Status.FAILED, ErrorInfo("auth", "no", 401))))


def texts(results: list[StreamResult], width: int) -> list[str]:
    return [
        (" " * GAP).join(cell.text for cell in row) for row in summary_rows(results, width, None)
    ]


def test_the_best_times_of_those_done_are_marked() -> None:
    table = texts([QUICK, SHORT, BAD], 120)
    assert table[0].split()[:2] == ["label", "model"]
    assert "100 ms ★" in table[1]
    assert "2.00 s ★" not in table[1]
    assert "1.00 s ★" in table[2]
    assert "★" not in table[3]
    tones = [
        {cell.text.strip(): cell.tone for cell in row}
        for row in summary_rows([QUICK, SHORT], 99, None)
    ]
    assert tones[1]["100 ms ★"] == "best"


def test_one_stream_alone_wins_nothing() -> None:
    assert not any("★" in row for row in texts([QUICK, BAD], 120))


def test_a_bad_end_is_named_with_its_sign() -> None:
    assert "✗ failed (auth)" in texts([BAD], 120)[1]


def test_a_narrow_table_keeps_what_matters() -> None:
    table = texts([QUICK, SHORT, BAD], 56)
    for title in ("label", "status", "TTFT", "total", "chars"):
        assert title in table[0]
    assert "model" not in table[0]
    assert max(map(cell_len, table)) <= 56


def test_a_number_stamped_late_is_marked_and_not_noted() -> None:
    late = ended(
        "late", (0.1, Delta("answer", "x")), (0.1, Flag("lag")), (0.1, Flag("lag_ttft")),
        (1.0, End(Status.DONE)),
    )  # fmt: skip
    table = texts([late, SHORT], 120)
    assert "~100 ms" in table[1]
    assert "~400 ms" not in table[2]
    assert "lag" not in table[1]


@pytest.mark.parametrize("label", ["x" * 300, "日本語" * 50, "[@click=app.quit]x[/nope]\x1b[31m"])
def test_a_long_or_hostile_label_is_cut_and_clean(label: str) -> None:
    table = texts([ended(label, (0.1, End(Status.CANCELLED))), QUICK], 58)
    assert max(map(cell_len, table)) <= 58
    assert "\x1b" not in table[1]


@given(st.lists(st.text(max_size=50), min_size=1, max_size=4), st.integers(50, 220))
def test_all_rows_are_equally_wide_and_fit(labels: list[str], width: int) -> None:
    table = texts([ended(label, (0.1, End(Status.DONE))) for label in labels], width)
    assert len({cell_len(row) for row in table}) == 1
    assert cell_len(table[0]) <= width


def test_one_late_round_marks_no_median() -> None:
    late = (0.2, Flag(FlagName.LAG_TTFT))
    last = ended("late", (0.1, Delta("answer", "hello")), late, (2.0, End(Status.DONE)))
    assert "~100 ms" in texts([last], 120)[1]
    stats, _ = stats_of([last, QUICK])
    (row,) = texts([replace(last, runs=(QUICK, last), stats=stats)], 120)[1:]
    assert "100 ms" in row
    assert "~" not in row
