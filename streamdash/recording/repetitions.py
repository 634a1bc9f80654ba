"""The results of `--repeat`: each repetition as a row of its own, and how their numbers spread."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.recording.result import Result

SPREAD_TITLES = ("label", "runs", "TTFT median", "p95", "total median", "p95", "chars/s", "tok/s")
"""Over the runs that ended `done` or `incomplete`; of the rates the medians."""


class Repetition(NamedTuple):
    """One run of a stream; `number` counts from 1, None where the stream ran once."""

    result: Result
    number: int | None
    place: int
    """Of the stream's result among the results."""


def repetitions(results: Sequence[Result]) -> list[Repetition]:
    """Every run of every stream, in order."""
    found: list[Repetition] = []
    for place, result in enumerate(results):
        runs = result.get("runs")
        if isinstance(runs, list) and runs:
            found += [Repetition(run, number, place) for number, run in enumerate(runs, start=1)]
        else:
            found.append(Repetition(result, None, place))
    return found


def named(results: Sequence[Result]) -> list[Result]:
    """Every run with a label that says which one it is: `PY 2/3`."""
    found = repetitions(results)
    of = Counter(one.place for one in found)
    return [
        one.result
        if one.number is None
        else {**one.result, "label": f"{one.result['label']} {one.number}/{of[one.place]}"}
        for one in found
    ]


def spread_numbers(result: Result) -> tuple[int, list[float | None]] | None:
    """How many runs count, and the numbers of `SPREAD_TITLES`; None of what ran once."""
    stats = result.get("stats")
    if not isinstance(stats, dict):
        return None
    asked = [
        ("ttft_s", "median"), ("ttft_s", "p95"), ("total_s", "median"), ("total_s", "p95"),
        ("chars_per_s", "median"), ("tokens_per_s", "median"),
    ]  # fmt: skip
    known = [stats.get(field) or {} for field, _ in asked]
    numbers = [spread.get(word) for spread, (_, word) in zip(known, asked, strict=True)]
    return max((spread.get("n", 0) for spread in known), default=0), numbers
