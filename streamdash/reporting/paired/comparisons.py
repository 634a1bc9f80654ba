"""Each stream compared with a reference that answers the same question, round by round."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.reporting.paired.estimate import (
    LEAST_PAIRS,
    Resamples,
    adjusted,
    estimate,
    proves,
)
from streamdash.reporting.spread import RATES, by_cache, has_number, worth_of
from streamdash.reporting.winners import rivals, tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from streamdash.reporting.paired.estimate import Estimate
    from streamdash.reporting.result import StreamResult

Verdict = Literal["faster", "slower", "tie", "unknown"]
Pairs = tuple[tuple[float, float], ...]
"""A number of the reference and of the other stream, in the same rounds."""


class PairedComparison(NamedTuple):
    """Stream `b` compared with the reference `a` in one number; times in seconds."""

    a: str
    """The reference's label."""
    b: str
    number: str
    """One of `SPREAD_NUMBERS`."""
    difference: float | None
    """Of `b` less `a`; None if unknown, or if it falls on rounds that failed."""
    ci95: tuple[float, float] | None
    """Of the difference; an end that falls on failed rounds is infinite."""
    ratio: float | None
    """The reference's typical number plus the difference, over that number."""
    n: int
    """Rounds that ended well in at least one of the two, and were cancelled in neither."""
    verdict: Verdict
    """Of `b`."""
    question: int
    """The place of the question among those of the run, from 0."""
    family: int = 1
    """How many comparisons, this one included, the verdict was corrected for."""
    streams: tuple[int, int] = (0, 0)
    """The indices of `a` and `b` among the results."""
    least: float = 0.0
    """The smallest difference that the run's clock can tell, as its loop lagged."""


class PairedRounds:
    """The rounds of a run's streams, and what they prove when they are compared in pairs."""

    def __init__(
        self,
        results: Sequence[StreamResult],
        *,
        reference: str | None = None,
        seed: int = 0,
        lag_p99_s: float | None = None,
    ) -> None:
        """`results` are those of all streams; the rest is the run's.

        `reference` is the label of the stream that others are compared with, where it answers
        their question; elsewhere, and if it is None, that is the first stream of the question.
        """
        self._results = results
        self._reference = reference
        self._lag_p99_s = lag_p99_s
        self._resamples = Resamples(seed)
        self._rounds = [{run.round: run for run in by_cache(result.runs)[0]} for result in results]
        self._worths: dict[tuple[int, str], dict[int | None, float]] = {}
        self._estimates: dict[tuple[float, ...], Estimate | None] = {}

    def with_reference(self, numbers: Iterable[str]) -> list[PairedComparison]:
        """Every stream against the reference of its question, in each of the numbers."""
        numbers = tuple(numbers)
        found = []
        for question, group in enumerate(rivals(self._results)):
            labels = {self._results[index].label: index for index in reversed(group)}
            a = labels.get(self._reference or "", group[0])
            for number in numbers:
                found += self.against(a, (b for b in group if b != a), number, question)
        return found

    def ties(self, group: Iterable[int], number: str) -> Callable[[int, int], bool]:
        """Whether the first stream is not proven to be faster than the second one.

        `group` are the streams with whose comparisons that one is corrected for chance.
        """
        streams = tuple(group)
        slower: dict[int, frozenset[int]] = {}

        def tied(best: int, other: int) -> bool:
            if best not in slower:
                compared = self.against(best, (b for b in streams if b != best), number)
                slower[best] = frozenset(
                    one.streams[1] for one in compared if one.verdict == "slower"
                )
            return other not in slower[best]

        return tied

    def against(
        self, a: int, others: Iterable[int], number: str, question: int = 0
    ) -> list[PairedComparison]:
        """Each of the other streams against stream `a`; those without the number are left out."""
        if not self._worths_of(a, number):
            return []
        compared = [b for b in others if self._worths_of(b, number)]
        pairs = [self._pairs(a, b, number) for b in compared]
        estimates = [self._estimate(one) for one in pairs]
        chances = adjusted(estimates)
        family = sum(one is not None for one in estimates)
        labels = [result.label for result in self._results]
        least = tolerance(number, self._lag_p99_s)
        return [
            PairedComparison(
                labels[a], labels[b], number,
                *_figures(pairs[place], found),
                len(pairs[place]),
                verdict_of(found, chances[place], number, least),
                question,
                family,
                (a, b),
                least,
            )
            for place, (b, found) in enumerate(zip(compared, estimates, strict=True))
        ]  # fmt: skip

    def _worths_of(self, index: int, number: str) -> Mapping[int | None, float]:
        """The number in each round that has it, or that failed."""
        key = index, number
        if key not in self._worths:
            rounds = self._rounds[index]
            known = has_number([*rounds.values()], number)
            self._worths[key] = {
                place: worth
                for place, run in rounds.items()
                if known and (worth := worth_of(run, number)) is not None
            }
        return self._worths[key]

    def _pairs(self, a: int, b: int, number: str) -> Pairs:
        before, after = self._worths_of(a, number), self._worths_of(b, number)
        return tuple(
            (worth, after[place])
            for place, worth in before.items()
            if place in after and (isfinite(worth) or isfinite(after[place]))
        )

    def _estimate(self, pairs: Pairs) -> Estimate | None:
        differences = tuple(b - a for a, b in pairs)
        if differences not in self._estimates:
            # felt times often equal the plain ones
            self._estimates[differences] = estimate(differences, self._resamples)
        return self._estimates[differences]


def verdict_of(found: Estimate | None, adjusted_p: float, number: str, least: float) -> Verdict:
    """What an estimate proves; `least` is the smallest difference that the clock can tell."""
    if found is None:
        return "unknown"
    if not proves(found, adjusted_p) or abs(found.difference) < least:
        return "tie"
    return "faster" if (found.difference > 0) == (number in RATES) else "slower"


def _figures(
    pairs: Pairs, found: Estimate | None
) -> tuple[float | None, tuple[float, float] | None, float | None]:
    """The difference, its interval and the ratio."""
    if found is None:
        return None, None, None
    if not isfinite(found.difference):
        return None, found.ci95, None
    known = [a for a, _ in pairs if isfinite(a)]
    usual = sum(known) / len(known) if known else 0.0
    ratio = (usual + found.difference) / usual if usual > 0 else None
    return found.difference, found.ci95, ratio


def missing_pairs(comparison: PairedComparison) -> int:
    """How many rounds an unknown verdict lacks."""
    return max(0, LEAST_PAIRS - comparison.n)
