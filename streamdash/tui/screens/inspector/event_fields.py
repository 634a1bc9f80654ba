"""The fields of one raw event that the list shows, in any of the three dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


_DELTA_LIMIT = 1_000
"""The most characters of a delta, more than fit on any screen."""


class EventFields(NamedTuple):
    """The fields that a reader compares from row to row; empty if an event has none."""

    id: str = ""
    model: str = ""
    delta: str = ""
    """The generated text as `repr` writes it, with visible blanks and line ends."""
    finish: str = ""


def describe(raw: object) -> EventFields:
    """The fields of a decoded event; for an unknown shape, those that can be found."""
    if not isinstance(raw, dict):
        return EventFields()
    error = raw.get("error")
    return EventFields(
        id=_first(raw, _IDS),
        model=_first(raw, _MODELS),
        delta=_shown_delta(raw),
        finish=_first(raw, _FINISHES) or _error_kind(error),
    )


_Path = tuple[str, ...]

# `*` stands for every member of a list; OpenAI chat first, then Responses, then Anthropic
_IDS: tuple[_Path, ...] = (("id",), ("response", "id"), ("item_id",), ("message", "id"))
_MODELS: tuple[_Path, ...] = (("model",), ("response", "model"), ("message", "model"))
_FINISHES: tuple[_Path, ...] = (
    ("choices", "*", "finish_reason"),
    ("response", "incomplete_details", "reason"),
    ("response", "error", "code"),
    ("delta", "stop_reason"),
    ("message", "stop_reason"),
    ("stop_reason",),
)
_DELTAS: tuple[_Path, ...] = (
    ("choices", "*", "delta", "reasoning_content"),
    ("choices", "*", "delta", "reasoning"),
    ("choices", "*", "delta", "content"),
    ("choices", "*", "delta", "refusal"),
    ("choices", "*", "delta", "tool_calls", "*", "function", "arguments"),
    ("choices", "*", "message", "content"),
    ("choices", "*", "text"),
    ("delta",),
    ("delta", "text"),
    ("delta", "thinking"),
    ("delta", "partial_json"),
    ("content", "*", "text"),
)
_STATUS_TYPES = ("response.completed", "response.failed", "response.incomplete")


def _found(value: object, path: _Path, depth: int = 0) -> Iterator[str]:
    """The strings at the end of a path."""
    if depth == len(path):
        if isinstance(value, str):
            yield value
        return
    step = path[depth]
    if step == "*":
        if isinstance(value, list):
            for member in value:
                yield from _found(member, path, depth + 1)
    elif isinstance(value, dict):
        yield from _found(value.get(step), path, depth + 1)


def _first(raw: dict[object, object], paths: tuple[_Path, ...]) -> str:
    for path in paths:
        for text in _found(raw, path):
            if text:
                return text
    if paths is _FINISHES and raw.get("type") in _STATUS_TYPES:
        return next(_found(raw, ("response", "status")), "")
    return ""


def _shown_delta(raw: dict[object, object]) -> str:
    """All generated text of the event; `''` for an empty delta, nothing if there is no delta."""
    texts = [text for path in _DELTAS for text in _found(raw, path)]
    shown = [text[:_DELTA_LIMIT] for text in dict.fromkeys(texts) if text]
    if shown:
        return " ".join(map(repr, shown))
    return repr("") if texts else ""


def _error_kind(error: object) -> str:
    """The type, code or message of an error object."""
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        for field in ("type", "code", "message"):
            value = error.get(field)
            if isinstance(value, (str, int)):
                return str(value)
    return ""
