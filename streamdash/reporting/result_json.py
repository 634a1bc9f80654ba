"""The JSON objects of results, as `--format json` and `jsonl` print them."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING

from streamdash.reporting.pass_rates import pass_rates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.reporting.paired.comparisons import PairedComparison
    from streamdash.reporting.pass_rates import PassRate
    from streamdash.reporting.priming import PrimingResult
    from streamdash.reporting.result import RunResult, StreamResult
    from streamdash.reporting.spread import Spread
    from streamdash.streams.attempt_log import LoggedAttempt
    from streamdash.streams.check import Verdict

VERSION = 1
"""Of the object's shape: it grows when a field changes its meaning, not when one is added."""


def run_json(result: RunResult) -> dict[str, object]:
    """The run as one object."""
    return {
        "version": VERSION,
        "run": {
            **asdict(result.info),
            "comparisons": [comparison_json(one) for one in result.comparisons],
            "pass_rates": [_rate_json(one) for one in pass_rates(result.streams)],
        },
        "streams": [result_json(stream) for stream in result.streams],
    }


def result_json(result: StreamResult) -> dict[str, object]:
    """A stream as one object; `runs`, `stats` and `stats_cached` only with rounds."""
    fields = {
        **answer_json(result),
        "question": result.question,
        "system": result.system,
        "messages": list(result.messages),
        **_launch_json(result),
        "earlier": [
            {**answer_json(one), "question": one.question, **_launch_json(one)}
            for one in result.earlier
        ],
    }
    if result.runs:
        fields["runs"] = [answer_json(run) for run in result.runs]
        fields["stats"] = _stats_json(result.stats)
        fields["stats_cached"] = result.stats_cached and _stats_json(result.stats_cached)
    return fields


def _launch_json(result: StreamResult) -> dict[str, object]:
    """Which launch of its stream an answer belongs to, why it began, and what was new in it."""
    return {
        "launch": result.launch,
        "cause": result.cause,
        "changes": [change._asdict() for change in result.changes],
    }


def _stats_json(stats: Mapping[str, Spread | None]) -> dict[str, object]:
    return {
        number: None if spread is None else _without_infinity(spread._asdict())
        for number, spread in stats.items()
    }


def comparison_json(comparison: PairedComparison) -> dict[str, object]:
    """What the rounds prove about one stream and its reference in one number."""
    return _without_infinity(
        {
            "a": comparison.a,
            "b": comparison.b,
            "number": comparison.number,
            "difference": comparison.difference,
            "ci95": comparison.ci95,
            "ratio": comparison.ratio,
            "n": comparison.n,
            "verdict": comparison.verdict,
        }
    )


def _without_infinity(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields with null for every number, or end of an interval, that falls on a failure."""
    return {
        name: [_finite(end) for end in value] if isinstance(value, tuple) else _finite(value)
        for name, value in fields.items()
    }


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not isfinite(value) else value


def _attempt_json(attempt: LoggedAttempt) -> dict[str, object]:
    error = attempt.error
    return {**attempt._asdict(), "error": None if error is None else error._asdict()}


def _priming_json(priming: PrimingResult) -> dict[str, object]:
    error = priming.error
    return {
        **{name: getattr(priming, name) for name in priming.__slots__},
        "error": None if error is None else error._asdict(),
    }


def _rate_json(rate: PassRate) -> dict[str, object]:
    return {
        "model": rate.model,
        "n": rate.n,
        "passed": rate.passed,
        "rate": rate.rate,
        "ci95": list(rate.ci95),
    }


def _check_json(verdict: Verdict) -> dict[str, object]:
    return {
        "name": verdict.name,
        "kind": verdict.kind,
        "passed": verdict.passed,
        "message": verdict.message,
    }


def answer_json(result: StreamResult) -> dict[str, object]:
    """One answer and its numbers, in seconds; unknown is null."""
    metrics = result.metrics._asdict()
    flags = list(metrics.pop("flags"))
    return {
        "label": result.label,
        "endpoint": result.endpoint,
        "api": result.api,
        "model": result.model,
        "turn": result.turn,
        "prompt_label": result.prompt_label,
        "case": result.case,
        "round": result.round,
        "status": result.status.value,
        "finish_reason": result.finish_reason,
        "error": None if result.error is None else result.error._asdict(),
        "flags": flags,
        "text": result.text if result.text_kept else None,
        "reasoning": result.reasoning if result.text_kept else None,
        "refusal": result.refusal if result.text_kept else None,
        **metrics,
        "attempt_log": [_attempt_json(one) for one in result.attempt_log],
        "cost_usd": result.cost_usd,
        "cache_saved_usd": result.cache_saved_usd,
        "cache": result.cache,
        "fresh_line": result.fresh_line,
        "checks": [_check_json(one) for one in result.checks],
        "passed": result.passed,
        "priming": None if result.priming is None else _priming_json(result.priming),
        "response_id": result.response_id,
        "request_id": result.request_id,
        "response_model": result.response_model,
    }
