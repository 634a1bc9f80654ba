"""A Markdown text that grows, and its rows on the screen."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from streamdash.tui.markdown.drawing import UnitDrawing
from streamdash.tui.markdown.scanner import BlockScanner
from streamdash.tui.markdown.source import SourceText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import DrawnRow

CACHED = 800
"""Rows that are remembered, some screens full."""


class MarkdownText:
    """Markdown source in units, each drawn when its rows are needed.

    `append` looks at the beginnings of lines only. The rows of a closed text depend on the text
    alone, not on how it arrived. A unit that is settled keeps its rows; only the last one changes.
    """

    def __init__(self) -> None:
        self.provisional = False
        """Whether rows of a table were returned whose columns may still change without new text."""
        self._source = SourceText()
        self._scanner = BlockScanner(self._source)
        self._units = self._scanner.units
        self._drawing = UnitDrawing(self._source)
        self._closed = False
        self._cache: dict[int, tuple[tuple[object, ...], list[DrawnRow]]] = {}
        self._cached = 0

    @property
    def chars(self) -> int:
        """Characters of the source."""
        return self._source.chars

    @property
    def lines(self) -> int:
        """Newlines of the source."""
        return self._source.lines

    def append(self, text: str) -> None:
        """Add source text at the end."""
        if text:
            self._source.append(text)
            self._scanner.append(text)

    def close(self) -> None:
        """End the text: what was held back is drawn, and open emphasis is as it was written."""
        if not self._closed:
            self._closed = True
            self._scanner.close()

    def slice(self, start: int, end: int) -> str:
        """The source from `start` up to `end`."""
        return self._source.slice(start, end)

    # -- units ------------------------------------------------------------------------------

    @property
    def unit_count(self) -> int:
        return len(self._units)

    def unit_at(self, offset: int) -> int:
        """The unit that holds a source offset, or the nearest one."""
        return max(0, bisect_right(self._units, offset, key=_start_of) - 1)

    def unit_start(self, unit: int) -> int:
        return self._units[unit].start if unit else 0

    def unit_end(self, unit: int) -> int:
        return self._units[unit + 1].start if unit + 1 < len(self._units) else self.chars

    def rows(self, unit: int, width: int, until: float) -> Sequence[DrawnRow]:
        """The rows of a unit in `width` cells; none for blank lines at the end of the text.

        If the time `until` comes before a table's columns are measured, `provisional` is set. Units
        are small, so nothing else takes long.
        """
        found = self._units[unit]
        last = unit + 1 == len(self._units)
        end = self.unit_end(unit)
        is_open = last and not self._closed
        revision = 0
        if found.table is not None:
            self.provisional |= not found.table.measure(until)
            revision = found.table.revision
        key = (found.kind, end, width, is_open, last, revision)
        cached = self._cache.get(unit)
        if cached is not None and cached[0] == key:
            return cached[1]
        rows: list[DrawnRow] = []
        if not (last and found.kind == "blank"):
            drawn_end = min(end, self._scanner.held_from) if last else end
            rows = self._drawing.rows(found, drawn_end, width, is_open=is_open)
            if rows:
                rows[-1] = rows[-1]._replace(end=end)
        self._remember(unit, key, rows)
        return rows

    def row_count(self, unit: int, width: int, until: float) -> int:
        """The number of rows of a unit."""
        return len(self.rows(unit, width, until))

    def _remember(self, unit: int, key: tuple[object, ...], rows: list[DrawnRow]) -> None:
        """Keep a unit's rows, and forget the oldest ones if there are too many."""
        cache = self._cache
        self._cached += len(rows) - (len(cache.pop(unit)[1]) if unit in cache else 0)
        while cache and self._cached > CACHED:
            self._cached -= len(cache.pop(next(iter(cache)))[1])
        cache[unit] = (key, rows)


def _start_of(unit: object) -> int:
    start: int = unit.start  # type: ignore[attr-defined]
    return start
