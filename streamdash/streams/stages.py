"""The stages of a stream: its statuses, with some of them divided further for the screen."""

from __future__ import annotations

from typing import Literal

from streamdash.streams.events import Status

QueueReason = Literal["sdk", "slot"]
"""A queued stream waits until its SDK is loaded, or until fewer streams run at once."""

STAGES = (
    Status.QUEUED.value, "loading", Status.CONNECTING.value, "connected", "sent",
    Status.WAITING.value, "thinking",
    *(status.value for status in [*Status][[*Status].index(Status.STREAMING):]),
)  # fmt: skip
"""Every value of `StreamState.stage`, in the order in which a stream passes them."""
