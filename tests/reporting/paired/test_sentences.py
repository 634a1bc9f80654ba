"""Comparisons in words."""

from __future__ import annotations

from random import Random

import pytest

from streamdash.reporting.paired.comparisons import PairedComparison, PairedRounds
from streamdash.reporting.paired.sentences import sentence, sentences
from tests.reporting.paired.rounds import in_rounds

SOONER = PairedComparison("A", "B", "ttft_s", -0.12, (-0.16, -0.08), 0.7, 10, "faster", 0)


def test_a_difference_is_told_with_its_interval_and_its_rounds() -> None:
    assert sentence(SOONER) == (
        "B's first token comes 120 ms sooner than A's (95 % interval 80 to 160 ms, 10 rounds)"
    )
    later = SOONER._replace(number="total_s", difference=1.2, ci95=(0.8, 1.6), verdict="slower")
    assert sentence(later) == (
        "B's answer ends 1.20 s later than A's (95 % interval 800 ms to 1.60 s, 10 rounds)"
    )
    rate = SOONER._replace(number="tokens_per_s", difference=12.0, ci95=(8.0, 16.0))
    assert sentence(rate) == (
        "B's tokens flow 12.0 tok/s faster than A's (95 % interval 8.0 to 16.0 tok/s, 10 rounds)"
    )


def test_a_tie_names_both_and_the_interval() -> None:
    tie = SOONER._replace(difference=0.008, ci95=(-0.02, 0.035), verdict="tie")
    assert sentence(tie) == (
        "B's and A's first tokens come at about the same time (difference -20 to 35 ms, 10 rounds)"
    )


@pytest.mark.parametrize(
    ("family", "least", "doubt"),
    [
        (1, 0.024, "less than the 24 ms that the clock can tell"),
        (9, 0.024, "less than the 24 ms that the clock can tell"),
        (9, 0.001, "not proven among 9 comparisons with A"),
        (1, 0.001, "which chance may explain"),
    ],
)
def test_a_tie_whose_interval_leaves_out_zero_says_why(
    family: int, least: float, doubt: str
) -> None:
    tie = SOONER._replace(
        difference=0.02, ci95=(0.01, 0.03), verdict="tie", family=family, least=least
    )
    assert sentence(tie).endswith(f"(difference 10 to 30 ms, 10 rounds, {doubt})")


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "no round counts in both"),
        (2, "3 more rounds are needed beside 2"),
        (4, "1 more round is needed beside 4"),
    ],
)
def test_too_few_rounds_say_how_many_are_missing(n: int, words: str) -> None:
    unknown = SOONER._replace(difference=None, ci95=None, n=n, verdict="unknown")
    assert sentence(unknown) == f"B's and A's first tokens cannot be compared: {words}"


def test_an_interval_that_falls_on_failed_rounds_is_open() -> None:
    infinite = float("inf")
    slower = SOONER._replace(difference=0.5, ci95=(0.08, infinite), verdict="slower")
    assert "500 ms later than A's (95 % interval 80 ms or more, " in sentence(slower)
    never = slower._replace(difference=None, ci95=(infinite, infinite))
    assert "comes later than A's (95 % interval of any size, " in sentence(never)


@pytest.mark.fault("screen", "a foreign label writes to the terminal")
@pytest.mark.parametrize("label", ["\x1b[31mred", "two\nlines", "\x9b2J"])
def test_a_label_is_cleaned(label: str) -> None:
    told = sentence(SOONER._replace(a=label, b=label))
    assert told.isprintable()


def test_the_first_token_and_the_end_are_told_and_felt_times_where_they_differ() -> None:
    a, b = in_rounds("A", [0.4] * 6), in_rounds("B", [0.4] * 6, waits=2.0)
    first, felt, end, felt_end = sentences(PairedRounds([a, b]))
    assert first.startswith("B's and A's first tokens come at about the same time")
    assert felt.startswith(
        "B's first token, failed attempts and waits included, comes 2.00 s later"
    )
    assert end.startswith("B's and A's answers end at about the same time")
    assert felt_end.startswith("B's answer, failed attempts and waits included, ends 2.00 s later")


def test_many_streams_share_a_sentence_for_each_number() -> None:
    random = Random(3)
    streams = [
        in_rounds(f"S{place}", [(0.9 if place > 5 else 0.4) + random.gauss(0, 0.01)
                                for _ in range(10)])
        for place in range(10)
    ]  # fmt: skip
    first, _ = sentences(PairedRounds(streams))
    assert first == (
        "First token comes, against S0 (10 rounds, 9 comparisons): "
        "4 later (S6, S7, S8 and 1 more); 5 not told apart"
    )


def test_without_rounds_there_is_nothing_to_tell() -> None:
    assert sentences(PairedRounds([])) == []
