"""The results of a stream and of a run, as values; `result_json` makes their JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from streamdash.recording.run_title import title_of
from streamdash.reporting.checked import verdicts_of
from streamdash.reporting.paired.comparisons import PairedRounds
from streamdash.reporting.pricing import cost_usd, saved_usd
from streamdash.reporting.priming import priming_result
from streamdash.reporting.request_changes import cause_of, request_changes
from streamdash.reporting.spread import SPREAD_NUMBERS, stats_of
from streamdash.streams.check import all_passed
from streamdash.streams.metrics import measure
from streamdash.streams.rounds.round import is_measured, measured_states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.paired.comparisons import PairedComparison
    from streamdash.reporting.priming import PrimingResult
    from streamdash.reporting.request_changes import Cause, RequestChange
    from streamdash.reporting.spread import Spread
    from streamdash.streams.attempt_log import LoggedAttempt
    from streamdash.streams.check import Verdict
    from streamdash.streams.errors import ErrorInfo
    from streamdash.streams.events import Status
    from streamdash.streams.metrics import Metrics
    from streamdash.streams.performer import Lag
    from streamdash.streams.spec import CacheMode, Order, RunPlan
    from streamdash.streams.state import StreamState


class RunSnapshot(Protocol):
    """The parts of a run that reports read, whether it is live, frozen or recorded."""

    @property
    def plan(self) -> RunPlan: ...

    @property
    def started_at(self) -> float: ...

    @property
    def states(self) -> Sequence[StreamState]: ...

    @property
    def present(self) -> Sequence[int]:
        """The indices of the streams that were not removed; reports show no others."""
        ...

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
    prompt_label: str | None = None
    """As in `StreamSpec`."""
    case: str | None = None
    """As in `StreamSpec`."""
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
    round: int | None = None
    """The round that the answer belongs to, from 1; None for warm-ups, reruns, without rounds."""
    warmup: bool = False
    """Whether it belongs to a warm-up round."""
    cache: CacheMode = "as-is"
    fresh_line: str | None = None
    """What the last attempt sent in front of the prompt, with `cache = "cold"`."""
    priming: PrimingResult | None = None
    replaced: bool = False
    """Whether a rerun answered the same question again."""
    earlier: tuple[StreamResult, ...] = ()
    """The answers before the last rerun, change or follow-up, oldest first."""
    launch: int = 1
    """Which launch of the stream this answers, from 1; all rounds of a launch share it."""
    cause: Cause = "start"
    """Why it was asked for."""
    changes: tuple[RequestChange, ...] = ()
    """How its request differs from that of the answer before it."""
    checks: tuple[Verdict, ...] = ()
    """What became of the stream's checks."""
    text_kept: bool = True
    """False if the texts of this earlier answer are in no memory and no recording."""
    runs: tuple[StreamResult, ...] = ()
    """The answer of every round that counts, oldest first; empty without rounds.

    Warm-up rounds are not among them, nor is a rerun, which may be this answer.
    """
    stats: Mapping[str, Spread | None] = field(default_factory=dict)
    """The spread of each of `SPREAD_NUMBERS` over the rounds, without cached ones if both occur."""
    stats_cached: Mapping[str, Spread | None] | None = None
    """That of the cached rounds; None unless the stream has cached and uncached ones."""

    @property
    def target(self) -> str:
        """`endpoint:model`; empty in blind mode."""
        return f"{self.endpoint}:{self.model}" if self.endpoint else ""

    @property
    def passed(self) -> bool | None:
        """Whether the answer passed all of its checks; None without checks, and if undecided."""
        return all_passed(self.checks)

    @property
    def flags(self) -> tuple[str, ...]:
        """The marks on the numbers."""
        return self.metrics.flags


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The values of a result that describe the run as a whole."""

    title: str
    started: str
    """By the wall clock, in ISO format."""
    elapsed_s: float | None
    streams: int
    repeat: int
    """The rounds that were asked for; with `until` at most that many."""
    rounds: int
    """The rounds that were begun, without warm-ups; 1 in a run without rounds."""
    warmup: int
    order: Order
    until: float | None
    """The fraction within which all medians were to be known; None if that was not asked."""
    seed: int
    concurrency: int | None
    """How many streams ran at once; None if there was no limit."""
    lag_p99_s: float | None
    lag_max_s: float | None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run and the results of its streams."""

    info: RunInfo
    streams: tuple[StreamResult, ...]
    comparisons: tuple[PairedComparison, ...] = ()
    """What the rounds prove about the streams of each question."""


