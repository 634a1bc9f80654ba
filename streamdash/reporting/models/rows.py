"""What each model's answers to the same questions say about its speed."""

from __future__ import annotations

from collections import defaultdict
from math import exp, inf, isfinite, log
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.reporting.paired.estimate import (
    LEAST_PAIRS,
    Resamples,
    adjusted,
    estimate,
    proves,
)
from streamdash.reporting.winners import ALIKE, Question, best_of, ties_within, tolerance
from streamdash.streams.statistics import percentile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.paired.estimate import Estimate
    from streamdash.reporting.quantities import Quantity

Verdict = Literal["reference", "faster", "slower", "mixed", "tie", "unknown"]
"""`mixed`: proved, but on some question it is the other way round by more than 2 %."""
LEAST_QUESTIONS = 2
"""With one question, a model is a stream, and streams have their own comparisons."""
LEAST_FOR_TENTHS = 10
"""Fewer answers carry no 10th and 90th percentile."""

Place = tuple[Question, int, int]
"""A question, a round from 1, and the number of the model's stream among those that answer it."""


class Answered(NamedTuple):
    """One answer that counts; those that the user cancelled and live ones do not."""

    model: str
    place: Place
    value: float
    """A time in seconds; infinity if the answer failed."""


class ModelRow(NamedTuple):
    """One number of one model; times in seconds. Infinite where it falls on a failed answer."""

    model: str
    n: int
    """Answers to the questions, failed ones included."""
    failed: int
    median: float
    tenths: tuple[float, float] | None
    """The 10th and the 90th percentile; None for fewer than ten answers."""
    ratio: float | None
    """To the reference's number, as a geometric mean over pairs of the same question and round."""
    ci95: tuple[float, float] | None
    """Of the ratio."""
    wins: int
    """How often it was the best of a question and round, ties included."""
    verdict: Verdict


class ModelRows(NamedTuple):
    """The rows of one number, in the order of the models."""

    rows: list[ModelRow]
    questions: int
    """Those that at least two models answered; no other counts."""
    contests: int
    """Questions times rounds in which somebody could win."""


def model_rows(
    answered: Sequence[Answered],
    quantity: Quantity,
    *,
    reference: str | None,
    seed: int,
    lag_p99_s: float | None,
) -> ModelRows | None:
    """The models in one time; None unless two of them answered the same two questions or more.

    `reference` is the model that the others are compared with, by default the first one; `seed` and
    `lag_p99_s` are the run's. The models are one family of comparisons (Holm).

    The interval of a ratio counts on questions if there are five: each is one observation, however
    many rounds there are, so it speaks of more questions of this kind. With fewer questions each
    round is one observation, and the interval speaks of these questions only.
    """
    models, questions = _shared(answered)
    if questions < LEAST_QUESTIONS:
        return None
    against = reference if reference in models else next(iter(models))
    others = [model for model in models if model != against]
    least = tolerance(quantity.field, lag_p99_s)
    resamples = Resamples(seed)
    pairs = {model: _pairs(models[against], models[model]) for model in others}
    found = {model: estimate(_observations(paired), resamples) for model, paired in pairs.items()}
    chances = dict(zip(found, adjusted([*found.values()]), strict=True))
    wins, contests = _wins(models, least)
    rows = [
        _row(
            model,
            list(own.values()),
            wins[model],
            found.get(model),
            "reference"
            if model == against
            else _verdict(found[model], chances[model], pairs[model], least),
        )
        for model, own in models.items()
    ]
    return ModelRows(rows, questions, contests)


def _shared(answered: Sequence[Answered]) -> tuple[dict[str, dict[Place, float]], int]:
    """Each model's values for questions that another one answers too, and how many there are."""
    values: dict[str, dict[Place, float]] = defaultdict(dict)
    asked: dict[Question, set[str]] = defaultdict(set)
    for one in answered:
        asked[one.place[0]].add(one.model)
        values[one.model][one.place] = one.value
    shared = {question for question, models in asked.items() if len(models) > 1}
    models = {
        model: kept
        for model, places in values.items()
        if (kept := {place: value for place, value in places.items() if place[0] in shared})
    }
    return models, len(shared)


