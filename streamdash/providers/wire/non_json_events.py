"""Data of an event that is no JSON object and yet no fault: end markers and keepalives."""

from __future__ import annotations

import json
import re

DONE = "[DONE]"
LONGEST_WORD = 200
"""Characters of data that can be a word of that kind."""

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
_ASIDE = frozenset({"done", "end", "close", "closed", "complete", "completed", "finish", "finished",
                    "stop", "open", "opened", "connected", "start", "started", "status", "info",
                    "progress", "queue", "queued", "log", "debug", "notice", "time", "timestamp",
                    "retry", "id", "metadata", "meta"})  # fmt: skip
"""Names of events in which servers tell of themselves, in words."""


def is_done(name: str, data: str) -> bool:
    """Whether an event is the `[DONE]` marker: in quotes, with spaces, in any case, as a name."""
    return _MARKER.match(data) is not None or _DONE_NAME.fullmatch(name.strip()) is not None


def is_aside(name: str, data: str) -> bool:
    """Whether an event that is no JSON object keeps a connection alive and says nothing else."""
    if len(data) < LONGEST_WORD:
        word = data.strip()
        bare = word.strip("\"'[](){}<>:. \t\n")
        if word.startswith(":") or _ALIVE.fullmatch(bare) is not None:
            return True
    name = name.strip().lower()
    return name in _ASIDE or _ALIVE_NAME.fullmatch(name) is not None


def begins_with_error(data: str) -> bool:
    """Whether words in place of JSON begin by saying that they are an error."""
    return _ERROR_WORD.match(data) is not None


def documents(data: str) -> tuple[list[object], str]:
    """The JSON values that stand one after the other at the start of `data`, and what follows."""
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
