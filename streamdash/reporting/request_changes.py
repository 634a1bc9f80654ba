"""What differs between two requests of one stream, for results and for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.recording.spec_json import spec_to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.result import StreamResult
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState

Cause = Literal["start", "rerun", "change", "follow-up", "round"]
"""Why an answer was asked for: the run began, the user did something, or a round followed."""

_SETTINGS = (
    "system", "max_tokens", "temperature", "top_p", "seed", "stop", "reasoning_effort", "stream",
    "cache", "checks",
)  # fmt: skip
LONGEST = 60
"""Characters of a value that are written for people."""


class RequestChange(NamedTuple):
    """One part of a request, with its values before and after; None where it was not set."""

    name: str
    before: object
    after: object


def cause_of(
    state: StreamState, before: StreamState | None, changes: Sequence[RequestChange]
) -> Cause:
    """Why `state` was asked for, after the answer `before` of the same stream, if there is one.

    `changes` are those of its request.
    """
    if before is None:
        return "start"
    if state.series == before.series:
        return "round"
    if changes:
        return "change"
    return "follow-up" if state.spec.turn > before.spec.turn else "rerun"


def request_changes(before: StreamSpec, after: StreamSpec) -> tuple[RequestChange, ...]:
    """The parts that differ; a follow-up question after the same messages is no change."""
    if before is after:
        return ()
    old, new = _parts(before), _parts(after)
    if after.turn > before.turn:
        for parts in (old, new):
            parts.pop("prompt", None)
            parts.pop("messages", None)
            parts.pop("checks", None)
    return tuple(
        RequestChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def change_words(change: RequestChange) -> str:
    """`temperature 0.2 → 0.7`; a question is not repeated, as its answer stands below it."""
    if change.name in ("prompt", "messages"):
        return f"{change.name} changed"
    return f"{change.name} {_written(change.before)} → {_written(change.after)}"


def _parts(spec: StreamSpec) -> dict[str, object]:
    """The parts that people compare, by name; those that are not set are missing."""
    fields = spec_to_json(spec)
    endpoint = fields["endpoint"]
    parts: dict[str, object] = {"model": spec.target}
    if isinstance(endpoint, dict):
        parts |= {name: endpoint[name] for name in ("api", "base_url")}
    parts["prompt"] = spec.question
    parts["messages"] = _others(spec)
    parts |= {name: fields.get(name) for name in _SETTINGS}
    params = fields["params"]
    parts |= params if isinstance(params, dict) else {}
    return {name: value for name, value in parts.items() if value not in (None, [], "", "as-is")}


def _others(spec: StreamSpec) -> list[Mapping[str, object]]:
    """The messages before the question."""
    return list(spec.messages[:-1])


def _written(value: object) -> str:
    if value is None:
        return "unset"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def cause_words(result: StreamResult) -> str:
    """Why an answer was asked for: `rerun`, or `change: temperature 0.2 → 0.7`."""
    changes = ", ".join(map(change_words, result.changes))
    return f"{result.cause}: {changes}" if changes else result.cause
