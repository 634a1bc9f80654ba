"""One round of a run, and the rounds that a plan asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.streams.spec import RunPlan
    from streamdash.streams.state import StreamState


class Round(NamedTuple):
    """A round; warm-up rounds are counted apart, come first, and are in no number."""

    number: int
    """From 1."""
    warmup: bool = False


class Answers(Protocol):
    """The current answer of each stream, and the rounds of its current series before it."""

    @property
    def plan(self) -> RunPlan: ...

    @property
    def states(self) -> Sequence[StreamState]: ...

    @property
    def past(self) -> Sequence[Sequence[StreamState]]: ...


def planned_rounds(plan: RunPlan, *, warmup: bool = True) -> tuple[Round | None, ...]:
    """The rounds of a launch, in order; a single None if the run is not made in rounds."""
    if not plan.in_rounds:
        return (None,)
    first = range(1, plan.warmup + 1) if warmup else ()
    return (
        *(Round(number, warmup=True) for number in first),
        *(Round(number) for number in range(1, plan.repeat + 1)),
    )


def measured_states(run: Answers, index: int) -> list[StreamState]:
    """The answers of stream `index` that count, oldest first.

    They are those of its rounds, without warm-up rounds and reruns; in a run without rounds it is
    the current answer.
    """
    if not run.plan.in_rounds:
        return [run.states[index]]
    return [state for state in (*run.past[index], run.states[index]) if is_measured(state)]


def is_measured(state: StreamState) -> bool:
    """Whether the answer belongs to a round that is not a warm-up."""
    return state.round is not None and not state.round.warmup


def current_round(states: Iterable[StreamState]) -> Round | None:
    """The latest round of the streams that are live, else of all; None without rounds."""
    in_rounds = [state for state in states if state.round is not None]
    live = [state for state in in_rounds if state.ended_at is None]
    return max(
        (state.round for state in live or in_rounds if state.round is not None),
        key=lambda one: (not one.warmup, one.number),
        default=None,
    )


def round_words(one: Round, plan: RunPlan) -> str:
    """`3/10`, or `warm-up 1/2`."""
    if one.warmup:
        return f"warm-up {one.number}/{plan.warmup}"
    return f"{one.number}/{plan.repeat}"
