"""Draws a table's rows, and the line that is going to be the head of one."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from streamdash.tui.markdown.layout import within
from streamdash.tui.markdown.open_end import open_text
from streamdash.tui.markdown.rows import StyledSpan, StyledText
from streamdash.tui.markdown.tables import (
    GAP,
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_COLUMNS,
    cell_ranges,
    cell_text_by,
    fitted,
    flat,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.layout import Layout
    from streamdash.tui.markdown.line_rows import LineRows
    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.tables import Table
    from streamdash.tui.markdown.units import Unit

RULE = "─"


def looks_like_row(line: str) -> bool:
    """Whether a line is drawn as a table's head although the line below it has not arrived."""
    return line.startswith("|") and len(line) <= LONGEST_ROW


def add_lone_row(line: str, start: int, layout: Layout) -> None:
    """Draw a line that is going to be the head of a table, as far as it is there."""
    text = ""
    spans: list[StyledSpan] = []
    offsets: list[int] = []
    for first, last in cell_ranges(line)[:MOST_COLUMNS]:
        if len(text) > layout.room:
            break
        cell = flat(open_text(line[first : min(last, first + LONGEST_CELL)]))
        cell = within(cell, ("table-head",))
        spans += [StyledSpan(s.start + len(text), s.end + len(text), s.names) for s in cell.spans]
        text += cell.text + " " * GAP
        offsets += [start + first + place for place in cell.offsets]
        offsets += [offsets[-1] if offsets else start + first] * GAP
    if text.strip():
        whole = StyledText(text.rstrip(), spans, offsets)
        shown = fitted(whole, min(layout.room, max(1, len(text))), "left").text
        size = len(shown.text.rstrip())
        visible = [s._replace(end=min(s.end, size)) for s in shown.spans if s.start < size]
        layout.add_row(shown.text[:size], visible, shown.offsets[:size])


def add_rows(  # the unit and what is around it
    unit: Unit,
    table: Table,
    source: SourceText,
    end: int,
    layout: Layout,
    known: LineRows,
    until: float,
) -> bool:
    """Draw the rows of a unit that ends at `end`; whether all cells are read.

    From the time `until` on the `perf_counter` clock on, cells that are new are their source.
    """
    widths = table.widths(layout.room)
    has_head = table.head_at == unit.content[0]
    lines = [
        source.slice(start, min(stop, start + LONGEST_ROW))
        for start, stop in zip_longest(unit.content, unit.ends, fillvalue=end)
    ]

    all_read = True

    def draw(index: int) -> None:
        nonlocal all_read
        start = unit.content[index]
        if has_head and index == 1:
            text = (" " * GAP).join(RULE * width for width in widths)
            names = (StyledSpan(0, len(text), ("table-line",)),)
            layout.add_row(text, names, [start] * len(text))
            return
        row, is_read = _row(table, lines[index], widths, until, is_open=index >= len(unit.ends))
        all_read &= is_read
        if has_head and index == 0:
            row = within(row, ("table-head",))
        layout.add_row(row.text, row.spans, [start + place for place in row.offsets])

    known.add(unit, layout, (layout.room, widths), lines, draw)
    if not all_read:
        known.forget()
    return all_read


def _row(
    table: Table, line: str, widths: Sequence[int], until: float, *, is_open: bool
) -> tuple[StyledText, bool]:
    """A row's cells in their columns, and whether all are read; the offsets count in the line."""
    ranges = cell_ranges(line)
    is_read = True
    text = ""
    spans: list[StyledSpan] = []
    offsets: list[int] = []
    for column, width in enumerate(widths):
        first, last = ranges[column] if column < len(ranges) else (len(line), len(line))
        source = line[first : min(last, first + LONGEST_CELL)]
        growing = is_open and column + 1 == len(ranges)
        styled = flat(open_text(source)) if growing else cell_text_by(source, until)
        if styled is None:
            is_read = False
            styled = flat(StyledText(source, (), range(len(source))))
        cell = fitted(styled, width, table.aligns[column]).text
        if column:
            text += " " * GAP
            offsets += [offsets[-1]] * GAP
        shift = len(text)
        text += cell.text
        spans += [StyledSpan(s.start + shift, s.end + shift, s.names) for s in cell.spans]
        least = offsets[-1] if offsets else 0
        offsets += [max(least, first + place) for place in cell.offsets]
    return StyledText(text, spans, offsets), is_read
