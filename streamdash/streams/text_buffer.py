"""A text that grows at its end and is read from any place on, without joining it each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.secrets import Secrets

_BLOCK = 1 << 16


class TextBuffer:
    """Appends in O(1); `since` costs what it returns; joined blocks keep memory near the text's.

    Halves of a surrogate pair that arrive apart are joined: the first half waits for the second.
    `chars` counts the raw text. What is read hides the `secrets`, in equal length; the end of a
    live text that may be the start of one is read when it is clear what it is.
    """

    __slots__ = ("_blocks", "_held", "_over", "_sealed", "_tail", "chars", "secrets")

    def __init__(self, secrets: Secrets | None = None) -> None:
        self.secrets = secrets
        self._over = False
        self._blocks: list[str] = []
        self._tail: list[str] = []
        self._sealed = 0
        self._held = ""
        self.chars = 0
        """Code points so far, a waiting half of a pair not counted."""

    def __len__(self) -> int:
        return self.chars

    def append(self, text: str) -> None:
        """Add text at the end."""
        if self._held:
            # utf-16 puts a high and a low surrogate together into the character they mean
            text = (
                (self._held + text)
                .encode("utf-16", "surrogatepass")
                .decode("utf-16", "surrogatepass")
            )
            self._held = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._held = text[-1]
            text = text[:-1]
        if not text:
            return
        self._tail.append(text)
        self.chars += len(text)
        if self.chars - self._sealed >= _BLOCK:
            self._blocks.append("".join(self._tail))
            self._tail.clear()
            self._sealed = self.chars

    def finish(self) -> None:
        """No more text comes: a half of a pair that still waits is text of its own."""
        self._over = True
        if self._held:
            self._tail.append(self._held)
            self.chars += 1
            self._held = ""

    def since(self, start: int) -> str:
        """The text from code point `start` on."""
        secrets = self.secrets
        if not secrets:
            return self._since(start)
        # a key that begins before `start` is hidden to its end
        before = max(0, start - secrets.longest)
        text = self._since(before)
        end = len(text) if self._over else secrets.readable(text)
        return secrets.hide(text, ended=self._over)[max(0, start) - before : end]

    def _since(self, start: int) -> str:
        if start <= 0:
            return "".join([*self._blocks, *self._tail])
        wanted = self.chars - start
        if wanted <= 0:
            return ""
        parts: list[str] = []
        for pieces in (self._tail, self._blocks):
            for piece in reversed(pieces):
                if wanted <= len(piece):
                    parts.append(piece[len(piece) - wanted :])
                    parts.reverse()
                    return "".join(parts)
                parts.append(piece)
                wanted -= len(piece)
        parts.reverse()
        return "".join(parts)

    def value(self) -> str:
        """The whole text."""
        return self.since(0)

    def copy(self) -> TextBuffer:
        """The text of this moment, which no longer grows."""
        it = TextBuffer(self.secrets)
        it.append(self._since(0))
        return it
