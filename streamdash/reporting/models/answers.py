"""The answers of a run that count for a verdict per model."""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING

from streamdash.reporting.models.rows import Answered, model_rows
from streamdash.reporting.repetitions import with_earlier
from streamdash.reporting.spread import by_cache, is_failed
from streamdash.reporting.winners import question_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.models.rows import ModelRows, Place
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.result import RunSnapshot, StreamResult


def models_of(
    run: RunSnapshot, results: Sequence[StreamResult], quantity: Quantity
) -> ModelRows | None:
    """The verdict per model in one time; None unless several models answered the same questions.

    `results` are those of the run's streams. The reference is the model of the run's reference.
    """
    label = run.plan.reference
    return model_rows(
        answered(results, quantity),
        quantity,
        reference=next((one.target for one in results if one.label == label), None),
        seed=run.plan.seed,
        lag_p99_s=run.lag.p99_s,
    )


def answered(results: Sequence[StreamResult], quantity: Quantity) -> list[Answered]:
    """The answers of every stream: all turns, all rounds; none that a rerun has replaced.

    In blind mode, when models have no names, there are none.
    """
    found = []
    seen: Counter[tuple[str, Place]] = Counter()
    for result in results:
        # cached and other rounds are never mixed
        for one in by_cache(result.runs)[0] if result.runs else with_earlier([result]):
            value = _value(one, quantity)
            if value is None or not one.target:
                continue
            place: Place = question_of(one.turn, one.system, one.messages), one.round or 1, 1
            seen[one.target, place] += 1
            found.append(Answered(one.target, (*place[:2], seen[one.target, place]), value))
    return found


def _value(one: StreamResult, quantity: Quantity) -> float | None:
    """The time; infinity if the answer failed, None if it does not count."""
    if one.replaced or one.warmup:
        return None
    if is_failed(one):
        return inf
    return quantity.of(one) if one.status.ended_well else None
