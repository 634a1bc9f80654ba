"""How far a recording has written one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.events import Wire
    from streamdash.streams.state import StreamState


class StreamLines:
    """What the next line of one stream depends on."""

    __slots__ = ("changed", "head", "index", "over", "state", "wire", "wire_at", "wire_type")

    def __init__(self, index: int) -> None:
        self.index = index
        self.head = f',"s":{index},"type":"'
        self.state: StreamState | None = None
        self.over = False
        self.changed = False
        """Whether the next launch is the first one of another request."""
        self.wire: Wire | None = None
        """A wire event not yet written: it goes into the line of a delta that follows it."""
        self.wire_at = 0.0
        self.wire_type = ""
