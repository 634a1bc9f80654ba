"""Paired comparisons in words."""

from __future__ import annotations

from itertools import groupby
from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import duration, rate
from streamdash.reporting.paired.comparisons import missing_pairs
from streamdash.reporting.spread import RATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.paired.comparisons import PairedComparison, PairedRounds

LABEL_CELLS = 30
MOST_SENTENCES = 6
"""If more streams than this are compared with one, each number has one sentence for all."""
MOST_LABELS = 3
"""How many of them that sentence names for each verdict."""
_FELT = ", failed attempts and waits included,"


class _Words(NamedTuple):
    """How a number is spoken of: of one stream, and of two."""

    one: str
    comes: str
    both: str
    come: str
    unit: str = ""
    faster: str = "sooner"
    slower: str = "later"
    level: str = "at about the same time"


_WORDS = {
    "ttft_s": _Words("first token", "comes", "first tokens", "come"),
    "ttfa_s": _Words("answer", "begins", "answers", "begin"),
    "total_s": _Words("answer", "ends", "answers", "end"),
    "felt_ttft_s": _Words(f"first token{_FELT}", "comes", f"first tokens{_FELT}", "come"),
    "felt_total_s": _Words(f"answer{_FELT}", "ends", f"answers{_FELT}", "end"),
    "chars_per_s": _Words(
        "text", "flows", "texts", "flow", " chars/s", "faster", "slower", "at about the same rate"
    ),
    "tokens_per_s": _Words(
        "tokens", "flow", "tokens", "flow", " tok/s", "faster", "slower", "at about the same rate"
    ),
}
_SPOKEN = {"ttft_s": "felt_ttft_s", "total_s": "felt_total_s"}
"""The numbers that `sentences` speaks of, each with its felt time."""


def sentence(comparison: PairedComparison) -> str:
    """`B's first token comes 120 ms sooner than A's (95 % interval 80 to 160 ms, 10 rounds)`."""
    number = comparison.number
    words = _WORDS[number]
    a, b = (f"{clean_line(label, LABEL_CELLS)}'s" for label in (comparison.a, comparison.b))
    rounds = counted(comparison.n, "round")
    if comparison.verdict == "unknown":
        return f"{b} and {a} {words.both} cannot be compared: {_missing(comparison)}"
    low, high = comparison.ci95 or (-inf, inf)
    if comparison.verdict == "tie":
        span = _span(low, high, number)
        doubt = "" if low <= 0 <= high else f", {_doubt(comparison)}"
        difference = f"difference {span}, {rounds}{doubt}"
        return f"{b} and {a} {words.both} {words.come} {words.level} ({difference})"
    size = comparison.difference
    much = "" if size is None else f"{_written(abs(size), number)} "
    how = words.faster if comparison.verdict == "faster" else words.slower
    near, far = sorted((abs(low), abs(high)))
    span = _span(near, far, number)
    return f"{b} {words.one} {words.comes} {much}{how} than {a} (95 % interval {span}, {rounds})"


def sentences(paired: PairedRounds) -> list[str]:
    """What rounds prove about the first token and the end, against the reference of each question.

    A felt time has a sentence of its own where its verdict differs from the plain one.
    """
    felt = {(one.number, one.streams): one for one in paired.with_reference(_SPOKEN.values())}
    lines: list[str] = []
    for _, group in groupby(
        paired.with_reference(_SPOKEN), key=lambda one: (one.question, one.number)
    ):
        plain = list(group)
        waiting = [felt[_SPOKEN[one.number], one.streams] for one in plain]
        differing = [
            slow for one, slow in zip(plain, waiting, strict=True) if one.verdict != slow.verdict
        ]
        for told in (plain, differing):
            lines += map(sentence, told) if len(told) <= MOST_SENTENCES else [_of_many(told)]
    return lines


def _missing(comparison: PairedComparison) -> str:
    if not comparison.n:
        return "no round counts in both"
    missing = missing_pairs(comparison)
    are = "is" if missing == 1 else "are"
    return f"{counted(missing, 'more round')} {are} needed beside {comparison.n}"


def _doubt(comparison: PairedComparison) -> str:
    """Why a difference whose interval leaves out 0 proves nothing."""
    difference, least = comparison.difference, comparison.least
    if difference is not None and abs(difference) < least:
        return f"less than the {_written(least, comparison.number)} that the clock can tell"
    if comparison.family > 1:
        a = clean_line(comparison.a, LABEL_CELLS)
        return f"not proven among {comparison.family} comparisons with {a}"
    return "which chance may explain"


def _of_many(told: Sequence[PairedComparison]) -> str:
    """`First token against A (10 rounds, 63 comparisons): 2 sooner (B, C); 61 not told apart`."""
    words = _WORDS[told[0].number]
    most = max(one.n for one in told)
    least = min(one.n for one in told)
    rounds = counted(most, "round") if least == most else f"{least} to {most} rounds"
    counts = [
        f"{len(labels)} {meaning} ({_listed(labels)})" if named else f"{len(labels)} {meaning}"
        for verdict, meaning, named in (
            ("faster", words.faster, True),
            ("slower", words.slower, True),
            ("tie", "not told apart", False),
            ("unknown", "with too few rounds", False),
        )
        if (labels := [one.b for one in told if one.verdict == verdict])
    ]
    subject = words.one.removesuffix(",").capitalize()
    a = clean_line(told[0].a, LABEL_CELLS)
    head = f"{subject} {words.comes}, against {a} ({rounds}, {len(told)} comparisons)"
    return f"{head}: {'; '.join(counts)}"


def _listed(labels: Sequence[str]) -> str:
    names = ", ".join(clean_line(label, LABEL_CELLS) for label in labels[:MOST_LABELS])
    rest = len(labels) - MOST_LABELS
    return f"{names} and {rest} more" if rest > 0 else names


def counted(n: int, noun: str) -> str:
    """`1 round`, `10 rounds`."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _span(low: float, high: float, number: str) -> str:
    """`80 to 160 ms`; open where an end falls on failed rounds."""
    if not isfinite(low):
        return f"{_signed(high, number)} or less" if isfinite(high) else "of any size"
    if not isfinite(high):
        return f"{_signed(low, number)} or more"
    first, last = _signed(low, number), _signed(high, number)
    value, _, unit = first.partition(" ")
    return f"{value if last.endswith(f' {unit}') else first} to {last}"


def _signed(value: float, number: str) -> str:
    return f"{'-' if value < 0 else ''}{_written(abs(value), number)}"


def _written(value: float, number: str) -> str:
    return rate(value) + _WORDS[number].unit if number in RATES else duration(value)
