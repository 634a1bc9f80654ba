"""The lines of one unit without what stands in front of them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.units import Unit


class Lines:
    """The content of a unit's lines, joined by newlines, with the source offset of each."""

    def __init__(self, unit: Unit, source: SourceText, end: int) -> None:
        self._starts: list[int] = []
        self._shifts: list[int] = []
        parts: list[str] = []
        at = 0
        for index, start in enumerate(unit.content):
            stop = unit.ends[index] if index < len(unit.ends) else end
            text = source.slice(start, stop)
            self._starts.append(at)
            self._shifts.append(start - at)
            parts.append(text)
            at += len(text) + 1
        self.parts = parts
        self.text = "\n".join(parts)

    def offsets(self, places: Sequence[int]) -> Sequence[int]:
        """The source offsets of places in the joined text."""
        if len(self._shifts) == 1:
            shift = self._shifts[0]
            if isinstance(places, range):
                return range(places.start + shift, places.stop + shift)
            return [place + shift for place in places]
        starts, shifts = self._starts, self._shifts
        return [place + shifts[bisect_right(starts, place) - 1] for place in places]
