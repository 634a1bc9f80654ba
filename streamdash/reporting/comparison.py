"""Two runs side by side: the streams with the same label, and how their numbers changed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.overall import overall
from streamdash.reporting.paired.estimate import Resamples
from streamdash.reporting.quantities import (
    CHARS_RATE,
    QUANTITIES,
    TOKENS_RATE,
    TOTAL,
    TTFA,
    TTFT,
)
from streamdash.reporting.repetitions import numbered, with_earlier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.overall import Overall
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.reporting.result import StreamResult


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
        self.lag_s = max(
            (lag for run in (before, after) if (lag := run.snapshot.lag.p99_s) is not None),
            default=None,
        )
        """The larger lag of the two runs, below which times cannot be told apart."""
        self.rate = rate_of(self.pairs)
        self._resamples = Resamples(after.snapshot.plan.seed)
        self._tones: dict[tuple[int, str], int] = {}
        """By the place of the pair and the number's field."""

    @cached_property
    def overall(self) -> dict[str, Overall]:
        """TTFT, total and rate over all pairs, by field; a number that no pair has is missing."""
        return overall(self.pairs, (TTFT, TOTAL, self.rate), self.lag_s, self._resamples)

    def tone(self, place: int, quantity: Quantity) -> int:
        """1 where the change of the pair at `place` is an improvement, -1 for the opposite.

        0 if it is unproven: the stream's own rounds prove it, or all streams together if this one
        changed alike.
        """
        key = place, quantity.field
        if key not in self._tones:
            self._tones[key] = self._tone(self.pairs[place], quantity)
        return self._tones[key]

    def _tone(self, pair: Pair, quantity: Quantity) -> int:
        change = pair.change(quantity)
        if not pair.ended_well or not change.difference or not quantity.better:
            return 0
        own = overall([pair], [quantity], self.lag_s, self._resamples).get(quantity.field)
        if own is None or own.estimate is None:
            own = self.overall.get(quantity.field)
        if own is None or own.verdict in ("tie", "unknown") or own.estimate is None:
            return 0
        alike = (change.difference > 0) is (own.estimate.difference > 0)
        return (1 if own.verdict == "better" else -1) if alike else 0


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


def rate_of(paired: Sequence[Pair]) -> Quantity:
    """The fairest rate: tokens per second if every pair has it, else characters."""
    ended_well = [pair for pair in paired if pair.ended_well]
    counted = all(
        TOKENS_RATE.typical(pair.before) and TOKENS_RATE.typical(pair.after) for pair in ended_well
    )
    return TOKENS_RATE if ended_well and counted else CHARS_RATE
