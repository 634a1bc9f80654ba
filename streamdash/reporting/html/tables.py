"""The tables of the report page, and the tiles above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.recording.spec_json import number
from streamdash.reporting.changes import CHANGE_TITLES, change_cells, signed
from streamdash.reporting.comparison import NUMBERS, overall
from streamdash.reporting.html.axis import tone
from streamdash.reporting.html.markup import element, scrolling
from streamdash.reporting.repetitions import rivals, turn_of, with_earlier
from streamdash.reporting.result import elapsed_s
from streamdash.reporting.text_table import rate, rows, seconds, whole
from streamdash.streams.events import ENDED_WELL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.reporting.comparison import Change, Number, Pair
    from streamdash.reporting.html.markup import Child, Html
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.reporting.result import Result

_BEST: dict[str, tuple[str, bool]] = {
    "TTFT": ("ttft_s", True),
    "total": ("total_s", True),
    "chars/s": ("chars_per_s", False),
    "tok/s": ("tokens_per_s", False),
}
"""Columns whose best cell stands out: the number, and whether less is better."""
_COMPARED = ("ttft_s", "total_s", "chars_per_s", "tokens_per_s", "chars", "gap_p95_s")
"""The numbers whose changes have a column; the others are a list."""
_TONES = {1: "good", 0: "quiet", -1: "bad"}


def tiles(source: ReportedRun) -> Html:
    """The run in four figures: who was first, who was through first, who was fastest, in all.

    Where turns differ the first three are of the last turn in which two streams met.
    """
    results = source.results
    chars = sum(count for r in results if isinstance(count := r["chars"], int))
    ended = {status: sum(r["status"] == status for r in results) for status in _statuses(results)}
    return element(
        "dl",
        _record("First token", results, "ttft_s", seconds, less=True),
        _record("Finished first", results, "total_s", seconds, less=True),
        _record("Highest rate", results, "chars_per_s", lambda v: f"{rate(v)} chars/s", less=False),
        _tile(
            "In all",
            f"{whole(chars)} chars",
            ", ".join(f"{count} {status}" for status, count in ended.items())
            + f" in {seconds(elapsed_s(source.board))}",
        ),
        class_="tiles",
    )


def _statuses(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(str(result["status"]) for result in results))


def _record(
    title: str,
    results: Sequence[Result],
    field: str,
    written: Callable[[object], str],
    *,
    less: bool,
) -> Child:
    best = _best(results, field, less=less)
    if not best:
        return None
    winner = max((results[place] for place in best), key=turn_of)
    turns = {turn_of(result) for result in results}
    whose = str(winner["label"])
    if turns != {1}:
        whose += f" · turn {turn_of(winner)}"
    return _tile(title, written(winner[field]), whose)


def _best(results: Sequence[Result], field: str, *, less: bool) -> list[int]:
    """Of each turn the result with the best number of those that ended well and said something.

    None where there are fewer than two: nobody has beaten anybody.
    """
    found = []
    for group in rivals(results):
        known = [
            (value, place)
            for place in group
            if results[place]["status"] in ENDED_WELL
            and results[place]["ttft_s"] is not None
            and (value := number(results[place][field])) is not None
        ]
        if len(known) > 1:
            found.append((min(known) if less else max(known, key=lambda one: one[0]))[1])
    return found


def _tile(title: str, figure: str, whose: str) -> Html:
    return element(
        "div",
        element("dt", title),
        element("dd", figure, class_="figure"),
        element("dd", whose, class_="whose", title=whose),
        class_="tile",
    )


def result_table(results: Sequence[Result]) -> Html:
    """The table of a run; the best of each number stands out, in each turn."""
    results = with_earlier(results)
    columns, body = rows(results)
    best = {title: _best(results, field, less=less) for title, (field, less) in _BEST.items()}
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
                line.append(element("td", cell, class_=tone(str(result["status"]))))
            elif column.number:
                kind = "number best" if place in best.get(column.title, ()) else "number"
                line.append(element("td", cell or "–", class_=kind))
            else:
                line.append(element("td", cell, class_="foreign", title=cell))
        lines.append(element("tr", line))
    return _table(head, lines)


def change_table(paired: Sequence[Pair]) -> Html:
    """A row a stream, a column a number: before, after, difference and ratio in each cell."""
    changes = [{change.number.field: change for change in pair.changes()} for pair in paired]
    shown = [
        known
        for known in NUMBERS
        if known.field in _COMPARED and any(known.field in one for one in changes)
    ]
    head = [
        element("th", "label", scope="col"),
        *(element("th", known.title, scope="col", class_="number") for known in shown),
    ]
    lines: list[Child] = [
        element(
            "tr",
            element("th", pair.label, scope="row", title=pair.label),
            [_change(one.get(known.field), fair=pair.good) for known in shown],
        )
        for pair, one in zip(paired, changes, strict=True)
    ]
    if sum(pair.good for pair in paired) > 1:
        cells = [_median(paired, known) for known in shown]
        lines.append(element("tr", element("th", "median", scope="row"), cells, class_="first"))
    return _table(head, lines)


def _change(change: Change | None, *, fair: bool) -> Html:
    if change is None:
        return element("td", "–", class_="number quiet")
    written = change.number.written
    values = f"{written(change.before) or '–'} → {written(change.after) or '–'}"
    words = signed(change)
    if change.ratio is not None:
        words += f"  ×{change.ratio:.2f}"
    return element(
        "td",
        values,
        element("br") if words else None,
        element("span", words, class_=_tone(change, fair)) if words else None,
        class_="number",
    )


def _tone(change: Change, fair: bool) -> str:
    """A stream that failed early was not quick."""
    return _TONES[change.better if fair else 0]


def _median(paired: Sequence[Pair], known: Number) -> Html:
    ratio = overall(paired, known.field)
    words = "–" if ratio is None else f"×{ratio.median:.2f}"
    return element("td", words, class_="number best")


def change_list(paired: Sequence[Pair]) -> Html:
    """A line for each number of each stream."""
    head = [
        element("th", title, scope="col", class_="number" if place > 1 else None)
        for place, title in enumerate(CHANGE_TITLES)
    ]
    lines: list[Child] = []
    for pair in paired:
        for place, change in enumerate(pair.changes()):
            name, before, after, difference, ratio = change_cells(change)
            lines.append(
                element(
                    "tr",
                    element("th", "" if place else pair.label, scope="row", title=pair.label),
                    element("td", name),
                    [element("td", cell, class_="number") for cell in (before, after, difference)],
                    element("td", ratio, class_=f"number {_tone(change, pair.good)}"),
                    class_=None if place else "first",
                )
            )
    return _table(head, lines)


def spread_table(results: Sequence[Result]) -> Child:
    """Over the repetitions of each stream: how many, and median, 95th percentile and extremes."""
    measured = [
        (result, stats) for result in results if isinstance(stats := result.get("stats"), dict)
    ]
    if not measured:
        return None
    shown = [known for known in NUMBERS if any(stats.get(known.field) for _, stats in measured)]
    head = [
        element("th", "label", scope="col"),
        element("th", "runs", scope="col", class_="number"),
        *(
            element("th", f"{known.title} {word}", scope="col", class_="number")
            for known in shown
            for word in ("median", "min – max")
        ),
    ]
    lines: list[Child] = []
    for result, stats in measured:
        cells: list[Child] = []
        for known in shown:
            spread = stats.get(known.field)
            if not isinstance(spread, dict):
                cells += [element("td", "–", class_="number")] * 2
                continue
            ends = f"{known.written(spread['min'])} – {known.written(spread['max'])}"
            cells.append(element("td", known.written(spread["median"]), class_="number"))
            cells.append(element("td", ends, class_="number quiet"))
        runs = result.get("runs")
        count = str(len(runs)) if isinstance(runs, list) else ""
        label = str(result["label"])
        lines.append(
            element(
                "tr",
                element("th", label, scope="row", title=label),
                element("td", count, class_="number"),
                cells,
            )
        )
    return _table(head, lines)


def _table(head: list[Html], lines: list[Child]) -> Html:
    table = element("table", element("thead", element("tr", head)), element("tbody", lines))
    return element("div", scrolling(table, "Table"), class_="table")
