"""A long text in blocks of bounded size, each wrapped only when its rows are needed.

A line longer than a block continues in the next one, and so may its rows: a row belongs to the
block in which it starts. Such a line is wrapped from its beginning, one block per step; while
there is no time for that, the blocks not reached yet are wrapped each on its own.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from time import perf_counter

from streamdash.tui.text.glyphs import lone_cells
from streamdash.tui.text.wrapping import wrap

BLOCK = 4096
"""The most characters of a block, which bounds the work of one step of wrapping."""


class Block:
    """Characters of a section from `start` on, with the rows that start there at `width` cells.

    `rows` are offsets into the block's own text, of two bytes each. `first` is the index of the
    block in which the first line of this block begins.
    """

    __slots__ = ("_wrapped", "exact", "first", "line", "rows", "start", "text", "width")

    def __init__(self, start: int, text: str, first: int) -> None:
        self.start = start
        self.text = text
        self.first = first
        self.rows = array("H")
        self.width = 0
        self.exact = True
        """Whether the rows were found by wrapping the whole line, not this block alone."""
        self.line: LongLine | None = None
        """The line that continues in the next blocks, as far as it has been wrapped."""
        self._wrapped = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def begin(self, width: int, *, exact: bool, fresh_start: bool = False) -> None:
        """Forget the rows if they are of another width or kind, or if `fresh_start`."""
        if fresh_start or width != self.width or exact != self.exact:
            self.rows = array("H")
            self.width = width
            self.exact = exact
            self._wrapped = 0

    def wrap(self, width: int, *, exact: bool = True) -> array[int]:
        """The start of each row of this text alone; only newly added text is wrapped."""
        self.begin(width, exact=exact)
        wrapped, text, rows = self._wrapped, self.text, self.rows
        if wrapped < len(text):
            start = wrapped
            if wrapped and text[wrapped - 1] != "\n":
                start = rows.pop()
            wrap(text, start, width, rows)
            self._wrapped = len(text)
        return rows


class LongLine:
    """How far a line of several blocks is wrapped; offsets count from the section's start."""

    __slots__ = ("row", "width", "wrapped")

    def __init__(self, width: int, start: int) -> None:
        self.width = width
        self.row = -1
        """Start of the last row found; -1 if there is none yet."""
        self.wrapped = start
        """End of the text that has been wrapped."""

    def step(self, text: BlockText, block: Block) -> None:
        """Wrap the rest of `block`, adding each row to the block in which it starts."""
        block.begin(self.width, exact=True, fresh_start=self.wrapped <= block.start)
        fresh = self.row < 0 or text.slice(self.wrapped - 1, self.wrapped) == "\n"
        start = self.wrapped if fresh else self.row
        found = array("I")
        wrap(text.slice(start, block.end), 0, self.width, found)
        for offset in found if fresh else found[1:]:
            self.row = start + offset
            owner = text.blocks[text.unit_at(self.row)]
            owner.rows.append(self.row - owner.start)
        self.wrapped = block.end


