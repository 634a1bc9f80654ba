"""The JSON objects of results, as `--format json` and `jsonl` print them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.reporting.result import PrimingResult, RunResult, StreamResult
    from streamdash.streams.attempt_log import LoggedAttempt

VERSION = 1
"""Of the object's shape: it grows when a field changes its meaning, not when one is added."""


def run_json(result: RunResult) -> dict[str, object]:
    """The run as one object."""
    return {
        "version": VERSION,
        "run": asdict(result.info),
        "streams": [result_json(stream) for stream in result.streams],
    }


def result_json(result: StreamResult) -> dict[str, object]:
    """A stream as one object; `runs` and `stats` only if it was repeated."""
    fields = {
        **answer_json(result),
        "question": result.question,
        "system": result.system,
        "messages": list(result.messages),
        "earlier": [{**answer_json(one), "question": one.question} for one in result.earlier],
    }
    if result.runs:
        fields["runs"] = [answer_json(run) for run in result.runs]
        fields["stats"] = {
            number: None if spread is None else spread._asdict()
            for number, spread in result.stats.items()
        }
    return fields


def _attempt_json(attempt: LoggedAttempt) -> dict[str, object]:
    error = attempt.error
    return {**attempt._asdict(), "error": None if error is None else error._asdict()}


def _priming_json(priming: PrimingResult) -> dict[str, object]:
    error = priming.error
    return {
        **{name: getattr(priming, name) for name in priming.__slots__},
        "error": None if error is None else error._asdict(),
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
        "status": result.status.value,
        "finish_reason": result.finish_reason,
        "error": None if result.error is None else result.error._asdict(),
        "flags": flags,
        "text": result.text,
        "reasoning": result.reasoning,
        "refusal": result.refusal,
        **metrics,
        "attempt_log": [_attempt_json(one) for one in result.attempt_log],
        "cost_usd": result.cost_usd,
        "cache_saved_usd": result.cache_saved_usd,
        "cache": result.cache,
        "fresh_line": result.fresh_line,
        "priming": None if result.priming is None else _priming_json(result.priming),
        "response_id": result.response_id,
        "request_id": result.request_id,
        "response_model": result.response_model,
    }