def _pairs(
    before: Mapping[Place, float], after: Mapping[Place, float]
) -> dict[Place, tuple[float, float]]:
    """The values of both models in the same places; a place where both failed says nothing."""
    return {
        place: (value, after[place])
        for place, value in before.items()
        if place in after and min(value, after[place]) < inf
    }


def _observations(pairs: Mapping[Place, tuple[float, float]]) -> list[float]:
    """The logarithm of the ratio in each question, or with fewer than five, in each round.

    A round counts if it has a pair for every question that any round has: they differ too much.
    """
    by_question = _by_question(pairs)
    by_round: dict[int, list[float]] = defaultdict(list)
    for (_, number, _), (before, after) in pairs.items():
        by_round[number].append(_log(after) - _log(before))
    if len({question for question, _ in by_question}) >= LEAST_PAIRS:
        return [_middle(values) for values in by_question.values()]
    return [_middle(values) for values in by_round.values() if len(values) == len(by_question)]


def _by_question(
    pairs: Mapping[Place, tuple[float, float]],
) -> dict[tuple[Question, int], list[float]]:
    """The logarithms of the ratios in the rounds of each question."""
    found: dict[tuple[Question, int], list[float]] = defaultdict(list)
    for (question, _, stream), (before, after) in pairs.items():
        found[question, stream].append(_log(after) - _log(before))
    return found


def _middle(values: Sequence[float]) -> float:
    """The mean, or where some are infinite the median."""
    if all(map(isfinite, values)):
        return sum(values) / len(values)
    ordered = sorted(values)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return 0.0 if low == -high else (low + high) / 2


def _log(value: float) -> float:
    """The logarithm of a time, of which none is below a microsecond."""
    return log(max(value, 1e-6))


def _verdict(
    one: Estimate | None,
    chance: float,
    pairs: Mapping[Place, tuple[float, float]],
    least: float,
) -> Verdict:
    if one is None:
        return "unknown"
    typical = median(abs(after - before) for before, after in pairs.values())
    if not proves(one, chance) or typical < least:
        return "tie"
    sign = 1 if one.difference > 0 else -1
    by_question = list(_by_question(pairs).values())
    # many questions need not agree, as each of them is an observation
    if len(by_question) < LEAST_PAIRS and any(_middle(one) * sign < -ALIKE for one in by_question):
        return "mixed"
    return "faster" if one.difference < 0 else "slower"


def _wins(models: Mapping[str, Mapping[Place, float]], least: float) -> tuple[dict[str, int], int]:
    """How often each model was the best, and how many contests there were."""
    wins = dict.fromkeys(models, 0)
    contests = 0
    places = dict.fromkeys(place for own in models.values() for place in own)
    for place in places:
        values = {model: own[place] for model, own in models.items() if place in own}
        # nobody wins where all failed
        if len(values) < 2 or min(values.values()) == inf:
            continue
        contests += 1
        for model in best_of(values, -1, ties_within(values, least)):
            wins[model] += 1
    return wins, contests


def _row(
    model: str,
    values: Sequence[float],
    wins: int,
    one: Estimate | None,
    verdict: Verdict,
) -> ModelRow:
    ordered = sorted(values)
    tenths = None
    if len(ordered) >= LEAST_FOR_TENTHS:
        tenths = percentile(ordered, 10), percentile(ordered, 90)
    return ModelRow(
        model,
        len(ordered),
        ordered.count(inf),
        percentile(ordered, 50),
        tenths,
        None if one is None else _exp(one.difference),
        None if one is None else (_exp(one.ci95[0]), _exp(one.ci95[1])),
        wins,
        verdict,
    )


def _exp(value: float) -> float:
    """The ratio of a logarithm, infinite if it is beyond all floats."""
    return inf if value > 700 else exp(value)
