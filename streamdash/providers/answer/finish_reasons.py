"""The finish reasons of all dialects and servers, and the status that each one means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.providers.answer.tool_arguments import argument_text
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Finish, Flag, Status
from streamdash.streams.flags import FlagName

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 200
"""The most characters of a finish reason; the rest is cut."""

_INSIDE = ("reason", "finish_reason", "stop_reason", "type", "name", "value", "unified", "code",
           "raw")  # fmt: skip
"""Fields of an object that may hold the reason."""

_NO_REASON = frozenset(
    {"", "null", "none", "not_finished", "unfinished", "in_progress", "queued", "ongoing"}
)
"""Words that servers send in place of null."""

_EXACT = {
    "other": Status.INCOMPLETE,
    "max": Status.INCOMPLETE,
    "load": Status.INCOMPLETE,
    "unload": Status.INCOMPLETE,
    "language": Status.FILTERED,
    "pii": Status.FILTERED,
    "unspecified": None,
    "unknown": None,
}

_STEMS: tuple[tuple[Status, tuple[str, ...]], ...] = (
    (Status.FAILED, ("malformed", "invalid", "unexpected", "missing", "toomany", "network",
                     "ratelimit", "noimage")),
    (Status.FILTERED, ("filter", "safety", "unsafe", "refus", "recitation", "block", "prohibit",
                       "spii", "sensitiv", "polic", "guardrail", "moderat", "toxic", "harm",
                       "violat", "violen", "hate", "censor", "copyright", "inspection", "armor",
                       "jailbreak", "declin", "inappropriate", "illegal")),
    (Status.INCOMPLETE, ("length", "limit", "maxtoken", "maxoutput", "max", "context", "window",
                         "truncat", "pause", "compact", "abort", "cancel", "interrupt", "preempt",
                         "incomplete", "partial", "insufficient", "repetition", "budget", "quota",
                         "exceed", "timeout", "timedout", "image")),
    (Status.FAILED, ("error", "err", "fail", "exception", "crash", "fatal", "panic",
                     "unavailable", "overload", "internal")),
)  # fmt: skip
"""Beginnings of words; the first match counts, so `ERROR_TOXIC` is filtered and `error_limit`
incomplete. A stem of five or more letters also matches inside a word: `contentfilter`."""

_GOOD = frozenset({
    "stop", "stopped", "end", "ended", "ending", "eos", "eot", "eom", "eog", "im", "id", "turn",
    "token", "sequence", "seq", "string", "str", "word", "words", "complete", "completed",
    "completion", "done", "finish", "finished", "success", "successful", "succeeded", "normal",
    "natural", "tool", "tools", "function", "functions", "call", "calls", "called", "calling",
    "use", "uses", "used", "custom", "server", "mcp", "of", "text", "message", "the", "stream",
    "response", "generation", "model", "reached", "hit", "matched", "on", "by", "endturn",
    "eostoken", "stopsequence", "toolcall", "toolcalls", "tooluse", "functioncall",
})  # fmt: skip
"""A reason that consists only of these words is a good end."""


def finish_events(value: object) -> Iterator[Event]:
    """The events of a finish reason; none if it is empty.

    Raises StreamError after the events if the reason means a failure.
    """
    reason = raw_reason(value)
    word = _plain(reason)
    if word in _NO_REASON:
        return
    outcome = outcome_of(word)
    if outcome is None:
        yield Flag(FlagName.UNKNOWN_FINISH)
    yield Finish(reason, outcome or Status.DONE)
    if outcome is Status.FAILED:
        raise StreamError(
            "server", f"the provider ended the answer with finish reason {reason!r}", retryable=True
        )


def raw_reason(value: object, depth: int = 4) -> str:
    """The provider's own word, also from inside an object or list; empty if there is none."""
    if isinstance(value, str):
        return value.strip()[:LONGEST]
    if depth and isinstance(value, list):
        return next((word for item in value if (word := raw_reason(item, depth - 1))), "")
    if depth and isinstance(value, dict):
        for name in _INSIDE:
            if word := raw_reason(value.get(name), depth - 1):
                return word
    return argument_text(value)[:LONGEST] if value else ""


def outcome_of(reason: str) -> Status | None:
    """The status of an answer with this finish reason; None if the word is unknown."""
    word = _plain(reason)
    if word in _EXACT:
        return _EXACT[word]
    tokens = word.split("_")
    joined = "".join(tokens)
    for status, stems in _STEMS:
        for stem in stems:
            if joined.startswith(stem) or any(token.startswith(stem) for token in tokens):
                return status
            if len(stem) >= 5 and stem in joined:
                return status
    return Status.DONE if word and _GOOD.issuperset(tokens) else None


def _plain(reason: str) -> str:
    """The reason in lower case with underscores, without a prefix such as `FINISH_REASON_`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", reason)
    word = re.sub(r"[\W_]+", "_", spaced).strip("_").lower()
    return re.sub(r"^(?:(?:finish_?|stop_?|end_?|done_?)?reason_)+(?=.)", "", word)
