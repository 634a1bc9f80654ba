"""A long text in blocks of bounded size, wrapped only when somebody looks.

A line longer than a block goes on in the next one, and so do its rows: a row belongs to the block
in which it starts. Such a line is wrapped from its beginning, a block at a step; while there is
no time for that, the blocks that were not reached are wrapped each on its own.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from time import perf_counter

from streamdash.tui.text.glyphs import lone_cells
from streamdash.tui.text.wrapping import wrap

BLOCK = 4096
"""Characters of a block at most: no step of wrapping is much longer than this."""


class Block:
    """Characters of a section from `start` on, with the rows that start there at `width` cells.

    Rows are two bytes each: offsets into the block's own text. `first` is the index of the block
    in which the block's first line begins.
    """

    __slots__ = ("_wrapped", "exact", "first", "line", "rows", "start", "text", "width")

    def __init__(self, start: int, text: str, first: int) -> None:
        self.start = start
        self.text = text
        self.first = first
        self.rows = array("H")
        self.width = 0
        self.exact = True
        """Whether the rows are those of the whole line, not of this block alone."""
        self.line: LongLine | None = None
        """How far the line that goes on in the next blocks has been wrapped."""
        self._wrapped = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def begin(self, width: int, *, exact: bool, anew: bool = False) -> None:
        """Forget the rows, unless they are of this kind."""
        if anew or width != self.width or exact != self.exact:
            self.rows = array("H")
            self.width = width
            self.exact = exact
            self._wrapped = 0

    def wrap(self, width: int, *, exact: bool = True) -> array[int]:
        """The start of each row of this text alone; what is new since the last call is wrapped."""
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
    """How far a line of several blocks is wrapped: all offsets are the section's."""

    __slots__ = ("row", "width", "wrapped")

    def __init__(self, width: int, start: int) -> None:
        self.width = width
        self.row = -1
        """Where the last row starts; -1 before the first one."""
        self.wrapped = start
        """The end of the text that has been looked at."""

    def step(self, text: BlockText, block: Block) -> None:
        """Look at the rest of `block`, and give each row that is found to its own block."""
        block.begin(self.width, exact=True, anew=self.wrapped <= block.start)
        fresh = self.row < 0 or text.slice(self.wrapped - 1, self.wrapped) == "\n"
        start = self.wrapped if fresh else self.row
        found = array("I")
        wrap(text.slice(start, block.end), 0, self.width, found)
        for offset in found if fresh else found[1:]:
            self.row = start + offset
            owner = text.blocks[text.block_at(self.row)]
            owner.rows.append(self.row - owner.start)
        self.wrapped = block.end


class BlockText:
    """A text that grows at its end; work per append is bounded by what is appended.

    A line longer than a block is cut in the block's last quarter; its rows do not show that.
    """

    __slots__ = ("blocks", "chars", "lines", "provisional")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.chars = 0
        self.lines = 0
        """Newlines."""
        self.provisional = False
        """Whether rows have been given away that may move when their line has been wrapped."""

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
        """The rows of a long line that begin at `start` or behind are gone."""
        line = head.line
        if line is None or line.wrapped < start:
            return
        rows = next((b for b in reversed(self.blocks) if b.exact and b.rows), head)
        line.row = rows.start + rows.rows[-1] if rows.rows else -1
        line.wrapped = start

    # -- rows -------------------------------------------------------------------------------

    def wrap(self, index: int, width: int, until: float = float("inf")) -> array[int]:
        """Where the rows of a block start; found after `until`, they are those of it alone."""
        block = self.blocks[index]
        if block.first == index and not self._goes_on(index):
            return block.wrap(width)
        head = self.blocks[block.first]
        line = head.line
        if line is None or line.width != width:
            line = head.line = LongLine(width, head.start)
        while not self._is_whole(line, index) and perf_counter() < until:
            line.step(self, self.blocks[self.block_at(line.wrapped)])
        if line.wrapped > block.start:
            self.provisional |= not self._is_whole(line, index)
            return block.rows
        self.provisional = True
        return block.wrap(width, exact=False)

    def row_end(self, index: int) -> int:
        """Where the last row ends that starts in a block, which has been wrapped."""
        block = self.blocks[index]
        line = self.blocks[block.first].line
        end = block.end
        while self._goes_on(index):
            index += 1
            following = self.blocks[index]
            if line is None or not block.exact or line.wrapped <= following.start:
                break
            if following.rows:
                return following.start + following.rows[0]
            end = following.end
        return end

    def _goes_on(self, index: int) -> bool:
        """Whether a block's last line goes on in the next block."""
        return index + 1 < len(self.blocks) and self.blocks[index + 1].first <= index

    def _is_whole(self, line: LongLine, index: int) -> bool:
        """Whether no further row can start in a block."""
        end = self.blocks[index].end
        if line.row >= end:
            return True
        return line.wrapped >= end and not self._more(line.wrapped, index)

    def _more(self, wrapped: int, index: int) -> bool:
        """Whether the line has text behind what was looked at."""
        last = self.block_at(wrapped - 1)
        return wrapped < self.blocks[last].end or self._goes_on(max(last, index))

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
