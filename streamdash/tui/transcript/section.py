"""A section of a transcript: text of one style, in units whose rows are found on demand."""

from __future__ import annotations

from bisect import bisect_right
from time import perf_counter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from streamdash.tui.transcript.blocks import BlockText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import DrawnRow
    from streamdash.tui.markdown.text import MarkdownText

    SectionText: TypeAlias = BlockText | MarkdownText
    """The source, and what finds its rows in one of the two views."""

TextStyle = Literal["answer", "reasoning", "tool", "note", "error"]

HEADING = -1
"""The offset of a section's heading, which is before its first character."""
SLICE = 1 << 12
"""Characters that one step takes in: the lines of Markdown cost up to a millisecond."""
LINE_STEP = 1 << 12
"""Characters that are searched at once for the end of a line."""


class Row(NamedTuple):
    """One row: characters `start` to `end` of a section, or its heading.

    `text` is what it shows. A row of rendered Markdown shows other characters than its source
    has; `drawn` says which ones they stand for, and how they look.
    """

    section: int
    start: int
    end: int
    text: str
    drawn: DrawnRow | None = None


class Section:
    """Consecutive text of one style. Reasoning has a heading, and folding hides everything else.

    An answer may be rendered as Markdown; offsets count characters of the source in any case.
    """

    __slots__ = ("_next", "chars", "closed", "headed", "style", "text")

    def __init__(self, style: TextStyle, *, rendered: bool) -> None:
        self.style = style
        self.headed = style == "reasoning"
        self.text: SectionText = _new_text(rendered=rendered and style == "answer")
        self.chars = 0
        """Number of characters before cleaning."""
        self.closed = False
        """Whether the text has ended."""
        self._next: SectionText | None = None
        """The text in the other view, as far as it has been taken over."""

    def close(self) -> None:
        """End the text; a rendered one then shows what could still have become something else."""
        self.closed = True
        if not isinstance(self.text, BlockText):
            self.text.close()

    # -- views ------------------------------------------------------------------------------

    @property
    def rendered(self) -> bool:
        """Whether the rows show rendered Markdown."""
        return not isinstance(self.text, BlockText)

    def change_view(self, *, rendered: bool) -> bool:
        """Render the Markdown, or show its source; True if `convert` is needed for that."""
        wanted = rendered and self.style == "answer"
        self._next = None if wanted == self.rendered else _new_text(rendered=wanted)
        return self._next is not None

    def convert(self, until: float) -> bool:
        """Take the text over into the new view until a `perf_counter` time; True if done."""
        following = self._next
        if following is None:
            return True
        while following.chars < self.text.chars:
            at = following.chars
            following.append(self.text.slice(at, at + SLICE))
            if perf_counter() >= until and following.chars < self.text.chars:
                return False
        self.text, self._next = following, None
        if self.closed:
            self.close()
        return True

    # -- rows -------------------------------------------------------------------------------

    def row_count(self, unit: int, width: int, until: float) -> int:
        """The number of a unit's rows."""
        text = self.text
        if isinstance(text, BlockText):
            return len(text.wrap(unit, width, until))
        return len(_drawn(text, unit, width, until))

    def row_at(self, offset: int, width: int, until: float) -> tuple[int, int]:
        """The unit and the number of the row that shows the character at `offset`."""
        unit = self.text.unit_at(offset)
        row = self._row_in(unit, offset, width, until)
        while row < 0 < unit:
            unit -= 1
            row = self._row_in(unit, offset, width, until)
        return unit, max(0, row)

    def _row_in(self, unit: int, offset: int, width: int, until: float) -> int:
        """The unit's last row that starts at or before `offset`; -1 if there is none."""
        text = self.text
        if isinstance(text, BlockText):
            starts = text.wrap(unit, width, until)
            return bisect_right(starts, offset - text.blocks[unit].start) - 1
        return bisect_right(_drawn(text, unit, width, until), offset, key=_start_of) - 1

    def collect(
        self, index: int, unit: int, row: int, most: int, width: int, until: float
    ) -> list[Row]:
        """Up to `most` rows of a unit from number `row` on; `index` is the section's own."""
        text = self.text
        if not isinstance(text, BlockText):
            drawn = _drawn(text, unit, width, until)[row : row + most]
            return [Row(index, each.start, each.end, each.text, each) for each in drawn]
        starts = text.wrap(unit, width, until)
        block = text.blocks[unit]
        source, base = block.text, block.start
        found: list[Row] = []
        for place in range(row, min(len(starts), row + most)):
            start = starts[place]
            if place + 1 < len(starts):
                end = starts[place + 1]
                found.append(Row(index, base + start, base + end, source[start:end]))
            else:
                last = text.row_end(unit)
                found.append(Row(index, base + start, last, text.slice(base + start, last)))
        return found

    # -- lines ------------------------------------------------------------------------------

    def line_start(self, offset: int) -> int:
        """The start of the source line that holds the character at `offset`."""
        end = min(offset, self.text.chars)
        while end > 0:
            start = max(0, end - LINE_STEP)
            found = self.text.slice(start, end).rfind("\n")
            if found >= 0:
                return start + found + 1
            end = start
        return 0

    def line_end(self, offset: int) -> int:
        """The end of the source line that holds the character at `offset`, without its newline."""
        start = max(0, offset)
        while start < self.text.chars:
            found = self.text.slice(start, start + LINE_STEP).find("\n")
            if found >= 0:
                return start + found
            start += LINE_STEP
        return self.text.chars


def _new_text(*, rendered: bool) -> SectionText:
    if not rendered:
        return BlockText()
    from streamdash.tui.markdown.text import MarkdownText

    return MarkdownText()


def _drawn(text: MarkdownText, unit: int, width: int, until: float) -> Sequence[DrawnRow]:
    """The rows of a unit; none while the whole text is held back and there is no unit."""
    return text.rows(unit, width, until) if text.unit_count else ()


def _start_of(row: DrawnRow) -> int:
    return row.start
