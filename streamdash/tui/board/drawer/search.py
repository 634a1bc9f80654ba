"""A search for a text, in one transcript at a time."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from streamdash.reporting.figures import count
from streamdash.tui.transcript.search_hits import MOST
from streamdash.tui.transcript.transcript import TextPosition

if TYPE_CHECKING:
    from streamdash.tui.transcript.search_hits import Matches
    from streamdash.tui.transcript.transcript import Transcript

BUDGET_S = 0.003
"""How long one frame may count matches."""


class Search:
    """Marks the matches of a text in one transcript; the current match is the hit."""

    def __init__(self) -> None:
        self.needle = ""
        self._transcript: Transcript | None = None
        self._matches: Matches | None = None
        self._hit: TextPosition | None = None
        self._more = False

    def seek(self, needle: str, transcript: Transcript | None = None) -> None:
        """Mark `needle`, here or in another transcript; the hit is the first match in view."""
        transcript = transcript or self._transcript
        if self._transcript is not transcript:
            self.close()
        self.needle = needle
        self._transcript = transcript
        self._begin()
        if transcript is not None:
            self._hit = self._find(self._hit or transcript.top) if needle else None
            transcript.highlight(needle, self._hit)

    def go(self, by: int) -> None:
        """Make the next or previous match the hit, wrapping around at the ends."""
        transcript, hit = self._transcript, self._hit
        if transcript is None or not self.needle:
            return
        if hit is None:
            hit = transcript.find(self.needle, backwards=by < 0)
        elif by > 0:
            hit = self._find(TextPosition(hit.section, hit.offset + len(self.needle)))
        else:
            hit = transcript.find(self.needle, hit, backwards=True)
            hit = hit or transcript.find(self.needle, backwards=True)
        self._hit = hit
        transcript.highlight(self.needle, hit)

    def close(self) -> None:
        """Remove all marks."""
        if self._transcript is not None:
            self._transcript.highlight("")
        self._transcript = self._matches = self._hit = None

    def count(self) -> bool:
        """Count matches for a few milliseconds; True if more text is left."""
        if self._transcript is None or self._matches is None:
            return False
        if not self._transcript.is_all(self._matches):
            self._begin()
            self._hit = None
            self._transcript.highlight(self.needle)
        self._more = self._matches.look(perf_counter() + BUDGET_S)
        return self._more

    @property
    def found(self) -> int:
        """Matches counted so far."""
        return 0 if self._matches is None else self._matches.count

    @property
    def said(self) -> str:
        """The count as `3 of 17`, or a note if there is no such count."""
        if not self.needle:
            return ""
        if not self.found:
            return "…" if self._more else "no match"
        total = f"{count(self.found)}{'+' if self._more or self.found == MOST else ''}"
        if self._hit is None or self._matches is None:
            return f"{total} match{'' if self.found == 1 else 'es'}"
        return f"{count(self._matches.place(self._hit))} of {total}"

    def _begin(self) -> None:
        """Restart the count."""
        transcript = self._transcript
        self._matches = transcript.matches(self.needle) if transcript and self.needle else None
        self._more = self._matches is not None

    def _find(self, start: TextPosition) -> TextPosition | None:
        """The first match from there on, wrapping around at the end."""
        if self._transcript is None:
            return None
        return self._transcript.find(self.needle, start) or self._transcript.find(self.needle)
