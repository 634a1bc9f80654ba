"""A plain text to search for, ignoring case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.transcript.document import TextPosition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.tui.transcript.document import Document
    from streamdash.tui.transcript.section import SectionText

WINDOW = 1 << 12
"""Characters that are searched at once."""


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

    def first_in(self, text: SectionText, start: int, end: int) -> int:
        """Offset of the first match that begins at `start` or later, before `end`; -1 if none."""
        window = _fold(text.slice(start, end + len(self) - 1))
        found = window.find(self._folded)
        return start + found if found >= 0 else -1

    def _next(self, text: SectionText, offset: int) -> int:
        for start in range(offset, text.chars, WINDOW):
            found = self.first_in(text, start, start + WINDOW)
            if found >= 0:
                return found
        return -1

    def _previous(self, text: SectionText, limit: int) -> int:
        end = min(limit, text.chars)
        while end > 0:
            start = max(0, end - WINDOW)
            window = _fold(text.slice(start, end + len(self) - 1))
            found = window.rfind(self._folded)
            if found >= 0:
                return start + found
            end = start
        return -1


def _fold(text: str) -> str:
    folded = text.lower()
    if len(folded) != len(text):
        # a few characters have a longer lower case: they stay, or offsets would shift
        folded = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return folded
