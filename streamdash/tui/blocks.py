"""A long text in blocks of bounded size, each wrapped alone and only when somebody looks."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from streamdash.tui.glyphs import lone_cells
from streamdash.tui.wrapping import wrap

BLOCK = 4096
"""Characters of a block at most: no step of wrapping is longer than this."""


class Block:
    """Characters of a section from `start` on, with the rows they fill at `width` cells.

    Rows are two bytes each: offsets into the block's own text.
    """

    __slots__ = ("_wrapped", "rows", "start", "text", "width")

    def __init__(self, start: int, text: str) -> None:
        self.start = start
        self.text = text
        self.rows = array("H")
        self.width = 0
        self._wrapped = 0

    def wrap(self, width: int) -> array[int]:
        """The start of each row; what is new since the last call is wrapped now."""
        if width != self.width:
            self.rows = array("H")
            self.width = width
            self._wrapped = 0
        wrapped, text, rows = self._wrapped, self.text, self.rows
        if wrapped < len(text):
            start = wrapped
            if wrapped and text[wrapped - 1] != "\n":
                start = rows.pop()
            wrap(text, start, width, rows)
            self._wrapped = len(text)
        return rows


class BlockText:
    """A text that grows at its end; work per append is bounded by what is appended.

    A line longer than a block is cut in the block's last quarter, and a row ends there.
    """

    __slots__ = ("blocks", "chars", "lines")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.chars = 0
        self.lines = 0
        """Newlines."""

    def append(self, text: str) -> None:
        """Add text at the end."""
        if not text:
            return
        self.chars += len(text)
        self.lines += text.count("\n")
        blocks = self.blocks
        if not blocks:
            blocks.append(Block(0, ""))
        tail = blocks[-1]
        tail.text += text
        if len(tail.text) <= BLOCK:
            return
        del blocks[-1]
        rest, start, at = tail.text, tail.start, 0
        while len(rest) - at > BLOCK:
            cut = _cut(rest, at)
            blocks.append(Block(start + at, rest[at:cut]))
            at = cut
        blocks.append(Block(start + at, rest[at:]))

    def block_at(self, offset: int) -> int:
        """The index of the block that holds the character at `offset`, or of the nearest."""
        return max(0, bisect_right(self.blocks, offset, key=_start_of) - 1)

    def slice(self, start: int, end: int) -> str:
        """The characters from `start` to `end`, as far as there are any."""
        start, end = max(0, start), min(end, self.chars)
        if start >= end:
            return ""
        parts: list[str] = []
        for index in range(self.block_at(start), len(self.blocks)):
            block = self.blocks[index]
            if block.start >= end:
                break
            parts.append(block.text[max(0, start - block.start) : end - block.start])
        return "".join(parts)


def _start_of(block: Block) -> int:
    return block.start


def _cut(text: str, start: int) -> int:
    """Where the block that begins at `start` ends: a function of its BLOCK + 1 first characters."""
    end = start + BLOCK
    cut = text.rfind("\n", start, end) + 1
    if cut:
        return cut
    cut = text.rfind(" ", end - BLOCK // 4, end) + 1
    if cut:
        return cut
    # not inside an emoji or a letter with its marks
    for cut in range(end, end - 32, -1):
        if lone_cells[text[cut]] and lone_cells[text[cut - 1]]:
            return cut
    return end
