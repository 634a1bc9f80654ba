"""Every answer of a run as a row of its own: repetitions, and those before a rerun or follow-up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.result import Result

SPREAD_TITLES = ("label", "runs", "TTFT median", "p95", "total median", "p95", "chars/s", "tok/s")
"""Over the runs that ended `done` or `incomplete`; of the rates the medians."""


REPLACED = "replaced"
"""The key of an earlier result whose question was answered again."""


class Repetition(NamedTuple):
    """One answer of a stream; `number` counts the repetitions from 1, None where it ran once."""

    result: Result
    number: int | None
    place: int
    """Of the stream's result among the results."""
    earlier: bool = False
    """Whether a rerun or a follow-up came after it."""


def repetitions(results: Sequence[Result]) -> list[Repetition]:
    """Every answer of every stream, in order; the earlier ones before the stream's last launch."""
    found: list[Repetition] = []
    for place, result in enumerate(results):
        found += [Repetition(one, None, place, earlier=True) for one in earlier_results(result)]
        runs = result.get("runs")
        if isinstance(runs, list) and runs:
            question = result.get("question")
            found += [
                Repetition({**run, "question": question}, number, place)
                for number, run in enumerate(runs, start=1)
            ]
        else:
            found.append(Repetition(result, None, place))
    return found


def earlier_results(result: Result) -> list[Result]:
    """The results before the last rerun or follow-up, marked where a later one
    answers the same turn."""
    earlier = result.get("earlier")
    if not isinstance(earlier, list) or not earlier:
        return []
    known: list[Result] = earlier
    later = [*(one["turn"] for one in known[1:]), result.get("turn")]
    return [{**one, REPLACED: turn == one["turn"]} for one, turn in zip(known, later, strict=True)]


def named(results: Sequence[Result]) -> list[Result]:
    """Every answer; the repetitions with a label that says which one it is: `PY 2/3`."""
    found = repetitions(results)
    of = Counter(one.place for one in found if not one.earlier)
    return [
        one.result
        if one.number is None
        else {**one.result, "label": f"{one.result['label']} {one.number}/{of[one.place]}"}
        for one in found
    ]


def with_earlier(results: Sequence[Result]) -> list[Result]:
    """The results, each behind those before its last rerun or follow-up."""
    return [one for result in results for one in (*earlier_results(result), result)]


def turn_of(result: Result) -> int:
    """Which question of its conversation the result answers, from 1."""
    turn = result.get("turn")
    return turn if isinstance(turn, int) else 1


def rivals(results: Sequence[Result]) -> list[list[int]]:
    """The places of results that may be compared: those of one turn, none that was replaced."""
    groups: dict[int, list[int]] = {}
    for place, result in enumerate(results):
        if not result.get(REPLACED):
            groups.setdefault(turn_of(result), []).append(place)
    return list(groups.values())


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
