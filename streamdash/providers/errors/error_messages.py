"""The message in an error object, a page or plain words, and the StreamError made of it."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

from streamdash.providers.errors.error_kinds import (
    minimax_kind,
    status_in,
    status_kind,
    text_kind,
    type_kind,
)
from streamdash.providers.errors.error_shapes import error_object, message_field
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable

BODY_SHOWN = 300
"""Characters of an unknown body that are shown."""
_READ = 16 << 10
"""Characters of an unknown body that are searched for a message."""


def parse_json(text: str) -> object:
    """The value of a JSON text; None if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def explain_text(text: str) -> str:
    """The message in an error object, or else the start of the text; empty if there is none."""
    return error_message(parse_json(text)) or _line_message(text) or excerpt(text)


def _line_message(text: str) -> str | None:
    """The message of an error object on a line of its own."""
    lines = (line for line in text.splitlines()[:1000] if line[:1] == "{" and '"' in line)
    found = (error_object(parse_json(line)) for line in lines)
    return next((error_message(body) for body in found if body is not None), None)


def excerpt(text: str) -> str:
    """The start of a text on one line; of an HTML page, only the words."""
    text = text[:_READ]
    if "<" in text and re.search(r"<(?:!doctype|html|head|body|title|h1)\b", text, re.IGNORECASE):
        text = re.sub(r"(?is)<(script|style)\b.*?(?:</\1>|$)|<[^<>]*>", " ", text)
        text = html.unescape(text)
    text = " ".join(text.split())
    return text if len(text) <= BODY_SHOWN else text[:BODY_SHOWN] + "…"


def explain_body(body: bytes, mask: Callable[[str], str] = str) -> str:
    """The message in a body of the wrong kind, on one line; `mask` hides secrets first."""
    return explain_text(mask(body.decode("utf-8", "replace"))) or "the body is empty"


def error_message(body: object) -> str | None:
    """The message in an error object of any dialect; None if there is none."""
    if isinstance(body, list):
        body = error_object(body)
    if not isinstance(body, dict):
        return None
    inner = _inner(body)
    message = _sentence(inner)
    if message and isinstance(inner, dict):
        metadata = inner.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, dict) else None
        # gateways put the upstream's own message there
        return f"{message} ({excerpt(raw)})" if isinstance(raw, str) and raw else message
    return message or None


def _inner(body: dict[str, object]) -> object:
    """The field of an error object that describes the error, or the whole object."""
    for name in ("error", "errors", "base_resp", "exception", "fault", "err"):
        inner = body.get(name)
        if inner and isinstance(inner, (str, list, dict)):
            return inner
    named = (body[name] for name in body if name.endswith("Exception"))
    found = next((inner for inner in named if isinstance(inner, dict)), None)
    if found is None and isinstance(detail := body.get("detail"), dict):
        return _inner(detail)
    return found or body


def _sentence(value: object, depth: int = 4) -> str:
    """The text of a message, of a list of messages, or of validation errors with their paths."""
    if isinstance(value, str):
        return value
    if depth and isinstance(value, list):
        return "; ".join(filter(None, (_sentence(item, depth - 1) for item in value)))
    if depth and isinstance(value, dict):
        words = _sentence(message_field(value), depth - 1)
        place = value.get("loc")
        return f"{'.'.join(map(str, place))}: {words}" if isinstance(place, list) else words
    return ""


def error_from_object(body: object) -> StreamError:
    """The error for an error object; its status is one that the object itself names."""
    inner = _inner(body) if isinstance(body, dict) else body
    fields = error_object(inner) or {} if isinstance(inner, list) else inner
    fields = fields if isinstance(fields, dict) else {}
    outer = body if isinstance(body, dict) else {}
    message = error_message(body) or excerpt(_dumped(inner))
    status = status_in(fields) or status_in(outer)
    words = " ".join(
        str(part.get(name) or "")
        for part in (fields, outer)
        for name in (
            "type",
            "code",
            "status",
            "error_code",
            "errorCode",
            "errorType",
            "error_type",
            "__type",
        )
    )
    if status is not None:
        kind = status_kind(status)
    elif "base_resp" in outer and fields is outer["base_resp"]:
        kind = minimax_kind(fields.get("status_code"))
    else:
        kind = type_kind(words)
    return StreamError(
        kind,
        message,
        http_status=status,
        retryable=kind in _RETRYABLE_KINDS,
    )


_RETRYABLE_KINDS = ("overloaded", "rate_limit", "server")


def error_from_text(text: str) -> StreamError:
    """The error for plain words, which an error object may follow."""
    if (start := text.find("{")) >= 0 and isinstance(body := parse_json(text[start:]), dict):
        return error_from_object(body)
    words = excerpt(text)
    kind = text_kind(words) or "server"
    message = words or "the server reports an error without describing it"
    return StreamError(kind, message, retryable=kind in _RETRYABLE_KINDS)


def _dumped(body: object) -> str:
    try:
        return json.dumps(body, ensure_ascii=False)
    except RecursionError:
        return "an error object nested too deeply"
