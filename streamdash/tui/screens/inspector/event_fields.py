"""What one raw event says, in whichever of the three dialects it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


_DELTA_LIMIT = 1_000
"""Characters of a delta that are shown: more than any screen is wide."""


class EventFields(NamedTuple):
    """The fields of an event that a reader compares from row to row; empty where it has none."""

    id: str = ""
    model: str = ""
    delta: str = ""
    """The generated text as `repr` writes it, so that blanks and line ends are seen."""
    finish: str = ""


def describe(raw: object) -> EventFields:
    """The row of a decoded event; of any other shape what can be made out, never an error."""
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

# `*` stands for every member of a list. OpenAI chat, Responses and Anthropic, in this order.
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
    """The strings that a path leads to."""
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
    """All generated text of the event; an empty delta is shown as one, its absence is not."""
    texts = [text for path in _DELTAS for text in _found(raw, path)]
    said = [text[:_DELTA_LIMIT] for text in dict.fromkeys(texts) if text]
    if said:
        return " ".join(map(repr, said))
    return repr("") if texts else ""


def _error_kind(error: object) -> str:
    """What an error object calls itself."""
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        for field in ("type", "code", "message"):
            value = error.get(field)
            if isinstance(value, (str, int)):
                return str(value)
    return ""
