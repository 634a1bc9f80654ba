"""The lines of one unit without what stands in front of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.units import Unit


class PlacedOffsets(Sequence[int]):
    """Source offsets of places in the joined text, worked out for the slices that are needed."""

    def __init__(self, places: Sequence[int], starts: list[int], shifts: list[int]) -> None:
        self._places = places
        self._starts = starts
        self._shifts = shifts

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        places = self._places[index]
        if isinstance(places, int):
            return places + self._shift(places)
        if isinstance(places, range) and places:
            shift = self._shift(places[0])
            if shift == self._shift(places[-1]):
                return range(places.start + shift, places.stop + shift)
        return [place + self._shift(place) for place in places]

    def _shift(self, place: int) -> int:
        return self._shifts[bisect_right(self._starts, place) - 1]


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
        return PlacedOffsets(places, self._starts, self._shifts)
