"""How many answers of each model passed their checks, and which failed and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from streamdash.checks.wilson import wilson95
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.reporting.repetitions import labelled_answers
from streamdash.streams.statistics import percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.result import StreamResult

PASS_TITLES = ("model", "passed", "rate", "95 % interval", "TTFT median", "total median")
PASS_NUMBERS = range(1, len(PASS_TITLES))
"""The columns that are aligned to the right."""


class PassRate(NamedTuple):
    """The judged answers of one model: those of all rounds, without cancelled ones."""

    model: str
    passed: int
    n: int
    results: tuple[StreamResult, ...]

    @property
    def rate(self) -> float:
        """The share of answers that passed all of their checks."""
        return self.passed / self.n

    @property
    def ci95(self) -> tuple[float, float]:
        """Wilson's interval of the rate."""
        return wilson95(self.passed, self.n)


class Failure(NamedTuple):
    """An answer that failed."""

    label: str
    """Foreign text, with the number of its round if there are rounds."""
    words: tuple[str, ...]
    """One sentence for each check that it failed."""


def judged_answers(results: Sequence[StreamResult]) -> list[StreamResult]:
    """The answers whose checks count: those of all rounds, else the current ones."""
    answers = [one for result in results for one in (result.runs or (result,))]
    return [one for one in answers if one.passed is not None and not one.warmup]


def pass_rates(results: Sequence[StreamResult]) -> list[PassRate]:
    """The rate of each model, in their order; blind mode, without models, has one for all."""
    by_model: dict[str, list[StreamResult]] = {}
    for one in judged_answers(results):
        by_model.setdefault(one.target, []).append(one)
    return [
        PassRate(model, sum(one.passed is True for one in found), len(found), tuple(found))
        for model, found in by_model.items()
    ]


def pass_rows(results: Sequence[StreamResult]) -> list[tuple[str, ...]]:
    """The cells of `PASS_TITLES`, one row per model; the models' names are foreign text."""
    return [
        (
            rate.model,
            f"{rate.passed}/{rate.n}",
            percent(rate.rate),
            " - ".join(map(percent, rate.ci95)).replace(" %", "", 1),
            _median(rate.results, TTFT),
            _median(rate.results, TOTAL),
        )
        for rate in pass_rates(results)
    ]


def percent(share: float) -> str:
    """`87 %`; whole numbers, of which only all is 100 and only none is 0."""
    whole = round(100 * share)
    if whole == 100 and share < 1:
        whole = 99
    return f"{1 if whole == 0 and share > 0 else whole} %"


def _median(results: Sequence[StreamResult], quantity: Quantity) -> str:
    """The median over the answers that ended well; `-` if none did."""
    values = [quantity.of(one) for one in results if one.status.ended_well]
    known = sorted(value for value in values if value is not None)
    return quantity.written(percentile(known, 50)) if known else "-"


def failures(results: Sequence[StreamResult]) -> list[Failure]:
    """Every answer that counts and failed a check, in their order."""
    return [
        Failure(one.label, failed_words(one))
        for one in labelled_answers([replace(result, earlier=()) for result in results])
        if one.passed is False
    ]


def failed_words(result: StreamResult) -> tuple[str, ...]:
    """One sentence for each check that the answer failed: its name and why.

    A name that only repeats the check is left out, as the reason says the same.
    """
    failed = [one for one in result.checks if one.passed is False]
    if failed and not result.status.ended_well and len({one.message for one in failed}) == 1:
        return (failed[0].message,)
    return tuple(
        one.message if one.name.startswith(one.kind) else f"{one.name}: {one.message}"
        for one in failed
    )
