"""Winners only where streams compete and their values differ."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from streamdash.reporting.markdown import markdown_report
from streamdash.reporting.quantities import TTFT
from streamdash.reporting.result import StreamResult, stream_result
from streamdash.reporting.text_table import text_table
from streamdash.reporting.winners import (
    best_of,
    question_of,
    ranks,
    ties_within,
    tolerance,
    winners,
)
from streamdash.streams.events import Attempt, Delta, End, Sent, Status
from streamdash.streams.state import StreamState
from tests.tui.scripted_run import spec

USER = {"role": "user", "content": "hello"}


def result(
    label: str, ttft_s: float, *, question: str = "hello", status: Status = Status.DONE
) -> StreamResult:
    messages = ({"role": "user", "content": question},)
    state = StreamState(spec(label)._replace(messages=messages), 0, 0.0)
    state.apply(Attempt(1), 0.0)
    state.apply(Sent(), 0.0)
    state.apply(Delta("answer", "text"), ttft_s)
    state.apply(End(status), ttft_s + 1.0)
    return stream_result(state)


def won(*results: StreamResult, lag: float | None = None) -> set[int]:
    return {*winners(results, TTFT, lag)}


def test_the_best_of_a_question_wins() -> None:
    assert won(result("a", 0.2), result("b", 0.3)) == {0}


def test_nobody_wins_alone_or_against_a_failed_stream() -> None:
    assert won(result("a", 0.2)) == set()
    assert won(result("a", 0.2), result("b", 0.9, status=Status.FAILED)) == set()


def test_values_within_two_percent_tie() -> None:
    assert won(result("a", 0.2021), result("b", 0.2024)) == set()
    assert won(result("a", 0.2021), result("b", 0.2024), result("c", 0.4)) == {0, 1}


def test_times_within_a_millisecond_or_the_lag_of_the_loop_tie() -> None:
    assert won(result("a", 0.0100), result("b", 0.0108)) == set()
    assert won(result("a", 0.0100), result("b", 0.0118)) == {0}
    assert won(result("a", 0.0100), result("b", 0.0118), lag=0.004) == set()


def test_streams_with_different_questions_do_not_compete() -> None:
    assert won(result("a", 0.2), result("b", 0.4, question="why?")) == set()
    other = replace(result("b", 0.4), system="Be brief.")
    assert won(result("a", 0.2), other) == set()


def test_each_question_has_its_own_winner() -> None:
    asked = [result(f"{q}{n}", 0.1 * n, question=q) for q in ("how?", "why?") for n in (1, 2)]
    assert won(*asked) == {0, 2}


def test_a_follow_up_is_the_same_question_after_different_answers() -> None:
    def asked(answer: str, question: str = "why?") -> object:
        said = {"role": "assistant", "content": answer}
        return question_of(2, None, (USER, said, {"role": "user", "content": question}))

    assert asked("yes") == asked("no")
    assert asked("yes") != asked("yes", "how?")
    examples = [(USER, {"role": "assistant", "content": one}, USER) for one in ("yes", "no")]
    assert question_of(1, None, examples[0]) != question_of(1, None, examples[1])


def test_a_rate_has_no_tolerance_in_seconds() -> None:
    assert tolerance("chars_per_s", 0.5) == 0.0
    assert tolerance("ttft_s", None) == 0.001


def test_ties_share_a_rank_and_the_next_one_counts_them() -> None:
    values = {"a": 1.0, "b": 1.01, "c": 2.0}
    assert ranks("abcd", values, ties_within(values, 0.0)) == {"a": 1, "b": 1, "c": 3}


def test_verdicts_of_rounds_decide_instead_of_the_values() -> None:
    values = {"a": 1.0, "b": 1.5, "c": 9.0}
    assert best_of(values, -1, lambda _, other: other == "b") == {"a", "b"}
    assert best_of(values, -1, lambda *_: True) == set()


def test_text_and_markdown_mark_the_best_times_only() -> None:
    results = [result("a", 0.2), result("b", 0.4)]
    assert "200 ms*" in text_table(results)
    assert "400 ms*" not in text_table(results)
    assert "| **200 ms** |" in markdown_report(results, "")
    alike = [result("a", 0.2), result("b", 0.2)]
    assert "*" not in text_table(alike) + markdown_report(alike, "")


@given(st.dictionaries(st.integers(), st.floats(0, 1e6), max_size=9), st.sampled_from([-1, 1]))
def test_a_winner_is_never_worse_than_a_loser(values: dict[int, float], better: int) -> None:
    best = best_of(values, better, ties_within(values, 0.001))
    losers = values.keys() - best
    assert not best or losers
    assert all(better * values[w] > better * values[x] for w in best for x in losers)
