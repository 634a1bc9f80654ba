"""The marks that results carry beside their numbers, one line of documentation each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

_IGNORED = "_ignored"


class FlagName(StrEnum):
    """Every flag with a fixed name; those ending in `_ignored` come from `ignored`."""

    about: str
    """What the flag says, as README and help print it."""

    def __new__(cls, name: str, about: str) -> FlagName:
        member = str.__new__(cls, name)
        member._value_ = name
        member.about = about
        return member

    LAG = "lag", "a number was stamped while the event loop was more than 10 ms late"
    LAG_TTFT = "lag_ttft", "the late stamp is that of the first token"
    LAG_GAP = "lag_gap", "the late stamp is part of a gap"
    LAG_TOTAL = "lag_total", "the late stamp is that of the answer's end"
    PAUSED = "paused", "the process did not run for a while, so the total holds the pause"
    PAUSED_TTFT = "paused_ttft", "the pause is part of the time to the first token"
    PAUSED_GAP = "paused_gap", "the pause is part of a gap"
    BURST = "burst", "the answer came within 250 ms or in under 5 deltas, so it has no rate"
    CACHED = "cached", "the provider says that a part of the prompt came from its cache"
    EMPTY = "empty", "the stream is done without any text of an answer"
    UNTERMINATED = "unterminated", "no terminal marker followed the finish reason"
    UNFINISHED = "unfinished", "the recording was cut off before this stream ended"
    RESENT = "resent", "sent again over a new connection, as the server had closed the kept one"
    CONTENT_TYPE = "content_type", "an event stream or JSON under another content type, or none"
    CONTENT_LENGTH = "content_length", "a content length beside chunks, which state their own"
    CHOICES = "choices", "the provider gave several choices; the first one is the answer"
    UNKNOWN_FINISH = "unknown_finish", "a finish reason that no server documents"


def ignored(field: str) -> str:
    """The flag for a field of the spec that the dialect has no key for, such as `seed_ignored`."""
    return field + _IGNORED


def depends_on_dialect(flag: str) -> bool:
    """Whether the flag is one of `ignored`, and so gives away the stream's dialect."""
    return flag.endswith(_IGNORED)


def is_ttft_late(flags: Container[str]) -> bool:
    """Whether the TTFT was stamped late, or holds a pause of the process."""
    return FlagName.LAG_TTFT in flags or FlagName.PAUSED_TTFT in flags


def is_detail(flag: str) -> bool:
    """Whether the flag marks single numbers as late or paused; short lists leave it out.

    Numbers that are late show a `~` of their own, so `lag` itself counts as a detail.
    """
    return flag.startswith((FlagName.LAG, f"{FlagName.PAUSED}_"))
