"""Decides which streams are best in a number: only where they compete and their values differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from streamdash.reporting.paired.comparisons import PairedRounds
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.result import StreamResult

ALIKE = 0.02
"""Values that differ from the best by no more than this share of it tie with it."""
CLOCK_S = 0.001
"""Times that differ by no more than this tie, however exact the clock seems to be."""

Question = tuple[int, "str | None", tuple[str, ...]]
"""The turn, the system prompt, and every message except the stream's own earlier answers."""
K = TypeVar("K")


def question_of(
    turn: int, system: str | None, messages: Sequence[Mapping[str, object]]
) -> Question:
    """What a stream answers; streams compete only if theirs are equal.

    From the second turn on, each stream's messages hold its own answers, one for each earlier turn.
    """
    own = turn - 1
    asked: list[str] = []
    for message in reversed(messages):
        if own and message.get("role") == "assistant":
            own -= 1
        else:
            asked.append(json.dumps(message, sort_keys=True, default=str))
    return turn, system, tuple(reversed(asked))


def rivals(results: Sequence[StreamResult]) -> list[list[int]]:
    """The indices of results that answer the same question; replaced answers are left out."""
    groups: dict[Question, list[int]] = {}
    for index, result in enumerate(results):
        if not result.replaced:
            question = question_of(result.turn, result.system, result.messages)
            groups.setdefault(question, []).append(index)
    return list(groups.values())


def winners(
    results: Sequence[StreamResult],
    quantity: Quantity,
    lag_p99_s: float | None,
    paired: PairedRounds | None = None,
) -> frozenset[int]:
    """The indices of the best results for each question, ties included.

    A result competes if it ended well with a first token; one with rounds competes with their
    median. Of rounds, `paired` (of the same results) decides what ties with the best median.
    """
    least = tolerance(quantity.field, lag_p99_s)
    found: set[int] = set()
    for group in rivals(results):
        values = {
            index: value
            for index in group
            if competes(results[index]) and (value := quantity.typical(results[index])) is not None
        }
        in_rounds = any(quantity.field in results[index].stats for index in values)
        if paired is not None and in_rounds:
            tied = paired.ties(values, quantity.field)
        else:
            tied = ties_within(values, least)
        found |= best_of(values, quantity.better, tied)
    return frozenset(found)


def competes(result: StreamResult) -> bool:
    """Whether the result may win: it has rounds, or ended well with a first token."""
    return bool(result.runs) or (result.status.ended_well and result.metrics.ttft_s is not None)


def best_of(values: Mapping[K, float], better: int, tied: Callable[[K, K], bool]) -> frozenset[K]:
    """The keys of the best value and of all that tie with it; empty if nobody wins.

    Nobody wins without a rival, or if all values tie. `better` is 1 if more is better, else -1.
    `tied(best, other)` decides for a pair: `ties_within` by the values alone, and where rounds were
    measured, the verdict of their comparison, with an unknown one as a tie.
    """
    if len(values) < 2 or not better:
        return frozenset()
    best = max(values, key=lambda key: better * values[key])
    top = frozenset(key for key in values if key == best or tied(best, key))
    return frozenset() if len(top) == len(values) else top


def ties_within(values: Mapping[K, float], least: float) -> Callable[[K, K], bool]:
    """Whether two values are alike; `least` is the smallest difference that was measured."""
    return lambda one, other: alike(values[one], values[other], least)


def alike(best: float, other: float, least: float) -> bool:
    """Whether `other` differs from `best` by at most 2 % or `least`."""
    return abs(other - best) <= max(ALIKE * abs(best), least)


def tolerance(field: str, lag_p99_s: float | None) -> float:
    """The smallest difference of a result's field that the clock can tell; 0 if it is no time.

    `lag_p99_s` is the run's, None if it was not measured.
    """
    is_time = field.endswith("_s") and not field.endswith("_per_s")
    return max(CLOCK_S, lag_p99_s or 0.0) if is_time else 0.0


def ranks(
    order: Iterable[K], values: Mapping[K, float], tied: Callable[[K, K], bool]
) -> dict[K, int]:
    """The rank of each key that has a value, from 1; `order` has the best first.

    Keys that tie with the first of their rank share it, and the next rank counts them all.
    """
    found: dict[K, int] = {}
    leader: K | None = None
    for key in order:
        if key not in values:
            continue
        if leader is None or not tied(leader, key):
            leader = key
            found[key] = len(found) + 1
        else:
            found[key] = found[leader]
    return found
