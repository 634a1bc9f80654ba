"""Answers that a test speaks piece by piece, and what their checks say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.checks.evaluation import Evaluation, final_verdicts
from streamdash.streams.check import Check
from streamdash.streams.events import (
    Attempt,
    Delta,
    End,
    Finish,
    Headers,
    Sent,
    Status,
)
from streamdash.streams.state import StreamState
from tests.streams.scripted import SPEC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.check import Verdict


def check(**keys: Any) -> Check:
    """A check as a prompt file writes it: its kind, and its options."""
    options = {name: keys.pop(name) for name in ("name", "ignore_case", "fenced") if name in keys}
    ((kind, value),) = keys.items()
    return Check(kind, value, **options)


def begun(*checks: Check) -> StreamState:
    """A stream that was sent at 0 and has its headers."""
    state = StreamState(SPEC._replace(checks=checks), 0, 0.0)
    for event in (Attempt(1), Sent(), Headers(200, None, "text/event-stream")):
        state.apply(event, 0.0)
    return state


def end(state: StreamState, status: Status = Status.DONE, at: float = 2.0) -> StreamState:
    """The stream at its end; a good one has a reason."""
    if status.ended_well:
        state.apply(Finish("stop", status), at)
    state.apply(End(status), at)
    return state


def answered(text: str, *checks: Check, status: Status = Status.DONE) -> StreamState:
    """A stream that answered this and ended."""
    state = begun(*checks)
    if text:
        state.apply(Delta("answer", text), 1.0)
    return end(state, status)


def judged(text: str, one: Check, status: Status = Status.DONE) -> Verdict:
    """The verdict about a whole answer."""
    (verdict,) = final_verdicts(answered(text, one, status=status), no_cost)
    return verdict


def followed(pieces: Iterable[str], one: Check) -> tuple[list[bool | None], bool | None]:
    """The verdicts after each piece, and the one at the end, of one evaluation."""
    state = begun(one)
    evaluation = Evaluation(state, no_cost)
    live = []
    for piece in pieces:
        state.apply(Delta("answer", piece), 1.0)
        live.append(evaluation.update(1.0, quick=True)[0].passed)
    end(state)
    return live, evaluation.update(2.0, quick=False)[0].passed


def no_cost(_state: StreamState) -> float | None:
    """The cost of a local model."""
    return None