class BlockText:
    """A text that grows at its end; an append costs time in proportion to the appended text.

    A line longer than a block is cut in the block's last quarter, without effect on its rows.
    """

    __slots__ = ("blocks", "chars", "lines", "provisional")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.chars = 0
        self.lines = 0
        """Number of newlines."""
        self.provisional = False
        """Whether rows were returned that may move once their line has been wrapped."""

    def append(self, text: str) -> None:
        """Add text at the end."""
        if not text:
            return
        self.chars += len(text)
        self.lines += text.count("\n")
        blocks = self.blocks
        if not blocks:
            blocks.append(Block(0, "", 0))
        tail = blocks[-1]
        tail.text += text
        if len(tail.text) > BLOCK:
            self._split(tail)

    def _split(self, tail: Block) -> None:
        blocks = self.blocks
        del blocks[-1]
        first = tail.first
        if first < len(blocks):
            self._unwrap(blocks[first], tail.start)
        rest, at = tail.text, 0
        while at < len(rest):
            cut = _cut(rest, at) if len(rest) - at > BLOCK else len(rest)
            blocks.append(Block(tail.start + at, rest[at:cut], first))
            if rest[cut - 1] == "\n":
                first = len(blocks)
            at = cut

    def _unwrap(self, head: Block, start: int) -> None:
        """Forget the rows of a long line that begin at `start` or later."""
        line = head.line
        if line is None or line.wrapped < start:
            return
        rows = next((b for b in reversed(self.blocks) if b.exact and b.rows), head)
        line.row = rows.start + rows.rows[-1] if rows.rows else -1
        line.wrapped = start

    # -- rows -------------------------------------------------------------------------------

    def wrap(self, index: int, width: int, until: float = float("inf")) -> array[int]:
        """The starts of a block's rows.

        If the time `until` comes before its line has been wrapped that far, they are the rows of
        the block alone, and `provisional` is set.
        """
        block = self.blocks[index]
        if block.first == index and not self._continues(index):
            return block.wrap(width)
        head = self.blocks[block.first]
        line = head.line
        if line is None or line.width != width:
            line = head.line = LongLine(width, head.start)
        while not self._is_whole(line, index) and perf_counter() < until:
            line.step(self, self.blocks[self.unit_at(line.wrapped)])
        if line.wrapped > block.start:
            self.provisional |= not self._is_whole(line, index)
            return block.rows
        self.provisional = True
        return block.wrap(width, exact=False)

    def row_end(self, index: int) -> int:
        """End of the last row that starts in block `index`, which must be wrapped."""
        block = self.blocks[index]
        line = self.blocks[block.first].line
        end = block.end
        while self._continues(index):
            index += 1
            following = self.blocks[index]
            if line is None or not block.exact or line.wrapped <= following.start:
                break
            if following.rows:
                return following.start + following.rows[0]
            end = following.end
        return end

    def _continues(self, index: int) -> bool:
        """Whether a block's last line continues in the next block."""
        return index + 1 < len(self.blocks) and self.blocks[index + 1].first <= index

    def _is_whole(self, line: LongLine, index: int) -> bool:
        """Whether all rows that start in block `index` have been found."""
        end = self.blocks[index].end
        if line.row >= end:
            return True
        return line.wrapped >= end and not self._has_more(line.wrapped, index)

    def _has_more(self, wrapped: int, index: int) -> bool:
        """Whether the line has text beyond `wrapped`."""
        last = self.unit_at(wrapped - 1)
        return wrapped < self.blocks[last].end or self._continues(max(last, index))

    @property
    def unit_count(self) -> int:
        """The number of blocks, which are the text's units."""
        return len(self.blocks)

    def unit_at(self, offset: int) -> int:
        """The index of the block that holds the character at `offset`, or of the nearest."""
        return max(0, bisect_right(self.blocks, offset, key=_start_of) - 1)

    def slice(self, start: int, end: int) -> str:
        """The characters from `start` to `end`, or as many of them as exist."""
        start, end = max(0, start), min(end, self.chars)
        if start >= end:
            return ""
        parts: list[str] = []
        for index in range(self.unit_at(start), len(self.blocks)):
            block = self.blocks[index]
            if block.start >= end:
                break
            parts.append(block.text[max(0, start - block.start) : end - block.start])
        return "".join(parts)


def _start_of(block: Block) -> int:
    return block.start


def _cut(text: str, start: int) -> int:
    """End of the block that begins at `start`, which depends on its first BLOCK + 1 characters."""
    end = start + BLOCK
    cut = text.rfind("\n", start, end) + 1
    if cut:
        return cut
    cut = text.rfind(" ", end - BLOCK // 4, end) + 1
    if cut:
        return cut
    # never inside an emoji, or between a letter and its marks
    for cut in range(end, end - 32, -1):
        if lone_cells[text[cut]] and lone_cells[text[cut - 1]]:
            return cut
    return end
