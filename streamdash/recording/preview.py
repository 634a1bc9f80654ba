"""What a recording holds, in a few words, read from no more than its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.recording.reader import load_recording
from streamdash.streams.errors import UsageError
from streamdash.streams.metrics import measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamdash.recording.recording import Launch
    from streamdash.streams.events import Status
    from streamdash.streams.spec import StreamSpec

BEGINNING = 2 << 20
"""Bytes of a recording that are read; most recordings are shorter."""


class StreamPreview(NamedTuple):
    """The last answer of one stream, as far as it was read."""

    label: str
    target: str
    """`endpoint:model`."""
    status: Status | None
    """None if its end was not read, or is not in the recording."""
    ttft_s: float | None
    total_s: float | None
    """None if its end was not read."""
    chars: int


class Preview(NamedTuple):
    """The questions and streams of a recording."""

    questions: tuple[str, ...]
    """Each once, in the order of the streams that were asked."""
    streams: tuple[StreamPreview, ...]
    """Without those that were removed."""
    whole: bool
    """Whether all of the recording was read."""
    warnings: tuple[str, ...]
    """Sentences about what cannot be read, or is missing."""


def preview_of(path: Path, wanted: Callable[[], bool]) -> Preview:
    """Read the beginning of a recording.

    Raises UsageError if it cannot be played, and ReadingAbandonedError once `wanted` returns False.
    """
    recording = load_recording(str(path), most=BEGINNING, wanted=wanted)
    whole = recording.finished or _size(path) <= BEGINNING
    streams = [(index, recording.streams[index][-1:]) for index in recording.present]
    questions = (launch.spec.question for _, launches in streams for launch in launches)
    return Preview(
        tuple(dict.fromkeys(filter(None, questions))),
        tuple(
            _stream(index, *launches, spec=recording.plan.specs[index])
            for index, launches in streams
        ),
        whole,
        tuple(recording.warnings()) if whole else (),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None


def _stream(index: int, launch: Launch | None = None, *, spec: StreamSpec) -> StreamPreview:
    """The stream's last answer; a stream without a launch has not been asked anything."""
    if launch is None:
        return StreamPreview(spec.label, spec.target, None, None, None, 0)
    state = launch.state(index)
    metrics = measure(state)
    return StreamPreview(
        launch.spec.label,
        launch.spec.target,
        state.status if launch.ended else None,
        metrics.ttft_s,
        metrics.total_s if launch.ended else None,
        metrics.chars,
    )
