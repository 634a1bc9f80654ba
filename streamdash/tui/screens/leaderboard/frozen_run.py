"""A run as it stands at one moment, for whoever looks at it longer than the loop may wait."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streamdash.streams.wire_log import WireLog

if TYPE_CHECKING:
    from streamdash.reporting.result import Lag, RunSnapshot
    from streamdash.streams.spec import RunPlan
    from streamdash.streams.state import StreamState


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """A `recording.result.Board` that no event changes any more; safe to read in a thread."""

    plan: RunPlan
    started_at: float
    states: tuple[StreamState, ...]
    past: tuple[tuple[StreamState, ...], ...]
    earlier: tuple[tuple[StreamState, ...], ...]
    lag: Lag


def freeze(run: RunSnapshot) -> FrozenRun:
    """The run of this moment."""
    return FrozenRun(
        run.plan,
        run.started_at,
        tuple(freeze_state(state) for state in run.states),
        tuple(map(tuple, run.past)),
        tuple(map(tuple, run.earlier)),
        run.lag,
    )


def freeze_state(state: StreamState) -> StreamState:
    """The state without its wire events; one that has ended changes no more and is its own."""
    if state.ended_at is not None:
        return state
    it = copy(state)
    it.text, it.reasoning = state.text.copy(), state.reasoning.copy()
    it.refusal, it.tool = state.refusal.copy(), state.tool.copy()
    it.delta_times = state.delta_times[:]
    it.flags = [*state.flags]
    it.wire = WireLog(0)
    return it
