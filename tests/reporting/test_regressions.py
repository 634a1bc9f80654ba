"""The gate of `--baseline`: what fails it, and the sentences it prints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from streamdash.reporting.regressions import regressions
from streamdash.reporting.result import stream_result
from streamdash.reporting.spread import spread
from streamdash.streams.events import Status
from streamdash.streams.state import StreamState
from tests.streams.scripted import spec

if TYPE_CHECKING:
    from streamdash.reporting.result import StreamResult


def result(label: str = "PY", status: str = "done", **changes: Any) -> StreamResult:
    """A result with usual numbers except for `changes`, which may hold `stats` and `runs` too."""
    blank = stream_result(StreamState(spec(label), 0, 0.0))
    fields = {name: changes.pop(name) for name in ("stats", "runs") if name in changes}
    numbers = {
        "ttft_s": 0.4, "ttfa_s": 0.4, "total_s": 2.0, "gap_p95_s": 0.1, "gap_max_s": 0.2,
        "chars": 1000, "chars_per_s": 500.0, "output_tokens": 250, "tokens_per_s": 125.0,
    }  # fmt: skip
    metrics = blank.metrics._replace(**{**numbers, **changes})
    return replace(blank, status=Status(status), metrics=metrics, **fields)


def test_equal_numbers_pass() -> None:
    assert regressions([result()], [result()], 0.2) == []


def test_better_numbers_pass() -> None:
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
def test_a_number_worse_than_allowed_fails_with_a_sentence(
    change: dict[str, Any], sentence: str
) -> None:
    assert regressions([result(**change)], [result()], 0.2) == [sentence]
    assert regressions([result(**change)], [result()], 0.3) == []


def test_without_tokens_the_rate_of_characters_is_compared() -> None:
    now = result(tokens_per_s=None, chars_per_s=300.0)
    (sentence,) = regressions([now], [result()], 0.2)
    assert sentence.startswith("PY: chars/s 300 is 40.0 % under")


def test_a_missing_number_fails_with_a_sentence() -> None:
    (sentence,) = regressions([result(ttft_s=None)], [result()], 0.2)
    assert sentence == "PY: no TTFT; the baseline's is 400 ms"


def test_repeated_streams_are_compared_by_their_medians() -> None:
    medians = {"ttft_s": 0.41, "total_s": 2.0, "tokens_per_s": 125.0, "chars_per_s": 500.0}
    stats = {field: spread([median]) for field, median in medians.items()}
    last_was_slow = result(ttft_s=3.0, stats=stats)
    assert regressions([last_was_slow], [result()], 0.2) == []


def test_streams_missing_or_failed_in_the_baseline_fail() -> None:
    now = [result(), result("NEW"), result("RS")]
    then = [result(), result("RS", status="failed"), result("OLD")]
    assert sorted(regressions(now, then, 0.2)) == [
        "NEW: is not in the baseline",
        "RS: is failed in the baseline and has no numbers there",
    ]


def test_a_gate_that_compares_nothing_fails() -> None:
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
def test_a_number_that_one_side_lacks_fails(
    then: dict[str, Any], now: dict[str, Any], sentence: str
) -> None:
    assert regressions([result(**now)], [result(**then)], 10.0) == [sentence]


def test_a_rate_that_both_sides_lack_passes() -> None:
    short = result(tokens_per_s=None, chars_per_s=None)
    assert regressions([short], [short], 0.0) == []


def test_streams_that_the_user_cancelled_are_left_out() -> None:
    cancelled = result("RS", status="cancelled", ttft_s=None, total_s=None)
    assert regressions([result(), cancelled], [result(), result("RS")], 0.2) == []
    rounds = (result(), result(status="cancelled"))
    slow = result(status="cancelled", runs=rounds, ttft_s=9.0)
    assert regressions([slow], [result()], 0.2) != []


def in_rounds(times: list[float]) -> StreamResult:
    """A stream whose rounds had these TTFTs."""
    rounds = tuple(replace(result(ttft_s=time), round=at) for at, time in enumerate(times, 1))
    numbers = {"total_s": 2.0, "tokens_per_s": 125.0, "chars_per_s": 500.0}
    stats = {field: spread([value] * len(times)) for field, value in numbers.items()}
    return result(runs=rounds, stats={**stats, "ttft_s": spread(times)})


NOISE = [0.40, 0.21, 0.55, 0.30, 0.61, 0.27]


def test_a_median_that_rounds_do_not_prove_to_be_worse_passes() -> None:
    unlucky = [0.31, 0.58, 0.39, 0.62, 0.22, 0.57]
    assert regressions([in_rounds(unlucky)], [in_rounds(NOISE)], 0.2) == []
    few = regressions([in_rounds(unlucky[:4])], [in_rounds(NOISE[:4])], 0.2)
    assert few == ["PY: TTFT 485 ms is 38.6 % over the baseline's 350 ms (allowed: 20 %)"]


def test_a_regression_that_rounds_prove_fails() -> None:
    later = in_rounds([time + 0.2 for time in NOISE])
    (sentence,) = regressions([later], [in_rounds(NOISE)], 0.2)
    assert sentence.startswith("PY: TTFT 550 ms is 57.1 % over the baseline's 350 ms")
    assert regressions([later], [in_rounds(NOISE)], 0.6) == []
    assert regressions([in_rounds(NOISE)], [later], 0.0) == []
