"""Streams compared by their rounds: what is called a difference, and what is not."""

from __future__ import annotations

import json
from random import Random
from time import process_time
from typing import TYPE_CHECKING

import pytest

from streamdash.reporting.paired.comparisons import (
    PairedComparison,
    PairedRounds,
)
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.reporting.result_json import comparison_json
from streamdash.reporting.spread import SPREAD_NUMBERS
from streamdash.reporting.winners import winners
from tests.reporting.paired.rounds import in_rounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.result import StreamResult


def compared(
    results: Sequence[StreamResult],
    number: str = "ttft_s",
    *,
    reference: str | None = None,
    lag_p99_s: float | None = None,
    seed: int = 1,
) -> list[PairedComparison]:
    paired = PairedRounds(results, reference=reference, seed=seed, lag_p99_s=lag_p99_s)
    return paired.with_reference([number])


def verdict(a: Sequence[float | None], b: Sequence[float | None], *, seed: int = 1) -> str:
    (found,) = compared([in_rounds("A", a), in_rounds("B", b)], seed=seed)
    return found.verdict


def jittered(random: Random, rounds: int, typical: float = 0.4) -> list[float]:
    return [typical * random.gauss(1, 0.1) for _ in range(rounds)]


def test_of_400_runs_of_equal_streams_at_most_7_percent_call_a_difference() -> None:
    random = Random(12)
    ties = sum(
        verdict(jittered(random, 10), jittered(random, 10), seed=seed) == "tie"
        for seed in range(400)
    )
    assert ties / 400 >= 0.93


def test_a_difference_of_20_percent_is_found_in_10_rounds() -> None:
    random = Random(13)
    found = sum(
        verdict(jittered(random, 10), jittered(random, 10, 0.32), seed=seed) == "faster"
        for seed in range(400)
    )
    assert found / 400 >= 0.95


def test_a_drift_over_time_is_no_difference_and_hides_none() -> None:
    random = Random(14)
    ties = found = 0
    for _ in range(100):
        drift = [0.2 + 0.2 * number for number in range(10)]
        a = [load * random.gauss(1, 0.02) for load in drift]
        ties += verdict(a, [load * random.gauss(1, 0.02) for load in drift]) == "tie"
        found += verdict(a, [load * random.gauss(1, 0.02) - 0.15 for load in drift]) == "faster"
    assert ties >= 90
    assert found >= 95


def test_a_stream_that_fails_every_third_round_is_not_called_faster() -> None:
    random = Random(15)
    a = jittered(random, 12)
    quick = [None if place % 3 == 2 else time / 2 for place, time in enumerate(a)]
    slow = [None if place % 3 == 2 else time * 2 for place, time in enumerate(a)]
    assert verdict(a, quick) == "tie"
    assert verdict(a, slow) == "slower"
    assert verdict(slow, a) == "faster"


def test_a_stream_that_never_answers_is_slower_by_no_known_time() -> None:
    (found,) = compared([in_rounds("A", [0.4] * 8), in_rounds("B", [None] * 8)])
    assert (found.verdict, found.difference, found.ratio, found.n) == ("slower", None, None, 8)
    assert json.dumps(comparison_json(found), allow_nan=False).count("null") == 4


def test_rounds_that_failed_on_both_sides_or_were_cancelled_are_no_pairs() -> None:
    a = in_rounds("A", [0.4, 0.4, None, 0.4, 0.4, 0.4, 0.4])
    b = in_rounds("B", [0.4, 0.4, None, 0.4, 0.4, 0.4, 0.4], cancelled={1})
    (found,) = compared([a, b])
    assert (found.n, found.verdict) == (5, "tie")


def test_with_fewer_than_five_pairs_nothing_is_known() -> None:
    (found,) = compared([in_rounds("A", [0.4] * 4), in_rounds("B", [0.1] * 4)])
    assert (found.verdict, found.difference, found.ci95) == ("unknown", None, None)


