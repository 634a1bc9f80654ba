"""Every match of a text in a growing document, found in small steps."""

from __future__ import annotations

from bisect import bisect_right
from time import perf_counter
from typing import TYPE_CHECKING

from streamdash.tui.transcript.document import TextPosition
from streamdash.tui.transcript.needle import WINDOW

if TYPE_CHECKING:
    from streamdash.tui.transcript.document import Document
    from streamdash.tui.transcript.needle import Needle

MOST = 9_999
"""Matches that are counted at most; the search stops there."""


class Matches:
    """The visible matches of `needle` that do not overlap.

    `look` resumes where it stopped, and also searches text that was added since. Folding or
    unfolding reasoning makes the matches invalid: begin with a new object.
    """

    def __init__(self, needle: Needle, document: Document) -> None:
        self.document = document
        self.folded = document.folded
        self._needle = needle
        self._positions: list[TextPosition] = []
        self._at = TextPosition(0, 0)

    @property
    def count(self) -> int:
        """How many have been found so far, at most `MOST`."""
        return len(self._positions)

    def place(self, position: TextPosition) -> int:
        """The number of the match at `position`, from 1; else how many matches begin before."""
        return bisect_right(self._positions, position)

    def look(self, until: float) -> bool:
        """Search until a time on the `perf_counter` clock. Returns whether text is left."""
        sections = self.document.sections
        while self.count < MOST and self._at.section < len(sections):
            if not self._step():
                if self._at.section + 1 == len(sections):
                    return False
                self._at = TextPosition(self._at.section + 1, 0)
            if perf_counter() >= until:
                return True
        return False

    def _step(self) -> bool:
        """Advance to the next match or by a window of text; False at the section's end."""
        index, offset = self._at
        section = self.document.sections[index]
        text = section.text
        if self.document.hides(section) or offset >= text.chars:
            return False
        found = self._needle.first_in(text, offset, offset + WINDOW)
        if found >= 0:
            self._positions.append(TextPosition(index, found))
            self._at = TextPosition(index, found + len(self._needle))
            return True
        # text added later may complete a match that begins in the last characters
        end = min(offset + WINDOW, text.chars - len(self._needle) + 1)
        self._at = TextPosition(index, max(offset, end))
        return offset + WINDOW < text.chars
