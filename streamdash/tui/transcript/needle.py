"""A plain text to search for, ignoring case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.transcript.document import TextPosition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.tui.transcript.blocks import BlockText
    from streamdash.tui.transcript.document import Document


class Needle:
    """Finds a text in a document; all offsets count characters of the searched text."""

    def __init__(self, text: str) -> None:
        self._folded = _fold(text)

    def __bool__(self) -> bool:
        return bool(self._folded)

    def __len__(self) -> int:
        return len(self._folded)

    def matches(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each match in `text`."""
        folded = _fold(text)
        at = folded.find(self._folded)
        while at >= 0:
            end = at + len(self)
            yield at, end
            at = folded.find(self._folded, end)

    def next_in(self, document: Document, start: TextPosition) -> TextPosition | None:
        """The first match in visible text that begins at `start` or later."""
        offset = max(0, start.offset)
        for index in range(start.section, len(document.sections)):
            section = document.sections[index]
            if not document.hides(section):
                found = self._next(section.text, offset)
                if found >= 0:
                    return TextPosition(index, found)
            offset = 0
        return None

    def previous_in(self, document: Document, end: TextPosition) -> TextPosition | None:
        """The last match in visible text that begins before `end`."""
        for index in range(min(end.section, len(document.sections) - 1), -1, -1):
            section = document.sections[index]
            if not document.hides(section):
                limit = end.offset if index == end.section else section.text.chars
                found = self._previous(section.text, limit)
                if found >= 0:
                    return TextPosition(index, found)
        return None

    def first_in_block(self, text: BlockText, index: int, offset: int) -> int:
        """Offset of the first match that begins in this block, at `offset` or later; -1 if none."""
        start = text.blocks[index].start
        found = self._window(text, index).find(self._folded, max(0, offset - start))
        return start + found if found >= 0 else -1

    def _next(self, text: BlockText, offset: int) -> int:
        for index in range(text.block_at(offset), len(text.blocks)):
            found = self.first_in_block(text, index, offset)
            if found >= 0:
                return found
        return -1

    def _previous(self, text: BlockText, limit: int) -> int:
        for index in range(text.block_at(limit), -1, -1):
            if index < len(text.blocks):
                start = text.blocks[index].start
                end = max(0, limit - start) + len(self) - 1
                found = self._window(text, index).rfind(self._folded, 0, end)
                if found >= 0:
                    return start + found
        return -1

    def _window(self, text: BlockText, index: int) -> str:
        """A block's text, and enough of what follows for a match that begins in the block."""
        block = text.blocks[index]
        end = block.start + len(block.text)
        return _fold(block.text + text.slice(end, end + len(self) - 1))


def _fold(text: str) -> str:
    folded = text.lower()
    if len(folded) != len(text):
        # a few characters have a longer lower case: they stay, or offsets would shift
        folded = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return folded