def test_cached_rounds_are_not_compared_with_others() -> None:
    a = in_rounds("A", [0.4] * 10)
    b = in_rounds("B", [0.4, *[0.1] * 9], cached=range(2, 11))
    (found,) = compared([a, b])
    assert (found.verdict, found.n) == ("unknown", 1)
    all_cached = in_rounds("B", [0.1] * 10, cached=range(1, 11))
    (found,) = compared([a, all_cached])
    assert (found.verdict, found.n) == ("faster", 10)


@pytest.mark.parametrize(
    ("lag_p99_s", "expected"), [(None, "slower"), (0.002, "slower"), (0.02, "tie")]
)
def test_a_difference_that_the_clock_cannot_tell_is_a_tie(
    lag_p99_s: float | None, expected: str
) -> None:
    a = in_rounds("A", [0.4] * 10)
    b = in_rounds("B", [0.405] * 10)
    (found,) = compared([a, b], lag_p99_s=lag_p99_s)
    assert found.verdict == expected


def test_half_a_millisecond_is_a_tie_however_steady() -> None:
    assert verdict([0.4] * 10, [0.4005] * 10) == "tie"


def test_the_reference_is_the_first_stream_of_the_question_or_the_one_named() -> None:
    streams = [in_rounds(label, [0.4] * 5) for label in "ABC"]
    assert [(one.a, one.b) for one in compared(streams)] == [("A", "B"), ("A", "C")]
    named = compared(streams, reference="C")
    assert [(one.a, one.b) for one in named] == [("C", "A"), ("C", "B")]


def test_a_rate_is_faster_where_it_is_higher() -> None:
    a = in_rounds("A", [0.4] * 6, rates=[100, 101, 99, 100, 102, 98])
    b = in_rounds("B", [0.4] * 6, rates=[200, 201, 199, 203, 202, 198])
    (found,) = compared([a, b], "chars_per_s")
    assert found.verdict == "faster"
    assert found.difference == pytest.approx(100.5, abs=1)
    assert found.ratio == pytest.approx(2, abs=0.01)
    assert not compared([a, b], "tokens_per_s")


def test_many_equal_streams_are_rarely_told_apart() -> None:
    random = Random(16)
    wrong = 0
    for seed in range(40):
        streams = [in_rounds(f"S{place}", jittered(random, 10)) for place in range(12)]
        wrong += any(one.verdict != "tie" for one in compared(streams, seed=seed))
    assert wrong <= 6


def test_every_stream_that_ties_with_the_best_median_wins() -> None:
    random = Random(17)
    streams = [
        in_rounds("slow", jittered(random, 10, 0.8)),
        in_rounds("one", jittered(random, 10)),
        in_rounds("other", jittered(random, 10)),
    ]
    paired = PairedRounds(streams, seed=1)
    assert winners(streams, TTFT, None, paired) == {1, 2}
    assert winners(streams, TOTAL, None, paired) == {1, 2}
    few = [in_rounds("A", [0.4] * 3), in_rounds("B", [0.1] * 3)]
    assert winners(few, TTFT, None, PairedRounds(few)) == frozenset()


def test_a_stream_that_fails_in_most_rounds_does_not_win() -> None:
    streams = [
        in_rounds("steady", [0.4] * 9),
        in_rounds("broken", [0.1, None, None] * 3),
        in_rounds("slow", [0.9] * 9),
    ]
    assert winners(streams, TTFT, None, PairedRounds(streams)) == {0}


@pytest.mark.parametrize("rounds", [30, 100])
def test_64_streams_are_compared_in_about_a_second(rounds: int) -> None:
    random = Random(18)
    streams = [
        in_rounds(f"S{place}", jittered(random, rounds), rates=jittered(random, rounds, 80))
        for place in range(64)
    ]
    begun = process_time()
    found = PairedRounds(streams).with_reference(SPREAD_NUMBERS)
    # twice the time that is meant, for a busy machine
    assert process_time() - begun < 2
    assert len(found) == 63 * (len(SPREAD_NUMBERS) - 1)
