"""The streams of a run at one time: of a recorded run at its end, or of a live one as it is."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streamdash.streams.wire_log import WireLog

if TYPE_CHECKING:
    from streamdash.streams.performer import Lag
    from streamdash.streams.run import Run
    from streamdash.streams.spec import RunPlan
    from streamdash.streams.state import StreamState


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """A `reporting.result.RunSnapshot` that no event changes, safe to read in a thread."""

    plan: RunPlan
    started_at: float
    states: tuple[StreamState, ...]
    present: tuple[int, ...]
    past: tuple[tuple[StreamState, ...], ...]
    earlier: tuple[tuple[StreamState, ...], ...]
    lag: Lag


def freeze(run: Run) -> FrozenRun:
    """The run as it is now."""
    return FrozenRun(
        run.plan,
        run.started_at,
        tuple(freeze_state(state) for state in run.states),
        tuple(run.present),
        tuple(map(tuple, run.past)),
        tuple(map(tuple, run.earlier)),
        run.lag,
    )


def freeze_state(state: StreamState) -> StreamState:
    """A copy of the state without wire events; a state that has ended is returned itself."""
    if state.ended_at is not None:
        return state
    frozen = copy(state)
    frozen.text, frozen.reasoning = state.text.copy(), state.reasoning.copy()
    frozen.refusal, frozen.tool = state.refusal.copy(), state.tool.copy()
    frozen.delta_times = state.delta_times[:]
    frozen.flags = [*state.flags]
    frozen.wire = WireLog(0)
    return frozen
