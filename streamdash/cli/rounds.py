"""The rounds that a command line asks for, checked and completed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from streamdash.streams.errors import UsageError
from streamdash.streams.rounds.precision import LEAST_ROUNDS

if TYPE_CHECKING:
    from streamdash.cli.commands import RoundsRequest
    from streamdash.streams.spec import RunPlan

UNTIL_ROUNDS = 30
"""The most rounds of a run that ends once its numbers are known well enough."""
_DRAWN_SEEDS = 1_000_000
"""A drawn seed is below this: short enough to be typed again."""


def with_rounds(plan: RunPlan, request: RoundsRequest) -> RunPlan:
    """The plan with its rounds; a seed is drawn if none was given. Raises UsageError."""
    repeat, until = request.repeat, request.until
    if repeat is None:
        repeat = 1 if until is None else UNTIL_ROUNDS
    if until is not None and repeat < LEAST_ROUNDS:
        raise UsageError(
            f"--until needs {LEAST_ROUNDS} rounds or more to judge by, and --repeat allows {repeat}"
        )
    reference = request.reference
    if reference is not None:
        from streamdash.promptfile import no_such_label

        labels = [spec.label for spec in plan.specs]
        if reference not in labels:
            raise UsageError(f"--reference: {no_such_label(reference, labels)}")
    return plan._replace(
        repeat=repeat,
        warmup=request.warmup,
        order=request.order,
        until=until,
        seed=Random().randrange(_DRAWN_SEEDS) if request.seed is None else request.seed,  # noqa: S311
        reference=reference,
    )
