"""A text that grows at its end, stored in pieces so that appending and slicing stay cheap."""

from __future__ import annotations

from array import array
from bisect import bisect_right

PIECE = 1 << 12
"""Characters after which a new piece begins."""


class SourceText:
    """The characters received so far."""

    __slots__ = ("_pieces", "_starts", "chars", "lines")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts = array("Q")
        self.chars = 0
        self.lines = 0
        """Number of newlines."""

    def append(self, text: str) -> None:
        """Add text at the end."""
        if self._pieces and len(self._pieces[-1]) < PIECE:
            self._pieces[-1] += text
        else:
            self._starts.append(self.chars)
            self._pieces.append(text)
        self.chars += len(text)
        self.lines += text.count("\n")

    def slice(self, start: int, end: int) -> str:
        """The characters from `start` up to `end`, of which some may not exist."""
        start, end = max(0, start), min(end, self.chars)
        if start >= end:
            return ""
        index = bisect_right(self._starts, start) - 1
        base = self._starts[index]
        piece = self._pieces[index]
        if end - base <= len(piece):
            return piece[start - base : end - base]
        parts = [piece[start - base :]]
        while (base := base + len(piece)) < end:
            index += 1
            piece = self._pieces[index]
            parts.append(piece[: end - base])
        return "".join(parts)
