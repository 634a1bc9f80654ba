"""The tables of the report page, and the tiles above them."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from streamdash.reporting.changes import CHANGE_TITLES, change_cells, signed
from streamdash.reporting.columns import rows
from streamdash.reporting.figures import count, duration
from streamdash.reporting.html.axis import tone
from streamdash.reporting.html.markup import element, scrolling
from streamdash.reporting.quantities import (
    CHARS,
    CHARS_RATE,
    GAP_P95,
    QUANTITIES,
    TOKENS_RATE,
    TOTAL,
    TTFT,
)
from streamdash.reporting.repetitions import with_earlier
from streamdash.reporting.result import elapsed_s, paired_rounds
from streamdash.reporting.spread_table import interval_cell
from streamdash.reporting.winners import rivals, winners

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from streamdash.reporting.comparison import Change, Comparison, Pair
    from streamdash.reporting.html.markup import Child, Html
    from streamdash.reporting.paired.comparisons import PairedRounds
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.reporting.result import StreamResult
    from streamdash.reporting.spread import Spread

_RACED = {quantity.title: quantity for quantity in (TTFT, TOTAL, CHARS_RATE, TOKENS_RATE)}
"""The columns whose best cell is marked."""
_COMPARED = frozenset({TTFT, TOTAL, CHARS_RATE, TOKENS_RATE, CHARS, GAP_P95})
"""The numbers whose changes have a column; the list below the table has all."""
_TONES = {1: "good", 0: "quiet", -1: "bad"}


def tiles(run: ReportedRun) -> Html:
    """The run in four figures: the first token, the first end, the highest rate, and the sum.

    If the turns differ, the winners are those of the last turn that has any. A figure is left out
    if its turn has several questions with rivals, or nobody is clearly first.
    """
    results, lag = run.results, run.snapshot.lag.p99_s
    paired = paired_rounds(run.snapshot, results)
    chars = sum(result.metrics.chars for result in results)
    endings = Counter(result.status for result in results)
    return element(
        "dl",
        _record("First token", results, TTFT, lag, paired),
        _record("Finished first", results, TOTAL, lag, paired),
        _record("Highest rate", results, CHARS_RATE, lag, paired, unit=" chars/s"),
        _tile(
            "In all",
            f"{count(chars)} chars",
            ", ".join(f"{number} {status}" for status, number in endings.items())
            + f" in {duration(elapsed_s(run.snapshot))}",
        ),
        class_="tiles",
    )


def _record(
    title: str,
    results: Sequence[StreamResult],
    quantity: Quantity,
    lag_p99_s: float | None,
    paired: PairedRounds,
    unit: str = "",
) -> Child:
    best = [results[index] for index in sorted(winners(results, quantity, lag_p99_s, paired))]
    turn = max((result.turn for result in best), default=0)
    first = [result for result in best if result.turn == turn]
    if not first or len(_questions(results, turn)) > 1:
        return None
    winner = first[0]
    whose = " and ".join(result.label for result in first)
    if any(result.turn != 1 for result in results):
        whose += f" · turn {turn}"
    return _tile(title, quantity.written(quantity.typical(winner)) + unit, whose)


def _questions(results: Sequence[StreamResult], turn: int) -> list[list[int]]:
    """The results of a turn that compete, one group for each question."""
    return [group for group in rivals(results) if len(group) > 1 and results[group[0]].turn == turn]


def _tile(title: str, figure: str, whose: str) -> Html:
    return element(
        "div",
        element("dt", title),
        element("dd", figure, class_="figure"),
        element("dd", whose, class_="whose", title=whose),
        class_="tile",
    )


def result_table(results: Sequence[StreamResult], lag_p99_s: float | None) -> Html:
    """The table of a run, with the best numbers for each question marked."""
    results = with_earlier(results)
    columns, body = rows(results)
    # with rounds, the table of their medians has the marks
    single = [] if any(result.runs for result in results) else results
    best = {title: winners(single, quantity, lag_p99_s) for title, quantity in _RACED.items()}
    head = [
        element("th", column.title, scope="col", class_="number" if column.number else None)
        for column in columns
    ]
    lines: list[Child] = []
    for place, (result, cells) in enumerate(zip(results, body, strict=True)):
        line: list[Child] = []
        for column, cell in zip(columns, cells, strict=True):
            if column.title == "label":
                line.append(element("th", cell, scope="row", title=cell))
            elif column.title == "status":
                line.append(element("td", cell, class_=tone(result.status)))
            elif column.number:
                kind = "number best" if place in best.get(column.title, ()) else "number"
                line.append(element("td", cell or "–", class_=kind))
            else:
                line.append(element("td", cell, class_="foreign", title=cell))
        lines.append(element("tr", line))
    return _table(head, lines)


def change_table(compared: Comparison) -> Html:
    """One row per stream, one column per number; a cell has before, after and the change."""
    paired = compared.pairs
    changes = [{change.quantity: change for change in pair.changes()} for pair in paired]
    shown = [
        quantity
        for quantity in QUANTITIES
        if quantity in _COMPARED and any(quantity in one for one in changes)
    ]
    head = [
        element("th", "label", scope="col"),
        *(element("th", quantity.title, scope="col", class_="number") for quantity in shown),
    ]
    lines: list[Child] = [
        element(
            "tr",
            element("th", pair.label, scope="row", title=pair.label),
            [_change(one.get(quantity), compared.tone(place, quantity)) for quantity in shown],
        )
        for place, (pair, one) in enumerate(zip(paired, changes, strict=True))
    ]
    if sum(pair.ended_well for pair in paired) > 1:
        cells = [_median(paired, quantity) for quantity in shown]
        lines.append(element("tr", element("th", "median", scope="row"), cells, class_="first"))
    return _table(head, lines)


def _change(change: Change | None, tone: int) -> Html:
    if change is None:
        return element("td", "–", class_="number quiet")
    written = change.quantity.written
    values = f"{written(change.before) or '–'} → {written(change.after) or '–'}"
    words = signed(change)
    if change.ratio is not None:
        words += f"  ×{change.ratio:.2f}"
    return element(
        "td",
        values,
        element("br") if words else None,
        element("span", words, class_=_TONES[tone]) if words else None,
        class_="number",
    )


def _median(paired: Sequence[Pair], quantity: Quantity) -> Html:
    ratios = [
        ratio
        for pair in paired
        if pair.ended_well and (ratio := pair.change(quantity).ratio) is not None
    ]
    words = f"×{median(ratios):.2f}" if ratios else "–"
    return element("td", words, class_="number best")


def change_list(compared: Comparison) -> Html:
    """One row per number of each stream."""
    paired = compared.pairs
    head = [
        element("th", title, scope="col", class_="number" if place > 1 else None)
        for place, title in enumerate(CHANGE_TITLES)
    ]
    lines: list[Child] = []
    for index, pair in enumerate(paired):
        for place, change in enumerate(pair.changes()):
            name, before, after, difference, ratio = change_cells(change)
            lines.append(
                element(
                    "tr",
                    element("th", "" if place else pair.label, scope="row", title=pair.label),
                    element("td", name),
                    [element("td", cell, class_="number") for cell in (before, after, difference)],
                    element(
                        "td",
                        ratio,
                        class_=f"number {_TONES[compared.tone(index, change.quantity)]}",
                    ),
                    class_=None if place else "first",
                )
            )
    return _table(head, lines)


def spread_table(run: ReportedRun) -> Child:
    """The rounds of each stream: how many, how many failed, and how each number spread."""
    results, lag = run.results, run.snapshot.lag.p99_s
    rows = [
        (index, result.label, result.stats) for index, result in enumerate(results) if result.stats
    ]
    rows += [
        (-1, f"{result.label} cached", result.stats_cached)
        for result in results
        if result.stats_cached
    ]
    if not rows:
        return None
    paired = paired_rounds(run.snapshot, results)
    shown = [one for one in QUANTITIES if any(stats.get(one.field) for *_, stats in rows)]
    best = {one: winners(results, one, lag, paired) for one in shown}
    head = [
        element("th", "label", scope="col"),
        *(element("th", title, scope="col", class_="number") for title in ("rounds", "failed")),
        *(
            element("th", f"{quantity.title} {word}", scope="col", class_="number")
            for quantity in shown
            for word in ("median", "95 % interval", "min – max")
        ),
    ]
    lines: list[Child] = []
    for index, label, stats in rows:
        known = [spread for spread in stats.values() if spread is not None]
        cells: list[Child] = [
            element("td", str(max((one.n for one in known), default=0)), class_="number"),
            element("td", str(max((one.failed for one in known), default=0)), class_="number"),
        ]
        for quantity in shown:
            spread = stats.get(quantity.field)
            kind = "number best" if index in best[quantity] else "number"
            cells += _spread_cells(spread, quantity, kind)
        lines.append(element("tr", element("th", label, scope="row", title=label), cells))
    return _table(head, lines)


def _spread_cells(spread: Spread | None, quantity: Quantity, kind: str) -> list[Child]:
    """Median, its interval, and the extremes."""
    if spread is None:
        return [element("td", "–", class_="number")] * 3
    extremes = f"{quantity.written(spread.min)} – {quantity.written(spread.max)}"
    return [
        element("td", quantity.written(spread.median), class_=kind),
        element("td", interval_cell(spread, quantity) or "–", class_="number quiet"),
        element("td", extremes, class_="number quiet"),
    ]


def cells_table(
    titles: Sequence[str], numbers: Collection[int], rows: Sequence[Sequence[str]]
) -> Html:
    """One row per model; the columns in `numbers` are aligned to the right."""
    kinds = ["number" if place in numbers else None for place in range(len(titles))]
    head = [
        element("th", title, scope="col", class_=kind)
        for title, kind in zip(titles, kinds, strict=True)
    ]
    lines: list[Child] = [
        element(
            "tr",
            element("th", row[0], scope="row", title=row[0]),
            [
                element("td", cell, class_=kind)
                for cell, kind in zip(row[1:], kinds[1:], strict=True)
            ],
        )
        for row in rows
    ]
    return _table(head, lines)


def _table(head: list[Html], lines: list[Child]) -> Html:
    table = element("table", element("thead", element("tr", head)), element("tbody", lines))
    return element("div", scrolling(table, "Table"), class_="table")
