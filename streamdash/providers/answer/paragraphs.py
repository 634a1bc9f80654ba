"""Where one part of an answer ends and the next begins: they do not run into each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.events import Channel


def apart(before: str, text: str) -> str:
    """`text` with as many line breaks before it as make a new paragraph behind `before`."""
    there = len(before) - len(before.rstrip("\n")) + len(text) - len(text.lstrip("\n"))
    return "\n" * max(0, 2 - there) + text


class Paragraphs:
    """Joins the texts of each channel: directly, or as a new paragraph where parts meet."""

    def __init__(self) -> None:
        self.tails: dict[Channel, str] = {}
        """The last text of each channel that has spoken."""
        self.broken: set[Channel] = set()
        """Channels whose next text begins another part."""

    def break_all(self, *, but: Channel | None = None) -> None:
        """Something came that is no text: what follows on any channel is another part."""
        self.broken.update(channel for channel in self.tails if channel not in (but, "tool"))

    def break_off(self, channel: Channel) -> None:
        """What follows on this channel is another part."""
        if channel in self.tails and channel != "tool":
            self.broken.add(channel)

    def join(self, channel: Channel, text: str) -> str:
        """`text` as it goes on behind what the channel has said."""
        if channel in self.broken:
            self.broken.discard(channel)
            text = apart(self.tails[channel], text)
        self.tails[channel] = text
        return text
