"""The earlier answers of a run with all their texts, for an export."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from streamdash.streams.events import Channel
    from streamdash.streams.frozen_run import FrozenRun
    from streamdash.streams.state import StreamState


def with_earlier_texts(run: FrozenRun, recorded_in: Path | None) -> FrozenRun:
    """The run with copies of its earlier answers, which have what the recording has of them.

    It reads a file, so it belongs into a thread; the run itself drops texts meanwhile.
    """
    # loaded here: the menu of forms opens without them
    from streamdash.recording.launch_texts import key_of, recorded_texts

    earlier = tuple(tuple(map(_copied, answers)) for answers in run.earlier)
    dropped = {key_of(one): one for answers in earlier for one in answers if one.texts_dropped}
    if dropped and recorded_in is not None:
        for key, texts in recorded_texts(recorded_in, [*dropped]).items():
            _restore(dropped[key], texts)
    return replace(run, earlier=earlier)


def _copied(state: StreamState) -> StreamState:
    """The state with buffers of its own, that nothing empties."""
    copied = copy(state)
    copied.text, copied.reasoning = copy(state.text), copy(state.reasoning)
    copied.refusal, copied.tool = copy(state.refusal), copy(state.tool)
    # dropped while it was copied: the buffers may be empty
    copied.texts_dropped = state.texts_dropped
    return copied


def _restore(state: StreamState, texts: Mapping[Channel, str]) -> None:
    buffers = state.buffers
    if all(len(texts.get(name, "")) == buffer.chars for name, buffer in buffers.items()):
        for name, buffer in buffers.items():
            buffer.restore(texts.get(name, ""))
        state.texts_dropped = False
