"""Checks of how long an answer took, how it ended, and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.checks.decision import PASSED, Decision
from streamdash.streams.check import written
from streamdash.streams.metrics import felt_since, total_of, ttft_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.check import Check
    from streamdash.streams.state import StreamState

_NAMES = {
    "max_ttft": "TTFT", "max_total": "total", "max_felt_ttft": "felt TTFT",
    "max_felt_total": "felt total",
}  # fmt: skip


def time_decision(check: Check, state: StreamState, now: float) -> Decision | None:
    """The decision about one of `TIME_KINDS` at the time `now` of the run's clock.

    It follows from the state alone, because a retry starts the times of an attempt again.
    """
    limit: float = check.value
    name = _NAMES[check.kind]
    known, running = _times(check.kind, state, now)
    if known is not None:
        if known <= limit:
            return PASSED
        return Decision(passed=False, message=f"{name} {known:.3f} s is over {limit:g} s")
    if state.ended_at is not None:
        ended_well = state.status.ended_well
        return Decision(passed=False, message=f"has no {name}") if ended_well else None
    if running is not None and running > limit:
        return Decision(passed=False, message=f"{name} is over {limit:g} s")
    return None


def _times(kind: str, state: StreamState, now: float) -> tuple[float | None, float | None]:
    """The time if it is known, and how long it has lasted so far."""
    since = None if state.sent_at is None else state.until(now) - state.sent_at
    if kind == "max_ttft":
        return ttft_of(state), since
    if kind == "max_total":
        return total_of(state), since
    felt = felt_since(state, state.until(now))
    if kind == "max_felt_ttft":
        return felt_since(state, state.first_delta_at), felt
    if state.ended_at is None:
        return None, felt
    end = state.ended_at if state.terminal_at is None else state.terminal_at
    return felt_since(state, end), felt


def finish_decision(check: Check, state: StreamState) -> Decision:
    """Whether the answer ended for one of the reasons, as a provider or a status says them."""
    reason = state.finish.reason if state.finish is not None else None
    if reason in check.value or state.status.value in check.value:
        return PASSED
    ended = f"{state.status.value}, which is not" if reason is None else f"{written(reason)}, not"
    return Decision(passed=False, message=f"finished {ended} {written(check.value)}")


def cost_decision(
    check: Check, state: StreamState, cost: Callable[[StreamState], float | None]
) -> Decision:
    """Whether the answer cost at most so many US dollars; an unknown cost passes nothing."""
    known = cost(state)
    limit: float = check.value
    if known is None:
        return Decision(passed=False, message=f"its cost is unknown; the limit is ${limit:g}")
    if known <= limit:
        return PASSED
    return Decision(passed=False, message=f"cost ${known:.4g} is over ${limit:g}")
