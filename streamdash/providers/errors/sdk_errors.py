"""An SDK's exception as a StreamError, made from its root cause or the failed response."""

from __future__ import annotations

import json
import re
import zlib
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isfinite
from time import time
from typing import TYPE_CHECKING

import httpx2

from streamdash.providers.errors.error_kinds import status_kind, status_retryable
from streamdash.providers.errors.error_messages import (
    error_from_object,
    error_message,
    explain_text,
    parse_json,
)
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.streams.errors import Form

_MALFORMED = (json.JSONDecodeError, UnicodeDecodeError, httpx2.DecodingError, zlib.error)


def error_from_exception(error: BaseException, mask: Callable[[str], str] = str) -> StreamError:
    """The error for an exception, from a failed response in its chain or from its root cause.

    `mask` hides secrets in the server's message before the message is cut.
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
    text = mask(_text_of(response))
    error = error_from_object(parse_json(text))
    message = explain_text(text) or response.reason_phrase or "the server gives no reason"
    return StreamError(
        "overloaded" if error.kind == "overloaded" else status_kind(status),
        f"HTTP {status}{_hint_of_root_url(response)}: {message}",
        http_status=status,
        retryable=status_retryable(status),
        retry_after_s=retry_after_s(response.headers),
        form=_other_form(status, error_message(parse_json(text)) or text),
    )


def _hint_of_root_url(response: httpx2.Response) -> str:
    """A hint for a 404 if the base URL has no path, which most servers need."""
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


def _other_form(status: int, message: str) -> Form | None:
    """Another form of the request that the server's refusal asks for; None if there is none."""
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
    """Seconds to wait according to `retry-after-ms` or `retry-after` (seconds or a date).

    None if both are missing or unusable: not finite, negative, or a date in the past.
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
    # dates in HTTP are UTC, also without a zone
    wait = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - time()
    return wait if wait >= 0 else None


def _wait_of(value: str | None) -> float | None:
    try:
        wait = float(value or "")
    except ValueError:
        return None
    return wait if isfinite(wait) and wait >= 0 else None
