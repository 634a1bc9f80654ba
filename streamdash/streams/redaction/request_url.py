"""Names a request's URL in an error message without giving away its secrets."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "***"
LONGEST = 300
_STATUS = re.compile(r"HTTP \d{3}\b")


def shown_url(url: str) -> str:
    """The URL without user, password, fragment and query values, any of which may be a key.

    Empty if `url` is not a URL.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    if not host:
        return ""
    pieces = (piece.partition("=") for piece in parts.query.split("&") if piece)
    query = "&".join(f"{name}={HIDDEN}" if equals else HIDDEN for name, equals, _ in pieces)
    shown = urlunsplit((parts.scheme, host, parts.path, query, ""))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def with_url(message: str, url: str) -> str:
    """The message with the URL added, as in `HTTP 404 from http://...: not found`."""
    shown = shown_url(url)
    if not shown or shown in message:
        return message
    status = _STATUS.match(message)
    if status is None:
        return f"{message} ({shown})"
    return f"{status[0]} from {shown}{message[status.end() :]}"
