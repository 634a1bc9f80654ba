"""Two runs side by side: which is faster, and by how much."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.repetitions import turn_of, with_earlier
from streamdash.reporting.text_table import dollars, rate, seconds, whole
from streamdash.streams.events import ENDED_WELL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streamdash.reporting.result import Result

ALIKE = 0.05
"""Ratios this near to 1 are called the same."""


class Number(NamedTuple):
    """One number that is compared."""

    field: str
    title: str
    written: Callable[[object], str]
    better: int
    """-1 if less is better, 1 if more is, 0 if neither is."""


def _count(known: object) -> str:
    if isinstance(known, float):
        return whole(round(known))
    return whole(known)


NUMBERS = (
    Number("ttft_s", "TTFT", seconds, -1),
    Number("ttfa_s", "TTFA", seconds, -1),
    Number("total_s", "total", seconds, -1),
    Number("gap_p95_s", "gap p95", seconds, -1),
    Number("gap_max_s", "gap max", seconds, -1),
    Number("chars", "chars", _count, 0),
    Number("chars_per_s", "chars/s", rate, 1),
    Number("output_tokens", "tokens", _count, 0),
    Number("tokens_per_s", "tok/s", rate, 1),
    Number("cost_usd", "cost", dollars, -1),
)


class Change(NamedTuple):
    """One number of one stream, before and after; None where it is unknown."""

    number: Number
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def ratio(self) -> float | None:
        """After over before."""
        if self.before is None or self.after is None or not self.before:
            return None
        return self.after / self.before

    @property
    def better(self) -> int:
        """1 if the change is for the better, -1 if for the worse, 0 if alike or neither."""
        ratio = self.ratio
        if ratio is None or abs(ratio - 1) < ALIKE:
            return 0
        return self.number.better if ratio > 1 else -self.number.better


class Pair(NamedTuple):
    """The two results of a stream; None where one of the runs has no such stream."""

    label: str
    before: Result | None
    after: Result | None

    def changes(self) -> list[Change]:
        """The numbers that are known in at least one of the two.

        TTFA is among them where it is another than TTFT.
        """
        compared = [
            Change(number, value(self.before, number.field), value(self.after, number.field))
            for number in NUMBERS
        ]
        ttft, ttfa = compared[:2]
        return [
            one
            for one in compared
            if (one.before, one.after) != (None, None) and (one is not ttfa or ttfa[1:] != ttft[1:])
        ]

    @property
    def good(self) -> bool:
        """Whether both ended well, so that their times can be compared."""
        return all(one is not None and one["status"] in ENDED_WELL for one in self[1:])


def pairs(before: Sequence[Result], after: Sequence[Result]) -> list[Pair]:
    """The streams of both runs by label, equal labels in their order.

    Of a conversation the two answers are those of the last turn that both runs have.
    """
    known = dict(numbered(before))
    now = dict(numbered(after))
    labels = [*known, *(key for key in now if key not in known)]
    return [Pair(key[0], *_same_turn(known.get(key), now.get(key))) for key in labels]


def _same_turn(before: Result | None, after: Result | None) -> tuple[Result | None, Result | None]:
    if before is None or after is None or turn_of(before) == turn_of(after):
        return before, after
    old, new = ({turn_of(one): one for one in with_earlier([result])} for result in (before, after))
    both = old.keys() & new.keys()
    if not both:
        return before, after
    return old[max(both)], new[max(both)]


def numbered(results: Sequence[Result]) -> Iterator[tuple[tuple[str, int], Result]]:
    """Each result with its label and which of that label it is, from 1."""
    seen: Counter[str] = Counter()
    for result in results:
        label = str(result["label"])
        seen[label] += 1
        yield (label, seen[label]), result


def value(result: Result | None, field: str) -> float | None:
    """A result's number; with repetitions, their median."""
    if result is None:
        return None
    stats = result.get("stats")
    spread = stats.get(field) if isinstance(stats, dict) else None
    known = spread["median"] if isinstance(spread, dict) else result[field]
    return known if isinstance(known, (int, float)) else None


class Ratio(NamedTuple):
    """How one number changed over all streams that both runs answered."""

    median: float
    streams: int


def overall(paired: Sequence[Pair], field: str) -> Ratio | None:
    """The median of the streams' ratios; None where no stream has the number in both runs."""
    ratios = [
        change.ratio
        for pair in paired
        if pair.good
        for change in pair.changes()
        if change.number.field == field and change.ratio is not None
    ]
    return Ratio(median(ratios), len(ratios)) if ratios else None


def rate_field(paired: Sequence[Pair]) -> str:
    """The rate that tells most: tokens a second where each pair has it, else characters."""
    good = [pair for pair in paired if pair.good]
    known = all(
        value(pair.before, "tokens_per_s") and value(pair.after, "tokens_per_s") for pair in good
    )
    return "tokens_per_s" if good and known else "chars_per_s"
