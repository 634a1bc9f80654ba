"""The table of how each stream's rounds spread, which text and Markdown share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.quantities import CHARS_RATE, TOKENS_RATE, TOTAL, TTFT
from streamdash.reporting.winners import winners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.paired.comparisons import PairedRounds
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.result import StreamResult
    from streamdash.reporting.spread import Spread

P95 = "p95"
INTERVAL = "95 % interval"
DROPPED_FIRST = (P95, "chars/s", INTERVAL, "tok/s")
"""The columns that a narrow table leaves out, in this order."""
_TIMES = (TTFT, TOTAL)
_RATES = (CHARS_RATE, TOKENS_RATE)


class SpreadTable(NamedTuple):
    """Titles and rows of cells; the first column has labels, the others numbers."""

    titles: list[str]
    rows: list[list[str]]
    best: frozenset[tuple[int, int]]
    """Row and column of the medians that are best, or not told apart from the best."""


def spread_table(
    results: Sequence[StreamResult], lag_p99_s: float | None, paired: PairedRounds | None
) -> SpreadTable | None:
    """One row per stream with rounds, and one for its cached rounds; None without rounds.

    Unknown is `-`, and `never` what falls on a round that failed. `paired` are those results.
    """
    spreads: list[tuple[int, str, Mapping[str, Spread | None]]] = []
    for index, result in enumerate(results):
        if result.stats:
            spreads.append((index, result.label, result.stats))
        if result.stats_cached:
            spreads.append((-1, f"{result.label} cached", result.stats_cached))
    if not spreads:
        return None
    with_p95 = any(one and one.p95 is not None for *_, stats in spreads for one in stats.values())
    titles = ["label", "n", "failed"]
    best: set[tuple[int, int]] = set()
    for quantity in (*_TIMES, *_RATES):
        won = winners(results, quantity, lag_p99_s, paired)
        best |= {(row, len(titles)) for row, (index, *_) in enumerate(spreads) if index in won}
        titles += _titles(quantity, with_p95=with_p95)
    rows = [[label, *_cells(stats, with_p95=with_p95)] for _, label, stats in spreads]
    return SpreadTable(titles, rows, frozenset(best))


def _titles(quantity: Quantity, *, with_p95: bool) -> list[str]:
    if quantity in _RATES:
        return [quantity.title]
    return [f"{quantity.title} median", INTERVAL, *([P95] if with_p95 else [])]


def _cells(stats: Mapping[str, Spread | None], *, with_p95: bool) -> list[str]:
    known = [spread for spread in stats.values() if spread is not None]
    cells = [str(max((one.n for one in known), default=0))]
    cells.append(str(max((one.failed for one in known), default=0)))
    for quantity in _TIMES:
        spread = stats.get(quantity.field)
        written = quantity.written
        cells.append(written(spread and spread.median))
        cells.append("" if spread is None else interval_cell(spread, quantity))
        if with_p95:
            cells.append(written(spread and spread.p95))
    for quantity in _RATES:
        spread = stats.get(quantity.field)
        cells.append(quantity.written(spread and spread.median))
    return [cell or "-" for cell in cells]


def interval_cell(spread: Spread, quantity: Quantity) -> str:
    """The interval of the median, as `380 - 420 ms`; empty if there are too few rounds."""
    return "" if spread.ci95 is None else span_cell(spread.ci95, quantity)


def span_cell(ends: tuple[float, float], quantity: Quantity) -> str:
    """Two numbers as `380 - 420 ms`, with the unit once if both have the same."""
    low, high = map(quantity.written, ends)
    value, _, unit = low.rpartition(" ")
    return f"{value if value and high.endswith(f' {unit}') else low} - {high}"
