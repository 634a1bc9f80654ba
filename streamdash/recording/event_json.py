"""Converts events to lines of a recording and back, except that `Journal` writes delta and wire."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, cast, get_args

from streamdash.recording.spec_json import table
from streamdash.streams.errors import ERROR_KINDS, ErrorInfo
from streamdash.streams.events import (
    Attempt,
    Channel,
    Connected,
    Delta,
    End,
    Event,
    Finish,
    Flag,
    FreshLine,
    Headers,
    Identity,
    Primed,
    Retry,
    Sent,
    Status,
    Terminal,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


VERSION = 2
"""The version of the format; it grows when an old reader would misread a new file."""

Fields = dict[str, object]

_NAMES: dict[type[object], str] = {
    Attempt: "attempt",
    Connected: "connected",
    Sent: "sent",
    Headers: "headers",
    Identity: "identity",
    Usage: "usage",
    Finish: "finish",
    Terminal: "terminal",
    FreshLine: "fresh_line",
    Primed: "primed",
    Retry: "retry",
    Flag: "flag",
    End: "end",
}
_LARGEST = 2**53
_LONGEST_S = 1e9
"""A hostile file may contain any number; arithmetic would fail on larger ones."""
_CHANNELS = frozenset(get_args(Channel))


class UnreadableError(ValueError):
    """A line does not have the form of its type; the message names the field."""


def fields_of(event: Event) -> Fields:
    """`type` and the event's own fields, in order; the error of an `End` has a line of its own."""
    fields: Fields = {"type": _NAMES[type(event)]}
    if isinstance(event, End):
        fields["status"] = event.status
        return fields
    for name, value in cast("NamedTuple", event)._asdict().items():
        fields[name] = _plain(value)
    return fields


def _plain(value: object) -> object:
    """A field's value as JSON has it."""
    if isinstance(value, Usage):
        return value._asdict()
    return error_fields(value) if isinstance(value, ErrorInfo) else value


def error_fields(error: ErrorInfo) -> Fields:
    """An error as a JSON object."""
    return {"kind": error.kind, "message": error.message, "http_status": error.http_status}


def error_of(value: object) -> ErrorInfo:
    """The inverse of `error_fields`. Raises UnreadableError."""
    fields = table(value)
    kind = _word(fields, "kind")
    if kind not in ERROR_KINDS:
        raise UnreadableError(f"unknown error kind {kind[:40]!r}")
    return ErrorInfo(kind, _word(fields, "message"), _count_or_none(fields, "http_status"))


def event_of(fields: Mapping[str, object]) -> Event | None:
    """The event of one line; None if its type is unknown to this version.

    Raises UnreadableError if a field is missing or wrong.
    """
    match fields.get("type"):
        case "delta":
            return _delta(fields)
        case "attempt":
            return Attempt(_count(fields, "number"))
        case "connected":
            return Connected(
                fields.get("reused") is True,
                _seconds_or_none(fields, "dns_s"),
                _seconds_or_none(fields, "connect_s"),
            )
        case "sent":
            return Sent()
        case "headers":
            return Headers(
                _count(fields, "http_status"),
                _word_or_none(fields, "request_id"),
                _word(fields, "content_type"),
            )
        case "identity":
            return Identity(
                _word_or_none(fields, "response_id"), _word_or_none(fields, "response_model")
            )
        case "usage":
            return _usage(fields)
        case "finish":
            return Finish(_word(fields, "reason"), _final(fields, "outcome"))
        case "terminal":
            return Terminal()
        case "fresh_line":
            return FreshLine(_word(fields, "text"))
        case "primed":
            error = fields.get("error")
            return Primed(
                seconds(fields, "took_s"),
                _count_or_none(fields, "max_tokens"),
                _usage(table(fields.get("usage"))),
                None if error is None else error_of(error),
            )
        case "retry":
            return Retry(seconds(fields, "wait_s"), error_of(fields.get("error")))
        case "flag":
            return Flag(_word(fields, "name"))
        case "end":
            return End(_final(fields, "status"))
    return None


def seconds(fields: Mapping[str, object], name: str) -> float:
    """A field that is a number of seconds, not negative. Raises UnreadableError."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnreadableError(f"{name!r} is not a number")
    try:
        duration = float(value)
    except OverflowError:
        duration = math.inf
    if not 0 <= duration <= _LONGEST_S:
        raise UnreadableError(f"{name!r} is not a time")
    return duration


def _usage(fields: Mapping[str, object]) -> Usage:
    return Usage(*(_count_or_none(fields, name) for name in Usage._fields))


def _delta(fields: Mapping[str, object]) -> Delta:
    channel = _word(fields, "channel")
    text = _word(fields, "text")
    if channel not in _CHANNELS:
        raise UnreadableError(f"unknown channel {channel[:40]!r}")
    if not text:
        raise UnreadableError("'text' is empty")
    return Delta(cast("Channel", channel), text)


def _final(fields: Mapping[str, object], name: str) -> Status:
    word = _word(fields, name)
    try:
        status = Status(word)
    except ValueError:
        raise UnreadableError(f"unknown status {word[:40]!r}") from None
    if not status.final:
        raise UnreadableError(f"{word!r} is not a final status")
    return status


def _word(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise UnreadableError(f"{name!r} is not a text")
    return value


def _word_or_none(fields: Mapping[str, object], name: str) -> str | None:
    return None if fields.get(name) is None else _word(fields, name)


def _count(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnreadableError(f"{name!r} is not a whole number")
    if abs(value) > _LARGEST:
        raise UnreadableError(f"{name!r} is out of range")
    return value


def _count_or_none(fields: Mapping[str, object], name: str) -> int | None:
    return None if fields.get(name) is None else _count(fields, name)


def _seconds_or_none(fields: Mapping[str, object], name: str) -> float | None:
    return None if fields.get(name) is None else seconds(fields, name)
