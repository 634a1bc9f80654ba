"""Maps a status, a code or a sentence to a kind of error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorKind

_STATUS_KINDS: dict[int, ErrorKind] = {
    400: "bad_request",
    401: "auth",
    402: "auth",
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
    ("capacity", "overloaded"),
    ("busy", "overloaded"),
    ("rate_limit", "rate_limit"),
    ("ratelimit", "rate_limit"),
    ("quota", "rate_limit"),
    ("throttl", "rate_limit"),
    ("too_many", "rate_limit"),
    ("exhausted", "rate_limit"),
    ("authentication", "auth"),
    ("unauthenticated", "auth"),
    ("unauthorized", "auth"),
    ("permission", "auth"),
    ("forbidden", "auth"),
    ("access_denied", "auth"),
    ("api_key", "auth"),
    ("apikey", "auth"),
    ("billing", "auth"),
    ("arrearage", "auth"),
    ("balance", "auth"),
    ("not_found", "not_found"),
    ("invalid", "bad_request"),
    ("bad_request", "bad_request"),
    ("too_large", "bad_request"),
    ("context_length", "bad_request"),
    ("context_size", "bad_request"),
    ("inspection", "bad_request"),
    ("server", "server"),
    ("api_error", "server"),
    ("internal", "server"),
    ("timeout", "server"),
)
"""Words in an error object's `type`, `code` or `status`; the first match counts."""

_TEXT_KINDS: tuple[tuple[str, ErrorKind], ...] = (
    (r"overloaded|at capacity|server is busy", "overloaded"),
    (r"rate.?limit|too many requests|quota|throttl", "rate_limit"),
    (r"unauthori[sz]ed|forbidden|api.?key|permission denied|access denied|balance", "auth"),
    (r"not found|no such|does not exist", "not_found"),
    (r"bad request|invalid|context (?:length|size|window)|too (?:long|large)", "bad_request"),
    (r"error|exception|traceback|upstream|gateway|unavailable|time(?:d )?.?out|crash|terminated"
     r"|aborted|out of memory|failed|reset", "server"),
)  # fmt: skip
"""Patterns for sentences without an error object; the first match counts."""
_STATUS_IN_TEXT = re.compile(r"\b([45]\d\d)\b[\s:-]+(?=[A-Za-z])")

_MINIMAX_KINDS: dict[str, ErrorKind] = {
    "1002": "rate_limit", "1039": "rate_limit", "1041": "rate_limit", "2045": "rate_limit",
    "2056": "rate_limit", "1004": "auth", "1008": "auth", "2049": "auth",
    "1026": "bad_request", "1027": "bad_request", "1042": "bad_request", "2013": "bad_request",
}  # fmt: skip
"""The meaning of MiniMax's status codes in `base_resp`."""


def status_kind(status: int) -> ErrorKind:
    """The kind of an HTTP status of 400 or more."""
    if status in _STATUS_KINDS:
        return _STATUS_KINDS[status]
    return "server" if status >= 500 else "bad_request"


def status_retryable(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in _RETRYABLE or status >= 500


def type_kind(words: str) -> ErrorKind:
    """The kind for an error object's `type` and codes, joined in `words`; `server` if unknown."""
    # InvalidApiKey is the same word as invalid_api_key
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()
    return next((kind for word, kind in _TYPE_KINDS if word in words), "server")


def minimax_kind(code: object) -> ErrorKind:
    """The kind for a status code in `base_resp`; `server` if unknown."""
    return _MINIMAX_KINDS.get(str(code), "server")


def text_kind(words: str) -> ErrorKind | None:
    """The kind of error that a page or plain words describe; None if they describe none."""
    if found := _STATUS_IN_TEXT.search(words):
        return status_kind(int(found[1]))
    return next(
        (kind for pattern, kind in _TEXT_KINDS if re.search(pattern, words, re.IGNORECASE)), None
    )


def status_in(fields: dict[str, object]) -> int | None:
    """The HTTP status in one of the fields of an error object."""
    names = ("code", "error", "status", "status_code", "statusCode", "http_status", "http_code")
    found = (_status_of(fields.get(name)) for name in names)
    return next((status for status in found if status is not None), None)


def _status_of(code: object) -> int | None:
    """A code from 400 to 599, given as a number or as text."""
    if isinstance(code, str) and code.isdecimal() and len(code) == 3:
        code = int(code)
    return code if isinstance(code, int) and 400 <= code < 600 else None