def stream_result(state: StreamState) -> StreamResult:
    """The result of one state, without its rounds and earlier answers."""
    spec = state.spec
    return StreamResult(
        label=spec.label,
        endpoint=spec.endpoint.name,
        api=spec.endpoint.api,
        model=spec.model,
        turn=spec.turn,
        prompt_label=spec.prompt_label,
        case=spec.case,
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
        round=state.round.number if state.round is not None and is_measured(state) else None,
        warmup=state.round is not None and state.round.warmup,
        cache=spec.cache,
        fresh_line=state.fresh_line,
        priming=priming_result(state),
        launch=state.series + 1,
        checks=verdicts_of(state),
        text_kept=not state.texts_dropped,
    )


def result_of(run: RunSnapshot, index: int, *, earlier: bool = True) -> StreamResult:
    """The result of stream `index` with its rounds, and with its earlier answers if wanted."""
    current = run.states[index]
    order = sorted((*run.earlier[index], *run.past[index]), key=lambda one: one.launched_at)
    before = dict(zip([*order, current][1:], order, strict=True))
    answers = [*run.earlier[index], current] if earlier else [current]
    *replaced, last = (_caused(state, before.get(state)) for state in answers)
    marked = tuple(
        replace(one, replaced=one.turn == following.turn)
        for one, following in pairwise([*replaced, last])
    )
    if not run.plan.in_rounds:
        return replace(last, earlier=marked)
    runs = tuple(map(stream_result, measured_states(run, index)))
    stats, cached = stats_of(runs)
    return replace(last, earlier=marked, runs=runs, stats=stats, stats_cached=cached)


def _caused(state: StreamState, before: StreamState | None) -> StreamResult:
    """The result of a state, with why it was asked for after the answer `before`."""
    changes = request_changes(before.spec, state.spec) if before is not None else ()
    return replace(stream_result(state), cause=cause_of(state, before, changes), changes=changes)


def results_of(run: RunSnapshot) -> list[StreamResult]:
    """The result of every stream that is present, in their order."""
    return [result_of(run, index) for index in run.present]


def run_result(run: RunSnapshot, started: str) -> RunResult:
    """The whole run; `started` is the wall clock's ISO time of the launch."""
    info = RunInfo(
        title=title_of(run),
        started=started,
        elapsed_s=elapsed_s(run),
        streams=len(run.present),
        repeat=run.plan.repeat,
        rounds=rounds_begun(run),
        warmup=run.plan.warmup,
        order=run.plan.order,
        until=run.plan.until,
        seed=run.plan.seed,
        concurrency=run.plan.concurrency or None,
        lag_p99_s=run.lag.p99_s,
        lag_max_s=run.lag.max_s,
    )
    results = results_of(run)
    compared = paired_rounds(run, results).with_reference(SPREAD_NUMBERS)
    return RunResult(info, tuple(results), tuple(compared))


def paired_rounds(run: RunSnapshot, results: Sequence[StreamResult]) -> PairedRounds:
    """The rounds of the run's streams in pairs; `results` are theirs, in any order."""
    plan = run.plan
    return PairedRounds(results, reference=plan.reference, seed=plan.seed, lag_p99_s=run.lag.p99_s)


def rounds_begun(run: RunSnapshot) -> int:
    """How many rounds have begun, without warm-ups; 1 in a run without rounds."""
    if not run.plan.in_rounds:
        return 1
    measured = (state for index in run.present for state in measured_states(run, index))
    return max((state.round.number for state in measured if state.round is not None), default=0)


def elapsed_s(run: RunSnapshot) -> float | None:
    """From the run's start to the end of the stream that ended last; None if none has ended."""
    ends = [
        state.ended_at
        for index in run.present
        for state in (run.states[index], *run.past[index])
        if state.ended_at is not None
    ]
    return max(ends) - run.started_at if ends else None
