"""The results of a stream and of a run, as values; `result_json` makes their JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from streamdash.reporting.pricing import cost_usd, price_of, saved_usd
from streamdash.streams.metrics import measure, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.streams.attempt_log import LoggedAttempt
    from streamdash.streams.errors import ErrorInfo
    from streamdash.streams.events import Status
    from streamdash.streams.metrics import Metrics, Spread
    from streamdash.streams.performer import Lag
    from streamdash.streams.spec import CacheMode, RunPlan
    from streamdash.streams.state import StreamState


@dataclass(frozen=True, slots=True)
class PrimingResult:
    """The request that filled the prompt cache before a stream; part of no other number."""

    took_s: float
    max_tokens: int | None
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None
    cache_write_tokens: int | None
    cost_usd: float | None
    error: ErrorInfo | None


class RunSnapshot(Protocol):
    """The parts of a run that reports read, whether it is live, frozen or recorded."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamResult:
    """One answer of a stream with its numbers, and the answers before it. Unknown is None."""

    label: str
    endpoint: str
    api: str
    model: str
    turn: int
    """Which question of the conversation this answers, from 1."""
    status: Status
    finish_reason: str | None
    error: ErrorInfo | None
    text: str
    reasoning: str
    refusal: str
    metrics: Metrics
    attempt_log: tuple[LoggedAttempt, ...]
    cost_usd: float | None
    cache_saved_usd: float | None
    """What the input tokens from a prompt cache would have cost more."""
    response_id: str | None
    request_id: str | None
    response_model: str | None
    question: str
    system: str | None
    messages: tuple[Mapping[str, object], ...]
    cache: CacheMode = "as-is"
    fresh_line: str | None = None
    """What the last attempt sent in front of the prompt, with `cache = "cold"`."""
    priming: PrimingResult | None = None
    replaced: bool = False
    """Whether a rerun answered the same question again."""
    earlier: tuple[StreamResult, ...] = ()
    """The answers before the last rerun or follow-up, oldest first."""
    runs: tuple[StreamResult, ...] = ()
    """All repetitions, the last one being this answer; empty if the stream ran once."""
    stats: Mapping[str, Spread | None] = field(default_factory=dict)
    """The spread of each of `SPREAD_NUMBERS` over the repetitions that ended well."""

    @property
    def target(self) -> str:
        """`endpoint:model`; empty in blind mode."""
        return f"{self.endpoint}:{self.model}" if self.endpoint else ""

    @property
    def flags(self) -> tuple[str, ...]:
        """The marks on the numbers."""
        return self.metrics.flags


SPREAD_NUMBERS = ("ttft_s", "ttfa_s", "total_s", "chars_per_s", "tokens_per_s")


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The values of a result that describe the run as a whole."""

    title: str
    started: str
    """By the wall clock, in ISO format."""
    elapsed_s: float | None
    streams: int
    repeat: int
    concurrency: int | None
    """How many streams ran at once; None if there was no limit."""
    lag_p99_s: float | None
    lag_max_s: float | None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run and the results of its streams."""

    info: RunInfo
    streams: tuple[StreamResult, ...]


def stream_result(state: StreamState) -> StreamResult:
    """The result of one state, without its repetitions and earlier answers."""
    spec = state.spec
    return StreamResult(
        label=spec.label,
        endpoint=spec.endpoint.name,
        api=spec.endpoint.api,
        model=spec.model,
        turn=spec.turn,
        status=state.status,
        finish_reason=state.finish.reason if state.finish else None,
        error=state.error,
        text=state.text.value(),
        reasoning=state.reasoning.value(),
        refusal=state.refusal.value(),
        metrics=measure(state),
        attempt_log=state.attempt_log.logged(),
        cost_usd=cost_usd(state),
        cache_saved_usd=saved_usd(state),
        response_id=state.response_id,
        request_id=state.headers.request_id if state.headers else None,
        response_model=state.response_model,
        question=spec.question,
        system=spec.system,
        messages=tuple(spec.messages),
        cache=spec.cache,
        fresh_line=state.fresh_line,
        priming=_priming_result(state),
    )


def _priming_result(state: StreamState) -> PrimingResult | None:
    primed = state.priming
    if primed is None:
        return None
    usage = primed.usage
    return PrimingResult(
        took_s=primed.took_s,
        max_tokens=primed.max_tokens,
        input_tokens=usage.input,
        output_tokens=usage.output,
        cached_tokens=usage.cached,
        cache_write_tokens=usage.cache_write,
        cost_usd=price_of(usage, state.spec),
        error=primed.error,
    )


def result_of(run: RunSnapshot, index: int) -> StreamResult:
    """The result of stream `index`, with its repetitions and its earlier answers."""
    last = stream_result(run.states[index])
    earlier = [stream_result(state) for state in run.earlier[index]]
    marked = tuple(
        replace(one, replaced=one.turn == following.turn)
        for one, following in pairwise([*earlier, last])
    )
    if run.plan.repeat <= 1:
        return replace(last, earlier=marked)
    runs = (*map(stream_result, run.past[index]), last)
    counted = [one.metrics for one in runs if one.status.ended_well]
    stats = {
        number: spread(getattr(metrics, number) for metrics in counted) for number in SPREAD_NUMBERS
    }
    return replace(last, earlier=marked, runs=runs, stats=stats)


def results_of(run: RunSnapshot) -> list[StreamResult]:
    """The result of every stream, in their order."""
    return [result_of(run, index) for index in range(len(run.states))]


def run_result(run: RunSnapshot, started: str) -> RunResult:
    """The whole run; `started` is the wall clock's ISO time of the launch."""
    info = RunInfo(
        title=run.plan.title,
        started=started,
        elapsed_s=elapsed_s(run),
        streams=len(run.states),
        repeat=run.plan.repeat,
        concurrency=run.plan.concurrency or None,
        lag_p99_s=run.lag.p99_s,
        lag_max_s=run.lag.max_s,
    )
    return RunResult(info, tuple(results_of(run)))


def elapsed_s(run: RunSnapshot) -> float | None:
    """From the run's start to the end of the stream that ended last; None if none has ended."""
    ends = [
        state.ended_at
        for states in (run.states, *run.past)
        for state in states
        if state.ended_at is not None
    ]
    return max(ends) - run.started_at if ends else None
