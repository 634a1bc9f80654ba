"""The printed table of a run."""

from __future__ import annotations

import pytest

from streamdash.reporting.csv_table import csv_table
from streamdash.reporting.markdown import markdown_report
from streamdash.reporting.result import StreamResult, stream_result
from streamdash.reporting.text_table import text_table
from streamdash.streams.events import Attempt, Delta, End, Flag, Sent, Status
from streamdash.streams.state import StreamState
from tests.checks.judging import answered, check
from tests.streams.scripted import spec


def flagged(label: str, *flags: str) -> StreamResult:
    state = StreamState(spec(label), 0, 0.0)
    for event in (Attempt(1), Sent()):
        state.apply(event, 0.0)
    state.apply(Delta("answer", "words"), 0.25)
    for flag in flags:
        state.apply(Flag(flag), 0.5)
    state.apply(End(Status.DONE), 2.0)
    return stream_result(state)


def test_a_late_ttft_is_marked_beside_the_number_and_nowhere_else() -> None:
    table = text_table([flagged("late", "lag", "lag_ttft", "lag_gap"), flagged("fine")])
    assert "~250 ms" in table.splitlines()[1]
    assert "~" not in table.splitlines()[2]
    assert "lag" not in table
    assert "| ~250 ms |" in markdown_report([flagged("late", "lag", "lag_ttft")], "")


@pytest.mark.parametrize("flag", ["lag", "lag_gap"])
def test_a_late_gap_marks_no_ttft(flag: str) -> None:
    assert "~" not in text_table([flagged("late", flag)])


def test_other_flags_are_noted() -> None:
    assert "odd" in text_table([flagged("a", "lag", "odd")])


def test_csv_keeps_every_flag() -> None:
    assert "lag lag_ttft" in csv_table([flagged("late", "lag", "lag_ttft")])


def checked(label: str, answer: str) -> StreamResult:
    state = answered(answer, check(contains="yes"), check(name="[short](x)", max_chars=5))
    state.spec = state.spec._replace(label=label)
    return stream_result(state)


def test_failed_checks_are_listed_below_the_table_and_counted_in_it() -> None:
    table = text_table([checked("good", "yes"), checked("bad", "no, never")])
    assert table.splitlines()[1].split()[3] == "2/2"
    assert table.splitlines()[2].split()[3] == "0/2"
    assert "lab:m     1/2  50 %       9 - 91 %" in table
    assert table.splitlines()[-2:] == [
        "bad: does not contain 'yes'",
        "bad: [short](x): is longer than 5 characters",
    ]


def test_a_table_without_checks_has_no_column_for_them() -> None:
    assert "check" not in text_table([flagged("fine")]).lower()
