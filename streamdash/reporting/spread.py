"""How the numbers of a stream vary over its rounds, failed ones included."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.events import Status
from streamdash.streams.flags import FlagName
from streamdash.streams.statistics import median_interval, percentile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.result import StreamResult

SPREAD_NUMBERS = (
    "ttft_s", "ttfa_s", "total_s", "felt_ttft_s", "felt_total_s", "chars_per_s", "tokens_per_s",
)  # fmt: skip
RATES = frozenset({"chars_per_s", "tokens_per_s"})
LEAST_FOR_P95 = 20
"""Of fewer values, the largest one would be the p95."""


class Spread(NamedTuple):
    """How one number varied over the rounds of a stream.

    A round that failed is slower than all others: its times are infinite, its rates minus
    infinity, and so is a number here that falls on such a round.
    """

    n: int
    """All rounds that count, failed ones included."""
    failed: int
    min: float
    median: float
    ci95: tuple[float, float] | None
    """Of the median; None for fewer than five rounds."""
    p95: float | None
    """None for fewer than 20 rounds."""
    max: float


def spread(values: Sequence[float], failed: int = 0) -> Spread | None:
    """The spread of `values`, the infinite ones of `failed` rounds included; None of no values."""
    if not values:
        return None
    ordered = sorted(values)
    n = len(ordered)
    p95 = percentile(ordered, 95) if n >= LEAST_FOR_P95 else None
    middle = percentile(ordered, 50)
    return Spread(n, failed, ordered[0], middle, median_interval(ordered), p95, ordered[-1])


def spreads(runs: Sequence[StreamResult]) -> dict[str, Spread | None]:
    """The spread of each of `SPREAD_NUMBERS` over the rounds `runs`; None if it is unknown."""
    return {number: _spread(runs, number) for number in SPREAD_NUMBERS}


def _spread(runs: Sequence[StreamResult], number: str) -> Spread | None:
    if not has_number(runs, number):
        return None
    worths = [worth for run in runs if (worth := worth_of(run, number)) is not None]
    return spread(worths, sum(is_failed(run) for run in runs))


def has_number(runs: Sequence[StreamResult], number: str) -> bool:
    """Whether a round that ended well has the number, or none ended well."""
    good = [run for run in runs if run.status.ended_well]
    return not good or any(getattr(run.metrics, number) is not None for run in good)


def worth_of(run: StreamResult, number: str) -> float | None:
    """The number of a round; infinitely slow if it failed, None if it is unknown."""
    if is_failed(run):
        return -inf if number in RATES else inf
    value: float | None = getattr(run.metrics, number)
    return value


def is_failed(run: StreamResult) -> bool:
    """Whether the round ended, and neither well, nor by the user's cancel, nor with our process."""
    ours = run.status is Status.CANCELLED or FlagName.UNFINISHED in run.flags
    return run.status.final and not run.status.ended_well and not ours


def by_cache(runs: Sequence[StreamResult]) -> tuple[list[StreamResult], list[StreamResult]]:
    """The rounds that count, and those kept apart because the provider's cache helped them.

    Live and cancelled rounds do not count. Where some rounds that ended well were cached and others
    were not, the cached ones are apart; failed rounds belong to the uncached ones.
    """
    counted = [run for run in runs if run.status.ended_well or is_failed(run)]
    cached = [run for run in counted if run.status.ended_well and FlagName.CACHED in run.flags]
    rest = [run for run in counted if not (run.status.ended_well and FlagName.CACHED in run.flags)]
    if not any(run.status.ended_well for run in rest):
        return counted, []
    return rest, cached


def stats_of(
    runs: Sequence[StreamResult],
) -> tuple[Mapping[str, Spread | None], Mapping[str, Spread | None] | None]:
    """The spreads of the rounds that count, and of the cached ones if those are apart."""
    counted, cached = by_cache(runs)
    return spreads(counted), spreads(cached) if cached else None
