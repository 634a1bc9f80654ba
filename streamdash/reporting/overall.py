"""How one number differs between two runs, over all streams and rounds that both have."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.reporting.paired.estimate import (
    Estimate,
    Resamples,
    adjusted,
    estimate,
    proves,
)
from streamdash.reporting.winners import tolerance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.comparison import Pair
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.result import StreamResult

Verdict = Literal["better", "worse", "tie", "unknown"]


class Overall(NamedTuple):
    """One number of the second run against the first; times in seconds, rates per second."""

    quantity: Quantity
    n: int
    """Pairs of answers: of the same stream, and of the same round where there are rounds."""
    streams: int
    ratio: float
    """The median of the pairs' ratios, second run over first."""
    estimate: Estimate | None
    """The typical difference, second run less first; None for fewer than five pairs."""
    verdict: Verdict


def overall(
    paired: Sequence[Pair],
    quantities: Sequence[Quantity],
    lag_s: float | None,
    resamples: Resamples,
) -> dict[str, Overall]:
    """Each number by its field; one that no pair has is missing.

    The numbers are one family of comparisons (Holm). A difference is none below what the clocks can
    tell; `lag_s` is the larger lag of the two runs. Comparisons of the same runs share `resamples`.
    """
    found: list[tuple[Quantity, list[tuple[float, float]], int, Estimate | None]] = []
    for quantity in quantities:
        by_stream = [measured(pair, quantity) for pair in paired]
        values = [value for own in by_stream for value in own]
        if values:
            streams = sum(map(bool, by_stream))
            differences = [after - before for before, after in values]
            found.append((quantity, values, streams, estimate(differences, resamples)))
    chances = adjusted([one for *_, one in found])
    return {
        quantity.field: Overall(
            quantity,
            len(values),
            streams,
            median(after / before for before, after in values),
            one,
            _verdict(quantity, one, chance, tolerance(quantity.field, lag_s)),
        )
        for (quantity, values, streams, one), chance in zip(found, chances, strict=True)
    }


def _verdict(quantity: Quantity, one: Estimate | None, chance: float, least: float) -> Verdict:
    if one is None:
        return "unknown"
    if not proves(one, chance) or abs(one.difference) < least:
        return "tie"
    return "better" if (one.difference > 0) is (quantity.better > 0) else "worse"


def measured(pair: Pair, quantity: Quantity) -> list[tuple[float, float]]:
    """The values of one stream in both runs, round by round; only answers that ended well count."""
    before, after = _answers(pair.before), _answers(pair.after)
    return [
        (old, new)
        for number in sorted(before.keys() & after.keys())
        if (old := quantity.of(before[number])) and (new := quantity.of(after[number]))
    ]


def _answers(result: StreamResult | None) -> dict[int, StreamResult]:
    """The answers of a stream that ended well, by their round; one without rounds is the first."""
    if result is None:
        return {}
    answers = result.runs or (result,)
    return {one.round or 1: one for one in answers if one.status.ended_well}
