"""The gate against a baseline: what counts as slower, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streamdash.reporting.regressions import regressions

if TYPE_CHECKING:
    from streamdash.reporting.result import Result


def result(label: str = "PY", **changes: Any) -> Result:
    return {
        "label": label, "status": "done", "ttft_s": 0.4, "ttfa_s": 0.4, "total_s": 2.0,
        "gap_p95_s": 0.1, "gap_max_s": 0.2, "chars": 1000, "chars_per_s": 500.0,
        "output_tokens": 250, "tokens_per_s": 125.0, "cost_usd": None, **changes,
    }  # fmt: skip


def test_the_same_numbers_hold() -> None:
    assert regressions([result()], [result()], 0.2) == []


def test_what_is_better_holds() -> None:
    better = result(ttft_s=0.1, total_s=0.5, tokens_per_s=500.0)
    assert regressions([better], [result()], 0.0) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ttft_s": 0.512}, "PY: TTFT 512 ms is 28.0 % over the baseline's 400 ms (allowed: 20 %)"),
        ({"total_s": 2.5}, "PY: total 2.50 s is 25.0 % over the baseline's 2.00 s (allowed: 20 %)"),
        (
            {"tokens_per_s": 90.0},
            "PY: tok/s 90.0 is 28.0 % under the baseline's 125 (allowed: 20 %)",
        ),
    ],
)
def test_what_is_worse_than_allowed_is_said(change: dict[str, Any], sentence: str) -> None:
    assert regressions([result(**change)], [result()], 0.2) == [sentence]
    assert regressions([result(**change)], [result()], 0.3) == []


def test_without_tokens_the_rate_is_that_of_the_characters() -> None:
    now = result(tokens_per_s=None, chars_per_s=300.0)
    (sentence,) = regressions([now], [result()], 0.2)
    assert sentence.startswith("PY: chars/s 300 is 40.0 % under")


def test_a_number_that_is_gone_is_said() -> None:
    (sentence,) = regressions([result(ttft_s=None)], [result()], 0.2)
    assert sentence == "PY: no TTFT; the baseline's is 400 ms"


def test_repetitions_count_by_their_medians() -> None:
    stats = {field: {"median": value} for field, value in (("ttft_s", 0.41), ("total_s", 2.0))}
    rates = {"tokens_per_s": {"median": 125.0}, "chars_per_s": {"median": 500.0}}
    last_was_slow = result(ttft_s=3.0, stats={**stats, **rates})
    assert regressions([last_was_slow], [result()], 0.2) == []


def test_streams_that_the_baseline_lacks_or_that_failed_there_are_said() -> None:
    now = [result(), result("NEW"), result("RS")]
    then = [result(), result("RS", status="failed"), result("OLD")]
    assert sorted(regressions(now, then, 0.2)) == [
        "NEW: is not in the baseline",
        "RS: is failed in the baseline and has no numbers there",
    ]


def test_a_gate_that_looks_at_nothing_does_not_hold() -> None:
    assert regressions([result("A")], [result("B")], 0.2) == ["A: is not in the baseline"]
    nothing = ["no stream of this run can be compared with the baseline"]
    assert regressions([], [result()], 0.2) == nothing
    assert regressions([result(status="cancelled")], [result()], 0.2) == nothing


def test_foreign_labels_are_cleaned() -> None:
    (sentence,) = regressions([result("\x1b[31mX", ttft_s=9.0)], [result("\x1b[31mX")], 0.2)
    assert "\x1b" not in sentence


missing = pytest.mark.fault("numbers", "a gate is set on a number that never came")


@missing
@pytest.mark.parametrize(
    ("then", "now", "sentence"),
    [
        ({"ttft_s": None}, {}, "PY: TTFT 400 ms; the baseline has none"),
        ({}, {"total_s": None}, "PY: no total; the baseline's is 2.00 s"),
        ({"ttft_s": None}, {"ttft_s": None}, "PY: no TTFT, and none in the baseline"),
        ({"total_s": 0.0}, {}, "PY: total 2.00 s; the baseline has none"),
        (
            {"tokens_per_s": None, "chars_per_s": None},
            {},
            "PY: chars/s 500; the baseline has none",
        ),
        (
            {},
            {"tokens_per_s": None, "chars_per_s": None},
            "PY: no chars/s; the baseline's is 500",
        ),
    ],
)
def test_a_number_that_one_side_lacks_does_not_hold(
    then: dict[str, Any], now: dict[str, Any], sentence: str
) -> None:
    assert regressions([result(**now)], [result(**then)], 10.0) == [sentence]


def test_a_rate_that_neither_side_can_have_is_none() -> None:
    short = result(tokens_per_s=None, chars_per_s=None)
    assert regressions([short], [short], 0.0) == []


def test_what_its_user_cancelled_counts_nowhere() -> None:
    cancelled = result("RS", status="cancelled", ttft_s=None, total_s=None)
    assert regressions([result(), cancelled], [result(), result("RS")], 0.2) == []
    rounds = [{"status": "done"}, {"status": "cancelled"}]
    slow = result(status="cancelled", runs=rounds, ttft_s=9.0)
    assert regressions([slow], [result()], 0.2) != []
