"""The sign and the tone (colour) of each status; colour alone would not be enough."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.streams.events import Status
from streamdash.streams.stages import STAGES
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.state import StreamState

Tone = Literal["quiet", "wait", "live", "good", "warn", "bad"]


class Mark(NamedTuple):
    """A `sign` of one cell, and the `tone` that a theme gives a colour."""

    sign: str
    tone: Tone


MARKS: dict[Status, Mark] = {
    Status.QUEUED: Mark("·", "quiet"),
    Status.CONNECTING: Mark("◌", "wait"),
    Status.WAITING: Mark("○", "wait"),
    Status.STREAMING: Mark("●", "live"),
    Status.RETRYING: Mark("↻", "warn"),
    Status.DONE: Mark("✓", "quiet"),
    Status.INCOMPLETE: Mark("◐", "warn"),
    Status.FILTERED: Mark("⊘", "warn"),
    Status.TRUNCATED: Mark("◖", "bad"),
    Status.FAILED: Mark("✗", "bad"),
    Status.TIMEOUT: Mark("◷", "bad"),
    Status.CANCELLED: Mark("■", "quiet"),
}

LEAVING = ("gone", Mark("−", "warn"))
"""The word and mark of a stream that is soon removed, whatever its status."""

_STAGES = {"sent": Mark("○", "wait"), "loading": Mark("·", "wait"), "thinking": Mark("◔", "live")}
"""The marks of stages that are no status."""


def mark_of(state: StreamState) -> Mark:
    """The mark of a stream's stage."""
    return _STAGES.get(state.stage) or MARKS[state.status]


def count_parts(states: Iterable[StreamState]) -> list[Part]:
    """How many streams are in each stage, streaming ones first: `● 6 streaming`, `✗ 1 failed`."""
    counts = Counter((state.stage, mark_of(state)) for state in states)
    first = Status.STREAMING.value
    order = sorted(counts, key=lambda each: (each[0] != first, STAGES.index(each[0])))
    return [
        Part(
            f"{mark.sign} {counts[stage, mark]} {stage}",
            3,
            mark.tone,
            short=f"{mark.sign} {counts[stage, mark]}",
        )
        for stage, mark in order
    ]


CANCEL = "✕"
RERUN = "↻"
"""The button in a pane's header while its stream is live, and after it has ended."""
