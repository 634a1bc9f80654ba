"""A Markdown text that grows, and its rows on the screen."""

from __future__ import annotations

from bisect import bisect_right
from time import perf_counter
from typing import TYPE_CHECKING

from streamdash.tui.markdown.drawing import UnitDrawing
from streamdash.tui.markdown.rows import NO_TEXT
from streamdash.tui.markdown.scanner import BlockScanner
from streamdash.tui.markdown.source import SourceText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import DrawnRow, StyledText

CACHED = 800
"""Rows that are remembered, some screens full."""


class MarkdownText:
    """Markdown source in units, each drawn when its rows are needed.

    `append` looks at the beginnings of lines only. The rows of a closed text depend on the text
    alone, not on how it arrived. A unit that is settled keeps its rows; only the last one changes.
    """

    def __init__(self) -> None:
        self.provisional = False
        """Whether rows were returned that will change when they are drawn again: a long line whose
        beginning has not been drawn, a table whose columns are not measured or whose cells are not
        read, or code without its colours."""
        self.reshaped = 0
        """How often the columns of a table were found to have other widths than before.

        Otherwise only the rows of the last unit change as the text grows.
        """
        self._source = SourceText()
        self._scanner = BlockScanner(self._source)
        self._units = self._scanner.units
        self._drawing = UnitDrawing(self._source, self._units)
        self._closed = False
        self._carried: dict[int, StyledText] = {}
        """The unfinished last row of each unit that another one continues, at one width."""
        self._carried_width = 0
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

        A line of several units is drawn from its beginning, a table is measured, and code gets its
        colours, until the time `until` on the `perf_counter` clock.
        """
        found = self._units[unit]
        last = unit + 1 == len(self._units)
        end = self.unit_end(unit)
        is_open = last and not self._closed
        revision = 0
        if found.table is not None:
            revision = found.table.revision
            self.provisional |= not found.table.measure(until)
            if revision != found.table.revision:
                revision = found.table.revision
                self.reshaped += 1
        continued = not last and self._units[unit + 1].continues
        carried = self._carried_into(unit, width, until)
        begun_at = carried.offsets[0] if carried.text else end
        key = (found.kind, begun_at, end, width, is_open, last, continued, revision)
        cached = self._cache.get(unit)
        if cached is not None and cached[0] == key:
            return cached[1]
        rows: list[DrawnRow] = []
        if not (last and found.kind == "blank"):
            drawn_end = min(end, self._scanner.held_from) if last else end
            drawn = self._drawing.draw(found, drawn_end, width, carried, until, is_open=is_open)
            unfinished = self._drawing.unfinished
            rows = drawn.rows
            if continued:
                # the row goes on in the next unit, which draws it
                rows.pop()
                self._carried[unit] = drawn.last_text
            if rows:
                carried_on = self._carried.get(unit)
                stop = carried_on.offsets[0] if carried_on and carried_on.text else end
                rows[-1] = rows[-1]._replace(end=stop)
            if unfinished:
                self.provisional = True
                return rows
        self._remember(unit, key, rows)
        return rows

    def _carried_into(self, unit: int, width: int, until: float) -> StyledText:
        """The unfinished row that a unit continues.

        For that the line is drawn from its beginning; where there is no time, the unit begins with
        a row of its own for now.
        """
        if not self._units[unit].continues:
            return NO_TEXT
        if self._carried_width != width:
            self._carried_width = width
            self._carried.clear()
        first = unit
        while self._units[first].continues and first - 1 not in self._carried:
            first -= 1
        for before in range(first, unit):
            if perf_counter() >= until:
                self.provisional = True
                return NO_TEXT
            self._cache.pop(before, None)
            self.rows(before, width, until)
        return self._carried.get(unit - 1, NO_TEXT)

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
