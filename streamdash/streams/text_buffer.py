"""A text that grows at its end and can be read from any position at little cost."""

from __future__ import annotations

from sys import getsizeof
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.redaction.secrets import Secrets

_BLOCK = 1 << 16


class TextBuffer:
    """Appends in O(1) and reads in time proportional to the length read.

    The halves of a surrogate pair that arrive apart are joined: the first waits for the second.
    Reading replaces the `secrets` by text of equal length. The end of a growing text that may be
    the start of a secret is left out until more text decides.
    """

    __slots__ = ("_blocks", "_half", "_over", "_sealed", "_tail", "chars", "secrets")

    def __init__(self, secrets: Secrets | None = None) -> None:
        self.secrets = secrets
        self._over = False
        self._blocks: list[str] = []
        self._tail: list[str] = []
        self._sealed = 0
        self._half = ""
        self.chars = 0
        """Code points of the raw text so far, without a waiting half of a pair."""

    def __len__(self) -> int:
        return self.chars

    def append(self, text: str) -> None:
        """Add text at the end."""
        if self._half:
            # UTF-16 joins a high and a low surrogate into their character.
            text = (
                (self._half + text)
                .encode("utf-16", "surrogatepass")
                .decode("utf-16", "surrogatepass")
            )
            self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._half = text[-1]
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
        """Note that no more text follows; a waiting half of a pair is appended as it is."""
        self._over = True
        if self._half:
            self._tail.append(self._half)
            self.chars += 1
            self._half = ""

    def since(self, start: int) -> str:
        """The text from code point `start` on."""
        secrets = self.secrets
        if not secrets:
            return self._since(start)
        # A key that begins before `start` is hidden up to its end.
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

    def pack(self) -> int:
        """Join the pieces of a text that is over; returns the bytes that it takes in memory."""
        whole = self._since(0)
        self._blocks, self._tail, self._sealed = [whole], [], self.chars
        return getsizeof(whole)

    def drop(self) -> None:
        """Free the memory of a text that is over; `chars` stays, and reading gives nothing."""
        self._blocks, self._tail = [], []

    def restore(self, text: str) -> None:
        """Give a dropped text back; it has as many code points as before."""
        self._blocks, self._tail, self._sealed = [text], [], self.chars

    def copy(self) -> TextBuffer:
        """A buffer with the same text, independent of this one."""
        copied = TextBuffer(self.secrets)
        copied.append(self._since(0))
        return copied
