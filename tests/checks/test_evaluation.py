"""Checks of times follow the clock while the stream is live."""

from __future__ import annotations

from streamdash.checks.evaluation import Evaluation, final_verdicts
from streamdash.checks.wilson import wilson95
from streamdash.streams.check import all_passed
from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import Attempt, Delta, Retry, Sent, Status
from tests.checks.judging import answered, begun, check, end, no_cost


def test_a_late_first_token_fails_its_check_before_it_arrives() -> None:
    state = begun(check(max_ttft=1.0), check(max_felt_ttft=1.0))
    evaluation = Evaluation(state, no_cost)
    assert [one.passed for one in evaluation.update(0.9, quick=True)] == [None, None]
    assert [one.passed for one in evaluation.update(1.1, quick=True)] == [False, False]
    assert evaluation.update(1.1, quick=True)[0].message == "TTFT is over 1 s"


def test_a_retry_starts_the_time_of_its_attempt_again_but_not_the_felt_one() -> None:
    state = begun(check(max_ttft=1.0), check(max_felt_ttft=1.0))
    evaluation = Evaluation(state, no_cost)
    evaluation.update(1.5, quick=True)
    state.apply(Retry(0.5, ErrorInfo("server", "busy")), 1.5)
    for event in (Attempt(2), Sent()):
        state.apply(event, 2.0)
    assert [one.passed for one in evaluation.update(2.1, quick=True)] == [None, False]
    state.apply(Delta("answer", "x"), 2.5)
    assert [one.passed for one in evaluation.update(2.5, quick=True)] == [True, False]


def test_the_total_is_judged_at_the_end_or_when_it_is_over() -> None:
    state = begun(check(max_total=3.0), check(max_felt_total=3.0))
    state.apply(Delta("answer", "x"), 1.0)
    evaluation = Evaluation(state, no_cost)
    assert [one.passed for one in evaluation.update(2.0, quick=True)] == [None, None]
    assert [one.passed for one in evaluation.update(3.5, quick=True)] == [False, False]
    end(state, at=4.0)
    messages = [one.message for one in evaluation.update(9.0, quick=True)]
    assert messages == ["total 4.000 s is over 3 s", "felt total 4.000 s is over 3 s"]


def test_a_cost_within_its_limit_passes_and_one_above_it_fails() -> None:
    (verdict,) = final_verdicts(answered("x", check(max_cost=0.02)), lambda _: 0.01)
    assert verdict.passed is True
    (verdict,) = final_verdicts(answered("x", check(max_cost=0.02)), lambda _: 0.03)
    assert (verdict.passed, verdict.message) == (False, "cost $0.03 is over $0.02")


def test_long_work_is_left_undecided_where_the_event_loop_waits() -> None:
    state = answered("[" + "1, " * 50_000 + "1]", check(json=True), check(regex="2|$"))
    quick = Evaluation(state, no_cost).update(2.0, quick=True)
    assert [one.passed for one in quick] == [None, None]
    assert [one.passed for one in final_verdicts(state, no_cost)] == [True, True]


def test_the_verdicts_of_an_answer_outlive_its_text() -> None:
    state = answered("Paris", check(contains="Paris"))
    before = final_verdicts(state, no_cost)
    state.texts_dropped = True
    state.text.drop()
    assert final_verdicts(state, no_cost) == before
    other = answered("Paris", check(contains="Paris"))
    other.texts_dropped = True
    assert final_verdicts(other, no_cost)[0].passed is None


def test_edited_checks_judge_the_same_answer_anew() -> None:
    state = answered("Paris", check(contains="Rome"))
    assert all_passed(final_verdicts(state, no_cost)) is False
    state.spec = state.spec._replace(checks=(check(contains="Paris"),))
    assert all_passed(final_verdicts(state, no_cost)) is True
    state.spec = state.spec._replace(checks=())
    assert all_passed(final_verdicts(state, no_cost)) is None


def test_a_recorded_pattern_that_cannot_be_used_is_said_and_not_judged() -> None:
    (verdict,) = final_verdicts(answered("aa", check(regex=r"(a)\1")), no_cost)
    assert verdict.passed is None
    assert verdict.message.startswith("cannot be judged: the check is not a pattern")


def test_a_failed_check_counts_more_than_one_that_is_open() -> None:
    state = begun(check(max_chars=1), check(ends_with="x"))
    state.apply(Delta("answer", "long"), 1.0)
    assert all_passed(final_verdicts(state, no_cost)) is False


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    low, high = wilson95(0, 10)
    assert (low, round(high, 4)) == (0.0, 0.2775)
    low, high = wilson95(9, 10)
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)
    assert wilson95(1, 1)[1] == 1.0


def test_a_bad_end_has_its_status_in_the_words_of_each_check() -> None:
    state = answered("", check(contains="x"), status=Status.TRUNCATED)
    (verdict,) = final_verdicts(state, no_cost)
    assert verdict.message == "the answer did not end well: truncated"
