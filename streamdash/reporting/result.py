"""The result object of a stream and of a run, as `--format json` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from streamdash.reporting.pricing import cost_usd
from streamdash.streams.events import ENDED_WELL
from streamdash.streams.metrics import measure, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.spec import RunPlan
    from streamdash.streams.state import StreamState

VERSION = 1
"""Of the object's shape: it grows when a field changes its meaning, not when one is added."""

SPREAD_FIELDS = ("ttft_s", "ttfa_s", "total_s", "chars_per_s", "tokens_per_s")

Result = dict[str, object]


class Lag(Protocol):
    """How late the run's event loop was; None if that was never measured."""

    @property
    def p99_s(self) -> float | None: ...

    @property
    def max_s(self) -> float | None: ...


class RunSnapshot(Protocol):
    """All streams of a run, live or recorded: what `streams.run.Run` has of it."""

    @property
    def plan(self) -> RunPlan: ...

    @property
    def started_at(self) -> float: ...

    @property
    def states(self) -> Sequence[StreamState]: ...

    @property
    def past(self) -> Sequence[Sequence[StreamState]]: ...

    @property
    def earlier(self) -> Sequence[Sequence[StreamState]]: ...

    @property
    def lag(self) -> Lag: ...


def stream_result(state: StreamState) -> Result:
    """One stream as a JSON object: SPEC's RESULT. Seconds; unknown is None."""
    spec = state.spec
    metrics = measure(state)._asdict()
    flags = list(metrics.pop("flags"))
    error = state.error
    return {
        "label": spec.label,
        "endpoint": spec.endpoint.name,
        "api": spec.endpoint.api,
        "model": spec.model,
        "turn": spec.turn,
        "status": str(state.status),
        "finish_reason": state.finish.reason if state.finish else None,
        "error": None
        if error is None
        else {"kind": error.kind, "message": error.message, "http_status": error.http_status},
        "flags": flags,
        "text": state.text.value(),
        "reasoning": state.reasoning.value(),
        "refusal": state.refusal.value(),
        **metrics,
        "cost_usd": cost_usd(state),
        "response_id": state.response_id,
        "request_id": state.headers.request_id if state.headers else None,
        "response_model": state.response_model,
    }


def result_of(run: RunSnapshot, index: int) -> Result:
    """The result of stream `index`; with repetitions, the last one's with all of them in `runs`.

    `stats` spreads over the repetitions that ended `done` or `incomplete`. `earlier` are the
    results before the last rerun or follow-up, oldest first, each with its `turn` and `question`.
    """
    state = run.states[index]
    result = {
        **stream_result(state),
        "question": state.spec.question,
        "system": state.spec.system,
        "messages": list(state.spec.messages),
        "earlier": [
            {**stream_result(one), "question": one.spec.question} for one in run.earlier[index]
        ],
    }
    if run.plan.repeat <= 1:
        return result
    runs = [*map(stream_result, run.past[index]), stream_result(state)]
    good = [one for one in runs if one["status"] in ENDED_WELL]
    stats: dict[str, object] = {}
    for field in SPREAD_FIELDS:
        known = spread(one[field] for one in good)  # type: ignore[misc]  # floats or None by name
        stats[field] = None if known is None else known._asdict()
    return {**result, "runs": runs, "stats": stats}


def run_result(run: RunSnapshot, started: str) -> Result:
    """The whole run as one object; `started` is the wall clock's ISO time of the launch."""
    return {
        "version": VERSION,
        "run": {
            "title": run.plan.title,
            "started": started,
            "elapsed_s": elapsed_s(run),
            "streams": len(run.states),
            "repeat": run.plan.repeat,
            "concurrency": run.plan.concurrency or None,
            "lag_p99_s": run.lag.p99_s,
            "lag_max_s": run.lag.max_s,
        },
        "streams": [result_of(run, index) for index in range(len(run.states))],
    }


def elapsed_s(run: RunSnapshot) -> float | None:
    """From the run's start to the end of the stream that ended last; None while none has."""
    ends = [state.ended_at for slot in (run.states, *run.past) for state in slot]
    known = [end for end in ends if end is not None]
    return max(known) - run.started_at if known else None
