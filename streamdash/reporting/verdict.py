"""The comparison of two runs in words."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.overall import measured
from streamdash.reporting.paired.estimate import LEAST_PAIRS
from streamdash.reporting.quantities import CHARS, TOTAL, TTFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.comparison import Comparison, Pair
    from streamdash.reporting.overall import Overall

NAME_CELLS = 60
LABEL_CELLS = 30
LONGER = 0.1
"""Answers whose length changed by less than this share are not mentioned."""


def verdict(compared: Comparison) -> list[str]:
    """A few sentences: which of the two runs is faster, by how much, and what that rests on."""
    before, after = (clean_line(run.name, NAME_CELLS) for run in (compared.before, compared.after))
    numbers = list(compared.overall.values())
    if not any(one.quantity in (TTFT, TOTAL) for one in numbers):
        return [
            f"{after} and {before} cannot be compared: no stream with the same label was "
            "answered in both."
        ]
    most = max(one.n for one in numbers)
    if most < LEAST_PAIRS:
        pairs = "pair" if most == 1 else "pairs"
        sentences = [
            f"{after} and {before} cannot be told apart by {most} {pairs} of answers; it takes "
            f"{LEAST_PAIRS}, as `--repeat {LEAST_PAIRS}` gives."
        ]
    else:
        sentences = [_headline(numbers, before, after), *map(_sentence, numbers)]
    sentences += _lengths(compared)
    return sentences + _endings(compared.pairs)


def _headline(numbers: Sequence[Overall], before: str, after: str) -> str:
    """Which run is faster, if the numbers agree."""
    verdicts = {one.verdict for one in numbers}
    if {"better", "worse"} <= verdicts:
        return f"{after} is faster in one way and slower in another than {before}."
    if "better" in verdicts:
        return f"{after} is faster than {before}."
    if "worse" in verdicts:
        return f"{after} is slower than {before}."
    return f"{after} and {before} are not told apart."


def _sentence(one: Overall) -> str:
    """One number: the difference, its interval, and how many pairs it rests on."""
    subject = {"ttft_s": "The first token comes", "total_s": "The whole answer comes"}.get(
        one.quantity.field, "The text flows"
    )
    pairs = f"{one.n} pairs of answers" if one.n != one.streams else f"{one.n} streams"
    if one.estimate is None:
        return f"{subject} {_ratio_words(one)} ({pairs}: too few to tell)."
    low, high = one.estimate.ci95
    if one.verdict == "tie":
        if not (low or high):
            return f"{subject} exactly alike ({pairs})."
        alike = "at about the same rate" if one.quantity.better > 0 else "at about the same time"
        return f"{subject} {alike} (difference {_span(one, low, high)}, {pairs})."
    size = abs(one.estimate.difference)
    least, most = sorted((abs(low), abs(high)))
    return (
        f"{subject} {one.quantity.written(size)} {_word(one, one.estimate.difference)} "
        f"(95 % interval {_span(one, least, most)}, {pairs})."
    )


def _word(one: Overall, difference: float) -> str:
    if one.quantity.better > 0:
        return "per second faster" if difference > 0 else "per second slower"
    return "later" if difference > 0 else "sooner"


def _ratio_words(one: Overall) -> str:
    return (
        f"after {one.ratio:.2f} times as long"
        if one.quantity.better < 0
        else (f"{one.ratio:.2f} times as fast")
    )


def _span(one: Overall, low: float, high: float) -> str:
    ends = [("-" if end < 0 else "") + one.quantity.written(abs(end)) for end in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def _lengths(compared: Comparison) -> list[str]:
    """A sentence where the answers became longer or shorter, which changes their total."""
    ratios = [after / before for pair in compared.pairs for before, after in measured(pair, CHARS)]
    ratio = median(ratios) if ratios else 1.0
    if abs(ratio - 1) <= LONGER:
        return []
    word = "longer" if ratio > 1 else "shorter"
    return [
        f"Its answers are {abs(ratio - 1) * 100:.0f} % {word}, which the total counts and the rate "
        "does not."
    ]


def _endings(paired: Sequence[Pair]) -> list[str]:
    """Sentences about streams that are in one run only, or ended well in one run only."""
    sentences = []
    for pair in paired:
        if pair.before is None or pair.after is None:
            continue
        if pair.before.status.ended_well != pair.after.status.ended_well:
            label, old, new = pair.label, pair.before.status, pair.after.status
            sentences.append(f"{clean_line(label, LABEL_CELLS)} is {new}, and was {old} before.")
    alone = sum(pair.before is None or pair.after is None for pair in paired)
    if alone:
        noun = "stream is" if alone == 1 else "streams are"
        sentences.append(f"{alone} {noun} in one of the runs only.")
    return sentences
