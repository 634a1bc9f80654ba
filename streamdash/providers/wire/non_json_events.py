"""Events whose data are not one JSON object: end markers, keepalives, errors in plain words."""

from __future__ import annotations

import json
import re

DONE = "[DONE]"
KEEPALIVE_MAX = 200
"""Characters of data that may still be a keepalive."""

_MARKER = re.compile(
    r"[\"'\s]*(?:(?:data:)?\s*\[\s*[\"']?DONE[\"']?\s*\]|\"?DONE\"?[\s\"']*\Z)", re.IGNORECASE
)
_DONE_NAME = re.compile(r"\[\s*done\s*\]", re.IGNORECASE)
_ERROR_WORD = re.compile(r"[\[(<\s\"']*(?:error|exception|fatal)\b", re.IGNORECASE)
_ALIVE = re.compile(
    r"(?:ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|hb|no[-_ ]?op|null|none|undefined|empty"
    r"|comment)?",
    re.IGNORECASE,
)
_ALIVE_NAME = re.compile(
    r"(?:[a-z]+[._-])?(?:ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|hb|no[-_ ]?op|comment)",
    re.IGNORECASE,
)
_STATUS_NAMES = frozenset(
    {
        "done", "end", "close", "closed", "complete", "completed", "finish", "finished", "stop",
        "open", "opened", "connected", "start", "started", "status", "info", "progress",
        "queue", "queued", "log", "debug", "notice", "time", "timestamp", "retry", "id",
        "metadata", "meta",
    }
)  # fmt: skip
"""Names of events in which a server reports its own state in words."""


def is_done(name: str, data: str) -> bool:
    """Whether an event is the `[DONE]` marker, in any case, with quotes or spaces, or as a name."""
    return _MARKER.match(data) is not None or _DONE_NAME.fullmatch(name.strip()) is not None


def is_keepalive(name: str, data: str) -> bool:
    """Whether an event only keeps the connection alive or reports the server's state."""
    if len(data) < KEEPALIVE_MAX:
        word = data.strip()
        bare = word.strip("\"'[](){}<>:. \t\n")
        if word.startswith(":") or _ALIVE.fullmatch(bare) is not None:
            return True
    name = name.strip().lower()
    return name in _STATUS_NAMES or _ALIVE_NAME.fullmatch(name) is not None


def begins_with_error(data: str) -> bool:
    """Whether plain words begin like an error."""
    return _ERROR_WORD.match(data) is not None


def documents(data: str) -> tuple[list[object], str]:
    """The JSON values in a row at the start of `data`, and the rest of it."""
    found: list[object] = []
    place = 0
    while True:
        rest = _BETWEEN.match(data, place)
        place = rest.end() if rest else place
        if place >= len(data) or data[place] not in "{[":
            return found, data[place:]
        try:
            value, place = _DECODER.raw_decode(data, place)
        except (ValueError, RecursionError):
            return found, data[place:]
        found.append(value)


_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"(?:[\s,]|data:)*")
