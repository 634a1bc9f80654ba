"""The latency ladder's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import Attempt, Delta, End, Event, Headers, Retry, Sent, Status
from streamdash.streams.state import StreamState
from streamdash.tui.names import StreamNames
from streamdash.tui.screens.leaderboard.ladder import axis_row, kinds_in, ladder_row, scale_of
from tests.tui.scripted_run import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.widgets.table_cells import Cell

HEADERS = Headers(200, None, "text/event-stream")


def state(label: str, *events: tuple[float, Event]) -> StreamState:
    it = StreamState(spec(label), 0, 0.0)
    for at, event in events:
        it.apply(event, at)
    return it


WHOLE = state(
    "whole",
    (10.0, Attempt(1)), (11.0, Sent()), (13.0, HEADERS), (15.0, Delta("reasoning", "r")),
    (18.0, Delta("answer", "a")), (21.0, Delta("answer", "b")), (21.0, End(Status.DONE)),
)  # fmt: skip


def text(cells: Sequence[Cell]) -> str:
    return "".join(cell.text for cell in cells)


def rows(states: list[StreamState], now: float, width: int = 82) -> list[str]:
    scale = scale_of(states, StreamNames(len(states)), now, width)
    drawn = [ladder_row(it, StreamNames(1), now, scale, it.ended_at) for it in states]
    return [text(axis_row(scale)), *map(text, drawn)]


def test_every_phase_has_its_length_on_one_axis_that_begins_with_the_send() -> None:
    axis, row = rows([WHOLE], 99.0)
    bars = row[len("whole ") : -10]
    # 11 s, the connection's one before the send among them, on 65 cells
    assert [(sign, bars.count(sign)) for sign in dict.fromkeys(bars)] == [
        ("┄", 6), ("─", 12), ("━", 12), ("▒", 17), ("▇", 18),
    ]  # fmt: skip
    assert axis.index("0 s") == row.index("─")
    assert row.endswith("✓  21.0 s")


def test_the_time_before_the_send_takes_a_small_part_at_most() -> None:
    late = state("late", (0.0, Attempt(1)), (60.0, Sent()), (61.0, HEADERS))
    bars = rows([late], 64.0)[1]
    assert 6 <= bars.count("┄") <= 0.2 * len(bars)
    assert bars.count("━") > bars.count("─") > 10


def test_the_queue_takes_no_room() -> None:
    first = state("first", (0.0, Attempt(1)), (0.0, Sent()), (4.0, Delta("answer", "a")))
    queued = state("queued", (100.0, Attempt(1)), (100.0, Sent()))
    assert rows([first, queued], 104.0)[1].count("▇") <= 1
    assert rows([first, state("never")], 8.0)[2].split() == ["never", "·"]


def test_failed_attempts_and_the_waits_after_them_are_drawn() -> None:
    error = ErrorInfo("server", "HTTP 500", 500)
    waiting = state("w", (0.0, Attempt(1)), (1.0, Sent()), (2.0, HEADERS), (3.0, Retry(5.0, error)))
    assert kinds_in([waiting], 6.0) == {"failed", "retry"}
    again = state(
        "a", (0.0, Attempt(1)), (1.0, Sent()), (3.0, Retry(1.0, error)),
        (4.0, Attempt(2)), (4.5, Sent()), (5.0, HEADERS),
    )  # fmt: skip
    assert kinds_in([again], 6.0) == {"failed", "retry", "connect", "request", "first"}
    bars = rows([again], 10.0)[1][len("a ") : -10]
    # on one axis: 3 s of an attempt, 1 s of waiting, 0.5 s of a connection, then 5.5 s
    order = "".join(dict.fromkeys(bars.strip()))
    assert order == "×╌┄─━"
    assert bars.count("×") == pytest.approx(3 * bars.count("╌"), abs=3)
    quick = state(
        "q", (0.0, Attempt(1)), (0.01, Sent()), (0.02, Retry(2.0, error)), (2.02, Attempt(2)),
        (2.02, Sent()), (3.0, HEADERS), (9.0, Delta("answer", "a")), (9.0, End(Status.DONE)),
    )  # fmt: skip
    assert rows([quick], 10.0)[1].count("×") == 1


def test_a_live_stream_shows_a_pause_only_when_it_lasts() -> None:
    it = state(
        "a", (0.0, Attempt(1)), (0.0, Sent()), (0.0, HEADERS), (1.0, Delta("answer", "a")),
        (2.0, Delta("answer", "b")),
    )  # fmt: skip
    assert kinds_in([it], 2.3) == {"first", "answer"}
    assert kinds_in([it], 5.0) == {"first", "answer", "end"}


def test_an_answer_in_one_piece_is_visible() -> None:
    answer: list[tuple[float, Event]] = [(9.0, Delta("answer", "all")), (9.0, End(Status.DONE))]
    it = state("a", (0.0, Attempt(1)), (0.0, Sent()), *answer)
    assert rows([it], 9.0)[1].count("▇") == 1


def test_a_tool_call_and_a_refusal_are_bars_of_their_own() -> None:
    for channel in ("tool", "refusal"):
        it = state(
            "a", (0.0, Attempt(1)), (0.0, Sent()), (1.0, Delta(channel, "x")),
            (3.0, Delta(channel, "y")), (4.0, End(Status.DONE)),
        )  # fmt: skip
        assert kinds_in([it], 9.0) == {"request", channel, "end"}


def test_nothing_yet_is_an_empty_axis() -> None:
    axis, row = rows([state("a")], 0.0)
    assert axis.split()[:2] == ["0", "s"]
    assert row.split() == ["a", "·"]
    assert rows([], 0.0)[0].split()[:2] == ["0", "s"]


times = st.lists(st.floats(0, 1e6), min_size=5, max_size=5).map(sorted)


@given(st.lists(st.tuples(st.text(max_size=40), times), max_size=4), st.integers(20, 200))
def test_rows_are_as_wide_as_they_may_be_whatever_the_times(
    streams: list[tuple[str, list[float]]], width: int
) -> None:
    states = [
        state(
            label, (a, Attempt(1)), (b, Sent()), (c, HEADERS), (d, Delta("answer", "x")),
            (e, End(Status.DONE)),
        )
        for label, (a, b, c, d, e) in streams
    ]  # fmt: skip
    names = StreamNames(len(states))
    scale = scale_of(states, names, 2e6, width)
    for it in states:
        assert cell_len(text(ladder_row(it, names, 2e6, scale, None))) <= max(width, 22)
    assert text(axis_row(scale)).strip()
