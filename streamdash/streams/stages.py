"""The stages of a stream: its statuses, with some of them divided further for the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from streamdash.streams.events import Status

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState

QueueReason = Literal["sdk", "slot"]
"""A queued stream waits until its SDK is loaded, or until fewer streams run at once."""

STAGES = (
    Status.QUEUED.value, "loading", Status.CONNECTING.value, "connected", "sent",
    Status.WAITING.value, "thinking",
    *(status.value for status in [*Status][[*Status].index(Status.STREAMING):]),
)  # fmt: skip
"""Every value of `StreamState.stage`, in the order in which a stream passes them."""


def stage_of(state: StreamState) -> str:
    """The status, with `queued`, `connecting` and `streaming` divided into their steps.

    A queued stream is `loading` while its SDK is. Once the connection is open it is `connected`
    (the stream waits for the others of its launch), and `sent` from the request to the headers. It
    is `thinking` while only reasoning has arrived.
    """
    if state.status is Status.STREAMING and state.thinking:
        return "thinking"
    if state.status is Status.QUEUED and state.queued_for == "sdk":
        return "loading"
    if state.status is Status.CONNECTING:
        if state.sent_at is not None:
            return "sent"
        if state.connected is not None:
            return "connected"
    return state.status.value
