"""The texts of one stream, one for each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.redaction.secret_filter import SecretFilter
from streamdash.streams.text_buffer import TextBuffer

if TYPE_CHECKING:
    from streamdash.streams.events import Channel
    from streamdash.streams.redaction.secrets import Secrets


class StreamTexts:
    """What a stream has said on each channel, and what of it is hidden from readers."""

    def __init__(self) -> None:
        self.text = TextBuffer()
        """The answer."""
        self.reasoning = TextBuffer()
        self.refusal, self.tool = TextBuffer(), TextBuffer()
        self.secret_filter: SecretFilter | None = None
        """Hides the secrets from listeners; None if there are none to hide."""
        self.texts_dropped = False
        """Whether the texts are no longer in memory, as those of an earlier answer may be."""

    @property
    def all_chars(self) -> int:
        """The number of characters on all channels."""
        return self.text.chars + self.reasoning.chars + self.refusal.chars + self.tool.chars

    @property
    def thinking(self) -> bool:
        """Whether reasoning has arrived and nothing else."""
        return 0 < self.reasoning.chars == self.all_chars

    @property
    def buffers(self) -> dict[Channel, TextBuffer]:
        """The texts of all channels."""
        return {
            "reasoning": self.reasoning,
            "answer": self.text,
            "refusal": self.refusal,
            "tool": self.tool,
        }

    def buffer(self, channel: Channel) -> TextBuffer:
        """The text of one channel."""
        if channel == "answer":
            return self.text
        if channel == "reasoning":
            return self.reasoning
        return self.refusal if channel == "refusal" else self.tool

    def hide(self, secrets: Secrets) -> None:
        """Hide these from readers of the stream; the folded text itself stays raw."""
        if self.secret_filter is None and secrets:
            self.secret_filter = SecretFilter(secrets)
            for buffer in self.buffers.values():
                buffer.secrets = secrets
