"""Recognises the error objects of many servers and gateways by their shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.providers.errors.error_kinds import text_kind

if TYPE_CHECKING:
    from streamdash.providers.json_fields import JsonObject

_MESSAGES = (
    "message", "msg", "error_msg", "error_message", "errorMessage", "errmsg", "err_msg",
    "status_msg", "detail", "details", "reason", "title", "description", "error_description",
    "Message",
)  # fmt: skip
"""Fields that may hold an error's message; the first one that is filled counts."""
_CODES = ("code", "error_code", "errorCode", "err_code", "errcode", "status_code", "statusCode")
_NEUTRAL = frozenset(
    {
        "request_id", "requestId", "RequestId", "timestamp", "path", "trace_id", "traceId", "id",
        "statusCode", "status_code", "documentation_url", "instance", *_MESSAGES,
    }
)  # fmt: skip
"""Fields that may accompany a message without giving an object another meaning."""
_SUCCESS_CODES = frozenset({"", "0", "200", "ok", "success", "succeeded", "none", "null", "20000"})
_HARMLESS = re.compile(
    r"(?:ok|success(?:ful(?:ly)?)?|ping|pong|keep[-_ ]?alive|heartbeat|queued|processing|done)\W*",
    re.IGNORECASE,
)
_BAD = frozenset({"error", "fail", "failed", "failure", "exception"})
_ERROR_NAME = re.compile(
    r"(?:[a-z]+[._-])?(?:error|err|exception|fatal|failure|fault)s?", re.IGNORECASE
)


_ERROR_TYPE = re.compile(r"(?:error|exception|fault)s?$|exceeded$", re.IGNORECASE)
_DIALECT_NAME = re.compile(r"\w+(?:\.\w+)*")


def is_error_name(name: str) -> bool:
    """Whether an event's name or type means an error, such as `error` or `fatal`."""
    return _ERROR_NAME.fullmatch(name) is not None


def error_object(body: object) -> JsonObject | None:
    """The error object that `body` is, or that is in it if it is a list; None without one."""
    if isinstance(body, list):
        found = (error_object(item) for item in body[:10] if isinstance(item, dict))
        return next((item for item in found if item is not None), None)
    return body if isinstance(body, dict) and is_error_object(body) else None


def is_error_object(body: JsonObject) -> bool:
    """Whether an object without another meaning in its dialect is an error."""
    if body.get("error") or body.get("errors") or body.get("object") == "error":
        return True
    if _is_bad_status(body.get("base_resp")):
        return True
    kind = body.get("type") or body.get("object") or body.get("__type")
    if isinstance(kind, str) and _DIALECT_NAME.fullmatch(kind):
        # an event of a dialect, whose other fields may have any meaning
        return isinstance(message_field(body), str) and (
            _ERROR_TYPE.search(kind) is not None or any(_bad_code(body.get(n)) for n in _CODES)
        )
    if body.get("choices") or "delta" in body or "output" in body or "content" in body:
        return False
    return _has_error_fields(body)


def _is_bad_status(base: object) -> bool:
    """Whether MiniMax's own status, which every answer carries, is an error."""
    return isinstance(base, dict) and str(base.get("status_code") or "0") not in _SUCCESS_CODES


def _has_error_fields(body: JsonObject) -> bool:
    for name in ("exception", "fault", "err", "errorType", "error_type"):
        if body.get(name):
            return True
    if any(name.endswith("Exception") and isinstance(body[name], dict) for name in body):
        return True
    message = message_field(body)
    if any(body.get(name) is False for name in ("success", "ok")):
        return True
    if not message or _is_harmless(message):
        return False
    state = body.get("status")
    if isinstance(state, str) and state.lower() in _BAD:
        return True
    if any(_bad_code(body.get(name)) for name in _CODES) or _http_status(state):
        return True
    if body.get("detail"):
        return True
    return body.keys() <= _NEUTRAL and text_kind(str(message)) is not None


def message_field(body: JsonObject) -> object:
    """The first filled field of `_MESSAGES`: text, a list or an object."""
    return next((body[name] for name in _MESSAGES if body.get(name)), None)


def _is_harmless(message: object) -> bool:
    return not isinstance(message, (str, list, dict)) or (
        isinstance(message, str) and _HARMLESS.fullmatch(message.strip()) is not None
    )


def _bad_code(code: object) -> bool:
    if isinstance(code, bool) or not isinstance(code, (str, int)):
        return False
    return str(code).strip().lower() not in _SUCCESS_CODES


def _http_status(value: object) -> bool:
    return isinstance(value, int) and 400 <= value < 600
