"""What the summary says of a run in rounds: medians, who ties with the best, and sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from streamdash.reporting.paired.sentences import sentences
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.reporting.winners import winners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.paired.comparisons import PairedRounds
    from streamdash.reporting.result import StreamResult

RACED = {quantity.title: quantity for quantity in (TTFT, TOTAL)}
"""The columns whose best cells are marked."""


class RoundsProof(NamedTuple):
    """The rows of the best results by column, and the comparisons in words."""

    best: Mapping[str, frozenset[int]]
    sentences: tuple[str, ...] = ()


NOTHING_PROVEN = RoundsProof(dict.fromkeys(RACED, frozenset()))
"""Shown until the comparisons are worked out."""


def proof_of(
    results: Sequence[StreamResult], lag_p99_s: float | None, paired: PairedRounds
) -> RoundsProof:
    """What the rounds of `results` prove. With many streams it takes tenths of a second."""
    best = {title: winners(results, one, lag_p99_s, paired) for title, one in RACED.items()}
    return RoundsProof(best, tuple(sentences(paired)))


def with_medians(result: StreamResult) -> StreamResult:
    """The result with the medians of its rounds for numbers; itself without rounds."""
    medians: dict[str, Any] = {
        number: spread.median for number, spread in result.stats.items() if spread
    }
    return replace(result, metrics=result.metrics._replace(**medians)) if medians else result
