"""The content of a transcript: sections of text in order of arrival, and the rows they fill.

A document is never wrapped as a whole. A `TextPosition` survives a change of width and of the
view, and rows are found from there, forwards and backwards.
"""

from __future__ import annotations

from bisect import bisect_right
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean
from streamdash.tui.transcript.blocks import BlockText
from streamdash.tui.transcript.section import HEADING, Row, Section

if TYPE_CHECKING:
    from streamdash.tui.transcript.section import TextStyle


class TextPosition(NamedTuple):
    """A character of a document: the index of its section, and its offset in that text."""

    section: int
    offset: int


class RowPosition(NamedTuple):
    """A row at the present width.

    `unit` counts the units of the section's text, after its heading if it has one; `row` counts
    the unit's rows.
    """

    section: int
    unit: int
    row: int


class Document:
    """Sections, wrapped at `width` cells."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self.width = 1
        self.until = float("inf")
        """Time on the `perf_counter` clock after which long lines are no longer wrapped whole."""
        self._folded = False
        self._rendered = False
        self._unconverted: list[Section] = []
        """Sections that still have to change to the wanted view."""
        # weight and number of lines before each section, which the scroll bar is computed from
        self._weights: list[int] = []
        self._lines: list[int] = []

    def append(self, text: str, style: TextStyle) -> None:
        """Add text, which is cleaned here; text of the same style continues its section."""
        sections = self.sections
        chars = len(text)
        text = clean(text)
        if not sections or sections[-1].style != style or sections[-1].closed:
            section = Section(style, rendered=self._rendered)
            # many models begin an answer with blank lines
            text = text.lstrip("\n")
            if not text and not section.headed:
                return
            self.close()
            self._weights.append(self.weight)
            self._lines.append(self._all_lines())
            sections.append(section)
        section = sections[-1]
        section.chars += chars
        section.text.append(text if section.text.chars else text.lstrip("\n"))

    def close(self) -> None:
        """End the last section: later text begins another one."""
        if self.sections:
            self.sections[-1].close()

    @property
    def shape(self) -> tuple[int, int, bool] | None:
        """A value that stays equal while only the last unit of rows grows, and others follow it.

        None if any row may change.
        """
        if not self.sections:
            return 0, 0, self._folded
        if self._unconverted:
            return None
        text = self.sections[-1].text
        changes = len(text.blocks) if isinstance(text, BlockText) else text.reshaped
        return len(self.sections), changes, self._folded

    @property
    def provisional(self) -> bool:
        """Whether rows that were returned may still move; set it to False before a layout."""
        return bool(self._unconverted) or any(section.text.provisional for section in self.sections)

    @provisional.setter
    def provisional(self, provisional: bool) -> None:
        for section in self.sections:
            section.text.provisional = provisional

    @property
    def rendered(self) -> bool:
        """Whether answers are rendered as Markdown, or will be once `convert` is done."""
        return self._rendered

    @rendered.setter
    def rendered(self, rendered: bool) -> None:
        self._rendered = rendered
        self._unconverted = [
            section for section in self.sections if section.change_view(rendered=rendered)
        ]

    def convert(self) -> None:
        """Change the view of the answers for which there is time; the last ones come first."""
        waiting = self._unconverted
        while waiting and waiting[-1].convert(self.until):
            waiting.pop()
            if perf_counter() >= self.until:
                return

    @property
    def folded(self) -> bool:
        """Whether reasoning shows its headings only."""
        return self._folded

    @folded.setter
    def folded(self, folded: bool) -> None:
        self._folded = folded
        weight = lines = 0
        for index, section in enumerate(self.sections):
            self._weights[index] = weight
            self._lines[index] = lines
            weight += self._weight_of(section)
            lines += self._lines_of(section)

    def hides(self, section: Section) -> bool:
        """Whether only the heading of `section` is visible."""
        return self._folded and section.headed

    def extract(self, first: TextPosition, end: TextPosition) -> str:
        """The visible text from `first` up to `end`; each section begins on a new line."""
        parts: list[str] = []
        for index in range(max(0, first.section), min(end.section + 1, len(self.sections))):
            section = self.sections[index]
            if self.hides(section):
                continue
            start = first.offset if index == first.section else 0
            stop = end.offset if index == end.section else section.text.chars
            part = section.text.slice(start, stop)
            if part and parts and not parts[-1].endswith("\n"):
                parts.append("\n")
            if part:
                parts.append(part)
        return "".join(parts)

    # -- rows -------------------------------------------------------------------------------

    def first(self) -> RowPosition | None:
        """The first row, if there is one."""
        return RowPosition(0, 0, 0) if self.sections else None

    def last(self) -> RowPosition | None:
        """The last row, if there is one."""
        if not self.sections:
            return None
        for section in range(len(self.sections) - 1, -1, -1):
            # a unit has no row while its text is held back, or if an earlier row takes it in
            for unit in range(self._units(section) - 1, -1, -1):
                rows = self._rows_in(section, unit)
                if rows:
                    return RowPosition(section, unit, rows - 1)
        return None

    @property
    def end(self) -> tuple[int, int]:
        """The last section and its last unit, which may have no rows yet."""
        section = len(self.sections) - 1
        return section, max(0, self._units(section) - 1)

    def down(self, place: RowPosition, count: int) -> RowPosition:
        """The row `count` rows below, or the last one."""
        section, unit, row = place
        while True:
            rows = self._rows_in(section, unit)
            if row + count < rows:
                return RowPosition(section, unit, row + count)
            below = self._below(section, unit)
            if below is None:
                return self.last() or place
            count -= rows - row
            row = 0
            section, unit = below

    def up(self, place: RowPosition, count: int) -> RowPosition:
        """The row `count` rows above, or the first one."""
        section, unit, row = place
        while count > row:
            if unit:
                unit -= 1
            elif section:
                section -= 1
                unit = self._units(section) - 1
            else:
                return RowPosition(0, 0, 0)
            count -= row + 1
            row = self._rows_in(section, unit) - 1
        return RowPosition(section, unit, row - count)

    def rows(self, place: RowPosition, count: int) -> list[Row]:
        """Up to `count` rows, beginning with `place`."""
        found: list[Row] = []
        at: tuple[int, int] | None = (place.section, place.unit)
        row = place.row
        while at is not None and len(found) < count:
            self._collect(*at, row, count, found)
            at = self._below(*at)
            row = 0
        return found

    def row_of(self, position: TextPosition) -> RowPosition | None:
        """The row that shows `position`, or the nearest one."""
        if not self.sections:
            return None
        index = min(position.section, len(self.sections) - 1)
        section = self.sections[index]
        if section.headed and (
            self._folded or position.offset <= HEADING or not section.text.chars
        ):
            return RowPosition(index, 0, 0)
        unit, row = section.row_at(position.offset, self.width, self.until)
        return RowPosition(index, unit + section.headed, row)

    def heading(self, section: Section) -> str:
        """The heading above a section's text, or in place of it."""
        return f"{'▸' if self._folded else '▾'} {section.style} · {section.chars:,} chars"

    def _collect(self, index: int, unit: int, row: int, count: int, found: list[Row]) -> None:
        section = self.sections[index]
        if section.headed and unit == 0:
            found.append(Row(index, HEADING, 0, self.heading(section)))
            return
        found += section.collect(
            index, unit - section.headed, row, count - len(found), self.width, self.until
        )

    def _units(self, index: int) -> int:
        section = self.sections[index]
        return 1 if self.hides(section) else section.headed + section.text.unit_count

    def _rows_in(self, index: int, unit: int) -> int:
        section = self.sections[index]
        if section.headed and unit == 0:
            return 1
        return section.row_count(unit - section.headed, self.width, self.until)

    def _below(self, index: int, unit: int) -> tuple[int, int] | None:
        if unit + 1 < self._units(index):
            return index, unit + 1
        return (index + 1, 0) if index + 1 < len(self.sections) else None

    # -- weights ----------------------------------------------------------------------------

    @property
    def weight(self) -> int:
        """The weight of all visible text, about its number of characters."""
        return self._weights[-1] + self._weight_of(self.sections[-1]) if self.sections else 0

    def weight_before(self, position: TextPosition) -> int:
        """The weight of the visible text before `position`."""
        section = self.sections[position.section]
        inside = 0 if self.hides(section) else section.headed + position.offset
        return self._weights[position.section] + inside

    def position_at(self, weight: int) -> TextPosition:
        """The position that has `weight` before it, or the nearest one."""
        index = max(0, bisect_right(self._weights, weight) - 1)
        section = self.sections[index]
        if self.hides(section):
            return TextPosition(index, HEADING)
        offset = weight - self._weights[index] - section.headed
        return TextPosition(index, min(offset, section.text.chars))

    def estimated_rows(self) -> int:
        """An estimate of the number of rows, without wrapping anything."""
        lines = self._all_lines()
        return max(lines, self.weight // self.width + lines // 2)

    def _weight_of(self, section: Section) -> int:
        return 1 if self.hides(section) else section.headed + section.text.chars

    def _lines_of(self, section: Section) -> int:
        return 1 if self.hides(section) else section.headed + section.text.lines + 1

    def _all_lines(self) -> int:
        return self._lines[-1] + self._lines_of(self.sections[-1]) if self.sections else 0
