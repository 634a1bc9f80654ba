"""The characters of a document that the mouse has selected, and the one under its pointer.

Textual stores a selection as two offsets whose meaning is up to the widget: here x is a character
of a section, and y is the section.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from streamdash.tui.text.glyphs import clusters, glyphs
from streamdash.tui.transcript.document import TextPosition
from streamdash.tui.transcript.section import HEADING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.selection import Selection

    from streamdash.tui.transcript.document import Document
    from streamdash.tui.transcript.section import Row, Section


class Span(NamedTuple):
    """Characters from `first` up to `end`."""

    first: TextPosition
    end: TextPosition

    @classmethod
    def of(cls, selection: Selection, document: Document) -> Span:
        """The span of Textual's `selection`; an end inside an emoji includes all of it.

        In rendered Markdown it is widened to whole lines of the source.
        """
        start, end = selection
        first = TextPosition(0, HEADING) if start is None else TextPosition(start.y, start.x)
        if end is None:
            return cls(_line_start(first, document), TextPosition(len(document.sections), 0))
        last = TextPosition(end.y, end.x)
        if first == last:
            return cls(first, last)
        return cls(_line_start(first, document), _line_end(_whole(last, document), document))

    def within(self, row: Row) -> tuple[int, int] | None:
        """Start and end of the selected part in the text of `row`; None if there is none."""
        if row.start == HEADING or not self.first.section <= row.section <= self.end.section:
            return None
        start = self.first.offset if self.first.section == row.section else 0
        end = self.end.offset if self.end.section == row.section else row.end
        start, end = max(start, row.start) - row.start, min(end, row.end) - row.start
        if start >= end:
            return None
        return (start, end) if row.drawn is None else (0, len(row.text))


def _line_start(first: TextPosition, document: Document) -> TextPosition:
    """The start of the source line in which a selection of rendered text begins."""
    section = _rendered_section(first, document)
    return first if section is None else first._replace(offset=section.line_start(first.offset))


def _line_end(end: TextPosition, document: Document) -> TextPosition:
    """The end of the source line in which a selection of rendered text ends."""
    section = _rendered_section(end, document)
    if section is None or end.offset <= 0:
        return end
    return end._replace(offset=section.line_end(end.offset - 1))


def _rendered_section(position: TextPosition, document: Document) -> Section | None:
    if position.section >= len(document.sections):
        return None
    section = document.sections[position.section]
    return section if section.rendered else None


def _whole(end: TextPosition, document: Document) -> TextPosition:
    place = document.row_of(TextPosition(end.section, end.offset - 1))
    if place is None or end.offset <= 0 or _rendered_section(end, document) is not None:
        return end
    row = document.rows(place, 1)[0]
    if not row.start < end.offset < row.end:
        return end
    for start, stop, _ in clusters(row.text, 0, len(row.text)):
        if start < end.offset - row.start < stop:
            return TextPosition(end.section, row.start + stop)
    return end


def line_of_offsets(row: Row | None, document: Document, width: int) -> Strip:
    """A line whose cells carry the offsets of their characters; `row` is None below the text.

    Textual adds up the widths of single code points to find the one under the pointer. That is
    wrong within emoji, so each cell is a segment of its own.
    """
    if row is None:
        last = len(document.sections) - 1
        end = document.sections[last].text.chars if document.sections else 0
        return _cells((), end, max(0, last), width)
    if row.start == HEADING:
        return _cells((), HEADING, row.section, width)
    text = row.text.removesuffix("\n")
    offsets = range(row.start, row.end) if row.drawn is None else row.drawn.offsets
    cells = [offsets[glyph.start] for glyph in glyphs(text, width - 1) for _ in range(glyph.cells)]
    at_end = row.end == document.sections[row.section].text.chars and text == row.text
    return _cells(cells, row.end if at_end else row.end - 1, row.section, width)


def _cells(offsets: Sequence[int], beyond: int, section: int, width: int) -> Strip:
    shown = [Segment(" ", Style.from_meta({"offset": (offset, section)})) for offset in offsets]
    rest = Segment(" ", Style.from_meta({"offset": (beyond, section)}))
    return Strip(shown + [rest] * (width - len(shown)), width)
