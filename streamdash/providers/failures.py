"""What an SDK or a server says of a failure, as one StreamError."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING

import httpx2

from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.errors import ErrorKind, Form

BODY_SHOWN = 300
"""Characters of a body that is no error object we know."""
_MESSAGE_MAX = 4_000

_STATUS_KINDS: dict[int, ErrorKind] = {
    400: "bad_request",
    401: "auth",
    403: "auth",
    404: "not_found",
    408: "server",
    409: "server",
    413: "bad_request",
    422: "bad_request",
    429: "rate_limit",
    529: "overloaded",
}
_RETRYABLE = frozenset({408, 409, 429, 529})

_TYPE_KINDS: tuple[tuple[str, ErrorKind], ...] = (
    ("overload", "overloaded"),
    ("rate_limit", "rate_limit"),
    ("quota", "rate_limit"),
    ("authentication", "auth"),
    ("permission", "auth"),
    ("api_key", "auth"),
    ("billing", "auth"),
    ("not_found", "not_found"),
    ("invalid", "bad_request"),
    ("bad_request", "bad_request"),
    ("too_large", "bad_request"),
    ("context_length", "bad_request"),
    ("server", "server"),
    ("api_error", "server"),
    ("internal", "server"),
    ("timeout", "server"),
)
"""Words in an error object's `type` or `code`, the telling ones first."""


def status_kind(status: int) -> ErrorKind:
    """The kind of an HTTP status that is no success."""
    if status in _STATUS_KINDS:
        return _STATUS_KINDS[status]
    return "server" if status >= 500 else "bad_request"


def status_retryable(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in _RETRYABLE or status >= 500


def failure(error: BaseException) -> StreamError:
    """Whatever came out of an SDK, as a StreamError; its root cause says what happened."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, StreamError):
            return seen
        response = getattr(seen, "response", None)
        if isinstance(response, httpx2.Response) and response.status_code >= 400:
            return _http_failure(response, getattr(seen, "body", None))
        root = seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    if isinstance(root, (json.JSONDecodeError, UnicodeDecodeError, httpx2.DecodingError)):
        return StreamError("protocol", f"malformed data: {root}")
    if isinstance(root, RecursionError):
        return StreamError("protocol", "malformed data: nested too deeply")
    if isinstance(root, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return StreamError("bad_request", f"not a URL to send to: {root}")
    if isinstance(root, httpx2.TransportError):
        return StreamError("disconnected", str(root) or type(root).__name__, retryable=True)
    return StreamError("internal", f"{type(root).__name__}: {root}"[:_MESSAGE_MAX])


def _http_failure(response: httpx2.Response, body: object) -> StreamError:
    status = response.status_code
    message = error_message(body) or _shown(_text_of(response)) or response.reason_phrase
    retry_after = retry_after_s(response.headers)
    return StreamError(
        status_kind(status),
        f"HTTP {status}: {message}"[:_MESSAGE_MAX],
        http_status=status,
        retryable=status_retryable(status),
        retry_after_s=retry_after,
        form=_other_form(status, message),
    )


def _text_of(response: httpx2.Response) -> str:
    try:
        return response.text
    except (httpx2.ResponseNotRead, httpx2.StreamError):
        return ""


def _shown(text: str) -> str:
    """The start of a body that is no error object: of a page, its words without the tags."""
    if "<" in text and re.search(r"<(?:!doctype|html|head|body|title|h1)\b", text, re.IGNORECASE):
        text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", text)
    text = " ".join(text.split())
    return text if len(text) <= BODY_SHOWN else text[:BODY_SHOWN] + "…"


def explain_body(body: bytes) -> str:
    """What a body of the wrong kind says, in one line."""
    text = body.decode("utf-8", "replace")
    try:
        message = error_message(json.loads(text))
    except (ValueError, RecursionError):
        message = None
    return message or _shown(text) or "the body is empty"


def error_message(body: object) -> str | None:
    """The sentence in an error object of any dialect; None if there is none."""
    if not isinstance(body, dict):
        return None
    inner = body.get("error", body)
    if isinstance(inner, str):
        return inner or None
    if not isinstance(inner, dict):
        return None
    message = inner.get("message") or inner.get("detail") or inner.get("msg")
    if isinstance(message, str) and message:
        metadata = inner.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, dict) else None
        # gateways put the upstream's own words there
        return f"{message} ({_shown(raw)})" if isinstance(raw, str) and raw else message
    return None


def stream_error(body: object) -> StreamError:
    """An error object that came inside a stream which had begun with status 200."""
    inner = body.get("error", body) if isinstance(body, dict) else body
    fields = inner if isinstance(inner, dict) else {}
    message = error_message(body) or _shown(json.dumps(inner, ensure_ascii=False, default=str))
    code = fields.get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else None
    kind: ErrorKind
    if status is not None:
        kind = status_kind(status)
    else:
        kind = _kind_of(" ".join(str(fields.get(name) or "") for name in ("type", "code")))
    return StreamError(
        kind,
        message[:_MESSAGE_MAX],
        http_status=status,
        retryable=kind in ("overloaded", "rate_limit", "server"),
    )


def _kind_of(words: str) -> ErrorKind:
    words = words.lower()
    return next((kind for word, kind in _TYPE_KINDS if word in words), "server")


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
    """Seconds that `retry-after-ms` or `retry-after` (seconds or a date) asks to wait."""
    millis = headers.get("retry-after-ms")
    value = headers.get("retry-after")
    try:
        if millis is not None:
            return max(0.0, float(millis) / 1000)
        if value is not None:
            return max(0.0, float(value))
    except ValueError:
        pass
    if value is None:
        return None
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, TypeError, OverflowError):
        return None
