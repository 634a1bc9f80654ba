"""What each status looks like: a sign and a tone, so that colour never speaks alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.streams.events import Status

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState

Tone = Literal["quiet", "wait", "live", "good", "warn", "bad"]


class Mark(NamedTuple):
    """One cell wide `sign`, and the `tone` that a theme colours."""

    sign: str
    tone: Tone


MARKS: dict[Status, Mark] = {
    Status.QUEUED: Mark("·", "quiet"),
    Status.CONNECTING: Mark("◌", "wait"),
    Status.WAITING: Mark("○", "wait"),
    Status.STREAMING: Mark("●", "live"),
    Status.RETRYING: Mark("↻", "warn"),
    Status.DONE: Mark("✓", "good"),
    Status.INCOMPLETE: Mark("◐", "warn"),
    Status.FILTERED: Mark("⊘", "warn"),
    Status.TRUNCATED: Mark("◖", "bad"),
    Status.FAILED: Mark("✗", "bad"),
    Status.TIMEOUT: Mark("◷", "bad"),
    Status.CANCELLED: Mark("■", "quiet"),
}

_SENT = Mark("○", "wait")


def mark_of(state: StreamState) -> Mark:
    """How the stage of a stream looks."""
    return _SENT if state.stage == "sent" else MARKS[state.status]


CANCEL = "✕"
RERUN = "↻"
"""The header's button, while a stream is live and once it has ended."""
