"""Puts a paragraph break between the parts of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.events import Channel


def apart(before: str, text: str) -> str:
    """`text` with the line breaks in front that make it a new paragraph after `before`."""
    existing = len(before) - len(before.rstrip("\n")) + len(text) - len(text.lstrip("\n"))
    return "\n" * max(0, 2 - existing) + text


class Paragraphs:
    """Joins the texts of each channel, with a paragraph break where a new part begins."""

    def __init__(self) -> None:
        self.tails: dict[Channel, str] = {}
        """The last text of each channel that has had one."""
        self.breaks: set[Channel] = set()
        """Channels whose next text begins a paragraph."""

    def break_all(self) -> None:
        """Begin a paragraph with the next text of each channel, except tool arguments."""
        self.breaks.update(channel for channel in self.tails if channel != "tool")

    def break_off(self, channel: Channel) -> None:
        """Begin a paragraph with the channel's next text, except in tool arguments."""
        if channel in self.tails and channel != "tool":
            self.breaks.add(channel)

    def join(self, channel: Channel, text: str) -> str:
        """`text`, with a paragraph break in front if one is due on the channel."""
        if channel in self.breaks:
            self.breaks.discard(channel)
            text = apart(self.tails[channel], text)
        self.tails[channel] = text
        return text
