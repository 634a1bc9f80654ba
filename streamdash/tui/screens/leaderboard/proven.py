"""What rounds prove about the streams' order: who is best, and who cannot be told from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.quantities import CHARS_RATE, TOKENS_RATE, TOTAL, TTFA, TTFT
from streamdash.reporting.winners import competes, ranks, rivals, winners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.paired.comparisons import PairedRounds
    from streamdash.reporting.result import StreamResult


class Proven(NamedTuple):
    """The best streams and the ranks in the numbers whose rounds are compared."""

    best: frozenset[tuple[int, str]]
    """Each stream that is best in a field, or ties with the best."""
    ranks: Mapping[str, Mapping[int, int]]
    """The rank of each stream among those that answer its question, by field; ties share one."""


def proven_by(
    results: Sequence[StreamResult],
    streams: Sequence[int],
    lag_p99_s: float | None,
    paired: PairedRounds,
) -> Proven:
    """What the rounds of these results prove; `streams` are their indices in the run.

    It is too slow for the event loop with many streams.
    """
    best: set[tuple[int, str]] = set()
    ranked: dict[str, dict[int, int]] = {}
    for quantity in (TTFT, TTFA, TOTAL, CHARS_RATE, TOKENS_RATE):
        field, better = quantity.field, quantity.better
        won = winners(results, quantity, lag_p99_s, paired)
        best |= {(streams[place], field) for place in won}
        found = ranked.setdefault(field, {})
        for group in rivals(results):
            values = {
                place: value
                for place in group
                if competes(results[place])
                and (value := quantity.typical(results[place])) is not None
            }
            if len(values) > 1:
                order = sorted(values, key=values.__getitem__, reverse=better > 0)
                ranked_places = ranks(order, values, paired.ties(values, field))
                found |= {streams[place]: rank for place, rank in ranked_places.items()}
    return Proven(frozenset(best), ranked)
