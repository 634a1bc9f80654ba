"""A text that grows at its end and is read from any place on, without joining it each time."""

from __future__ import annotations

_BLOCK = 1 << 16


class TextBuffer:
    """Appends in O(1); `since` costs what it returns; joined blocks keep memory near the text's.

    Halves of a surrogate pair that arrive apart are joined: the first half waits for the second.
    """

    __slots__ = ("_blocks", "_held", "_sealed", "_tail", "chars")

    def __init__(self) -> None:
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
        if self._held:
            self._tail.append(self._held)
            self.chars += 1
            self._held = ""

    def since(self, start: int) -> str:
        """The text from code point `start` on."""
        if start <= 0:
            return self.value()
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
        return "".join(self._blocks) + "".join(self._tail)
