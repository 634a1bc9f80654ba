"""What an SDK or a server says of a failure, as one StreamError."""

from __future__ import annotations

import html
import json
import re
import zlib
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isfinite
from time import time
from typing import TYPE_CHECKING

import httpx2

from streamdash.providers.wire.error_kinds import (
    minimax_kind,
    status_in,
    status_kind,
    status_retryable,
    text_kind,
    type_kind,
)
from streamdash.providers.wire.error_shapes import error_object, message_field
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.streams.errors import Form

BODY_SHOWN = 300
"""Characters of a body that is no error object we know."""
_READ = 16 << 10
"""Characters of such a body that are read for it."""
_MALFORMED = (json.JSONDecodeError, UnicodeDecodeError, httpx2.DecodingError, zlib.error)


def failure(error: BaseException, mask: Callable[[str], str] = str) -> StreamError:
    """Whatever came out of an SDK, as a StreamError; its root cause says what happened.

    `mask` blots secrets out of what a server says before that is cut to length.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, StreamError):
            return seen
        response = getattr(seen, "response", None)
        if isinstance(response, httpx2.Response) and response.status_code >= 400:
            return _http_failure(response, mask)
        root = seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    if isinstance(root, _MALFORMED):
        return StreamError("protocol", f"malformed data: {root}")
    if isinstance(root, RecursionError):
        return StreamError("protocol", "malformed data: nested too deeply")
    if isinstance(root, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return StreamError("bad_request", f"not a URL to send to: {root}")
    if isinstance(root, httpx2.TransportError):
        return StreamError("disconnected", str(root) or type(root).__name__, retryable=True)
    return StreamError("internal", f"{type(root).__name__}: {root}")


def _http_failure(response: httpx2.Response, mask: Callable[[str], str]) -> StreamError:
    status = response.status_code
    said = mask(_text_of(response))
    error = stream_error(_loaded(said))
    message = _explained(said) or response.reason_phrase or "the server says no more"
    return StreamError(
        "overloaded" if error.kind == "overloaded" else status_kind(status),
        f"HTTP {status}{_asked_at_the_root(response)}: {message}",
        http_status=status,
        retryable=status_retryable(status),
        retry_after_s=retry_after_s(response.headers),
        form=_other_form(status, error_message(_loaded(said)) or said),
    )


def _asked_at_the_root(response: httpx2.Response) -> str:
    """The question that a 404 raises where the base URL has no path, as most servers want one."""
    try:
        path = response.request.url.path
    except RuntimeError:
        return ""
    at_the_root = response.status_code == 404 and path in ("/chat/completions", "/responses")
    return " (is `/v1` missing in base_url?)" if at_the_root else ""


def _text_of(response: httpx2.Response) -> str:
    try:
        return response.text
    except (httpx2.ResponseNotRead, httpx2.StreamError):
        return ""


def _loaded(text: str) -> object:
    """The JSON that `text` is; None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _explained(text: str) -> str:
    return error_message(_loaded(text)) or _line_message(text) or shown(text)


def _line_message(text: str) -> str | None:
    """The sentence of an error object that stands on a line of its own."""
    lines = (line for line in text.splitlines()[:1000] if line[:1] == "{" and '"' in line)
    found = (error_object(_loaded(line)) for line in lines)
    return next((error_message(body) for body in found if body is not None), None)


def shown(text: str) -> str:
    """The start of a body that is no error object: of a page, its words without the tags."""
    text = text[:_READ]
    if "<" in text and re.search(r"<(?:!doctype|html|head|body|title|h1)\b", text, re.IGNORECASE):
        text = re.sub(r"(?is)<(script|style)\b.*?(?:</\1>|$)|<[^<>]*>", " ", text)
        text = html.unescape(text)
    text = " ".join(text.split())
    return text if len(text) <= BODY_SHOWN else text[:BODY_SHOWN] + "…"


def explain_body(body: bytes, mask: Callable[[str], str] = str) -> str:
    """What a body of the wrong kind says, in one line."""
    return _explained(mask(body.decode("utf-8", "replace"))) or "the body is empty"


def error_message(body: object) -> str | None:
    """The sentence in an error object of any dialect; None if there is none."""
    if isinstance(body, list):
        body = error_object(body)
    if not isinstance(body, dict):
        return None
    inner = _inner(body)
    message = _sentence(inner)
    if message and isinstance(inner, dict):
        metadata = inner.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, dict) else None
        # gateways put the upstream's own words there
        return f"{message} ({shown(raw)})" if isinstance(raw, str) and raw else message
    return message or None


def _inner(body: dict[str, object]) -> object:
    """The part of an error object that tells of the error: a field of it, or all of it."""
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
    """The words in a message, in a list of them, or in validation errors with their places."""
    if isinstance(value, str):
        return value
    if depth and isinstance(value, list):
        return "; ".join(filter(None, (_sentence(item, depth - 1) for item in value)))
    if depth and isinstance(value, dict):
        words = _sentence(message_field(value), depth - 1)
        place = value.get("loc")
        return f"{'.'.join(map(str, place))}: {words}" if isinstance(place, list) else words
    return ""


def stream_error(body: object) -> StreamError:
    """An error object that came inside a stream which had begun with status 200."""
    inner = _inner(body) if isinstance(body, dict) else body
    fields = error_object(inner) or {} if isinstance(inner, list) else inner
    fields = fields if isinstance(fields, dict) else {}
    outer = body if isinstance(body, dict) else {}
    message = error_message(body) or shown(_dumped(inner))
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
        retryable=kind in _PASSING,
    )


_PASSING = ("overloaded", "rate_limit", "server")


def text_error(text: str) -> StreamError:
    """An error that a server says in words of its own, an error object perhaps behind them."""
    if (start := text.find("{")) >= 0 and isinstance(body := _loaded(text[start:]), dict):
        return stream_error(body)
    words = shown(text)
    kind = text_kind(words) or "server"
    message = words or "the server says that there is an error, not which"
    return StreamError(kind, message, retryable=kind in _PASSING)


def _dumped(body: object) -> str:
    try:
        return json.dumps(body, ensure_ascii=False)
    except RecursionError:
        return "an error object nested too deeply"


def _other_form(status: int, message: str) -> Form | None:
    """The spelling that a server asks for when it refuses one of ours."""
    if status not in (400, 422):
        return None
    if "stream_options" in message or "include_usage" in message:
        return "no_stream_options"
    refuses = re.search(r"unsupported|not supported|unknown|unrecognized|unexpected|extra|forbid|"
                        r"not permitted|not allowed|instead", message, re.IGNORECASE)  # fmt: skip
    if refuses is None or "max_" not in message:
        return None
    first = re.search(r"max_completion_tokens|max_tokens", message)
    if first is None:
        return None
    return "max_completion_tokens" if first.group() == "max_tokens" else "max_tokens"


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that `retry-after-ms` or `retry-after` (seconds or a date) asks to wait.

    None where neither makes sense: not a number, not finite, negative, a date that is over.
    """
    millis = _wait_of(headers.get("retry-after-ms"))
    if millis is not None:
        return millis / 1000
    value = headers.get("retry-after")
    seconds = _wait_of(value)
    if seconds is not None or value is None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    # without a zone it is still what HTTP says dates are
    wait = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - time()
    return wait if wait >= 0 else None


def _wait_of(value: str | None) -> float | None:
    try:
        wait = float(value or "")
    except ValueError:
        return None
    return wait if isfinite(wait) and wait >= 0 else None
