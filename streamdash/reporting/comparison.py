"""Two runs side by side: the streams with the same label, and how their numbers changed."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.quantities import CHARS_RATE, QUANTITIES, TOKENS_RATE, TTFA, TTFT
from streamdash.reporting.repetitions import numbered, with_earlier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.reporting.result import StreamResult

ALIKE = 0.05
"""Ratios this near to 1 count as equal."""


class Change(NamedTuple):
    """One number of one stream, before and after; unknown is None."""

    quantity: Quantity
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
        """1 for an improvement, -1 for the opposite, 0 if about equal or neither."""
        ratio = self.ratio
        if ratio is None or abs(ratio - 1) < ALIKE:
            return 0
        return self.quantity.better if ratio > 1 else -self.quantity.better


class Pair(NamedTuple):
    """The two results of a stream; None if that run has no such stream."""

    label: str
    before: StreamResult | None
    after: StreamResult | None

    def change(self, quantity: Quantity) -> Change:
        """How one number changed."""
        return Change(quantity, quantity.typical(self.before), quantity.typical(self.after))

    def changes(self) -> list[Change]:
        """The numbers that at least one of the two has; TTFA only if it differs from TTFT."""
        same_first = self.change(TTFT)[1:] == self.change(TTFA)[1:]
        return [
            change
            for change in map(self.change, QUANTITIES)
            if (change.before, change.after) != (None, None)
            and not (change.quantity is TTFA and same_first)
        ]

    @property
    def ended_well(self) -> bool:
        """Whether both streams ended well, which makes their times comparable."""
        both = (self.before, self.after)
        return all(result is not None and result.status.ended_well for result in both)


class Comparison:
    """A run compared with the one before."""

    def __init__(self, before: ReportedRun, after: ReportedRun) -> None:
        self.before = before
        self.after = after
        self.pairs = pairs(before.results, after.results)


def pairs(before: Sequence[StreamResult], after: Sequence[StreamResult]) -> list[Pair]:
    """The streams of both runs by label; equal labels pair up in their order.

    In a conversation, a pair has the answers of the last turn that both runs have.
    """
    old = dict(numbered(before))
    new = dict(numbered(after))
    keys = [*old, *(key for key in new if key not in old)]
    return [Pair(key[0], *_same_turn(old.get(key), new.get(key))) for key in keys]


def _same_turn(
    before: StreamResult | None, after: StreamResult | None
) -> tuple[StreamResult | None, StreamResult | None]:
    if before is None or after is None or before.turn == after.turn:
        return before, after
    old, new = ({one.turn: one for one in with_earlier([result])} for result in (before, after))
    both = old.keys() & new.keys()
    if not both:
        return before, after
    return old[max(both)], new[max(both)]


class Ratio(NamedTuple):
    """How one number changed over all streams that ended well in both runs."""

    median: float
    streams: int


def overall(paired: Sequence[Pair], quantity: Quantity) -> Ratio | None:
    """The median of the streams' ratios; None if no stream has the number in both runs."""
    ratios = [
        ratio
        for pair in paired
        if pair.ended_well and (ratio := pair.change(quantity).ratio) is not None
    ]
    return Ratio(median(ratios), len(ratios)) if ratios else None


def rate_of(paired: Sequence[Pair]) -> Quantity:
    """The fairest rate: tokens per second if every pair has it, else characters."""
    ended_well = [pair for pair in paired if pair.ended_well]
    counted = all(
        TOKENS_RATE.typical(pair.before) and TOKENS_RATE.typical(pair.after) for pair in ended_well
    )
    return TOKENS_RATE if ended_well and counted else CHARS_RATE
