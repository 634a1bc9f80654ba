"""Every place of a text in a document that may still grow, found a piece at a time."""

from __future__ import annotations

from bisect import bisect_right
from time import perf_counter
from typing import TYPE_CHECKING

from streamdash.tui.transcript.document import TextPosition

if TYPE_CHECKING:
    from streamdash.tui.transcript.document import Document
    from streamdash.tui.transcript.needle import Needle

MOST = 9_999
"""Matches that are counted; a text with more of them is not searched for its next."""


class Matches:
    """The visible matches of `needle`, those that overlap counted once.

    `look` goes on from where it stopped, and takes in what has been added since. After a fold
    everything must be looked for anew.
    """

    def __init__(self, needle: Needle, document: Document) -> None:
        self.document = document
        self.folded = document.folded
        self._needle = needle
        self._spots: list[TextPosition] = []
        self._at = TextPosition(0, 0)

    @property
    def count(self) -> int:
        """How many have been found, `MOST` at most."""
        return len(self._spots)

    def place(self, spot: TextPosition) -> int:
        """Which match begins at `spot`, counted from 1; of others, how many begin before."""
        return bisect_right(self._spots, spot)

    def look(self, until: float) -> bool:
        """Search on until that time; True if more is left."""
        sections = self.document.sections
        while self.count < MOST and self._at.section < len(sections):
            if not self._go_on():
                if self._at.section + 1 == len(sections):
                    return False
                self._at = TextPosition(self._at.section + 1, 0)
            if perf_counter() >= until:
                return True
        return False

    def _go_on(self) -> bool:
        """To the next match of the block, or to the next block; False at the section's end."""
        index, offset = self._at
        text = self.document.sections[index].text
        if self.document.hides(self.document.sections[index]) or not text.blocks:
            return False
        block = text.block_at(offset)
        found = self._needle.first_in_block(text, block, offset)
        if found >= 0:
            self._spots.append(TextPosition(index, found))
            self._at = TextPosition(index, found + len(self._needle))
            return True
        last = block + 1 == len(text.blocks)
        # what is added may complete a match that begins in the last characters
        end = text.chars - len(self._needle) + 1 if last else text.blocks[block + 1].start
        self._at = TextPosition(index, max(offset, end))
        return not last
