"""Draws one unit as rows."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from streamdash.tui.markdown.inline import parse
from streamdash.tui.markdown.layout import KnownRows, Layout, within
from streamdash.tui.markdown.open_end import OpenText
from streamdash.tui.markdown.rows import StyledSpan, StyledText
from streamdash.tui.markdown.tables import (
    GAP,
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_COLUMNS,
    cell_ranges,
    cell_text,
    fitted,
    flat,
)
from streamdash.tui.text.glyphs import TAB_STOP, clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import DrawnRow
    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.tables import Table
    from streamdash.tui.markdown.units import Unit

_CODE = ("code-block",)
_RULE = "─"


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


class _OpenUnit:
    """The last unit while it grows: its text, and the rows that it had in its last drawing."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.kind = unit.kind
        self.text = OpenText()
        self.room = 0
        self.rows: list[DrawnRow] = []
        self.starts = array("L")

    def known_rows(self, room: int) -> KnownRows | None:
        """The rows that the last update of the text has not changed."""
        if room != self.room:
            return None
        count = bisect_right(self.starts, self.text.unchanged) - 1
        if count <= 0:
            return None
        return KnownRows(self.rows[:count], self.starts[:count], self.starts[count])


class UnitDrawing:
    """Draws units of one source; remembers the open unit, which usually only grows."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._open: _OpenUnit | None = None

    def rows(self, unit: Unit, end: int, width: int, *, is_open: bool) -> list[DrawnRow]:
        """The rows of a unit that ends at `end`; `is_open` if more of it may arrive."""
        layout = Layout(unit, end, width)
        match unit.kind:
            case "paragraph" | "heading":
                self._text(unit, end, layout, is_open=is_open)
            case "rule":
                start = unit.content[0]
                names = (StyledSpan(0, layout.room, ("rule",)),)
                layout.add_row(_RULE * layout.room, names, [start] * layout.room)
            case "blank":
                layout.add_row("", (), ())
            case "language":
                self._language(unit, layout)
            case "code" | "math":
                self._verbatim(unit, end, layout)
            case "table":
                self._table(unit, end, layout)
        return layout.rows

    def _text(self, unit: Unit, end: int, layout: Layout, *, is_open: bool) -> None:
        lines = Lines(unit, self._source, end)
        source = lines.text
        if unit.kind == "heading" and "\n" not in source:
            source = source.rstrip()
            source = _without_closing_run(source)
        row_expected = is_open and unit.kind == "paragraph" and _looks_like_row(lines.parts[-1])
        if row_expected:
            # a table is expected: its head is drawn as such at once
            source = "\n".join(lines.parts[:-1])
        if is_open and not row_expected and unit.kind == "paragraph":
            self._open_text(unit, lines, layout)
            return
        text = _open_text(source) if is_open and not row_expected else parse(source).text
        text = text._replace(offsets=lines.offsets(text.offsets), text=text.text.replace("\t", " "))
        if unit.kind == "heading":
            text = within(text, (f"heading-{unit.level}",))
        if text.text or not (source or row_expected):
            layout.add_text(text)
        if row_expected:
            self._lone_row(lines, layout)
        if not layout.rows and not is_open:
            layout.add_row("", (), ())

    def _open_text(self, unit: Unit, lines: Lines, layout: Layout) -> None:
        """A paragraph whose end has not arrived."""
        memory = self._open
        if memory is None or memory.unit is not unit or memory.kind != unit.kind:
            memory = self._open = _OpenUnit(unit)
        memory.text.update(lines.text)
        text = memory.text.text
        text = text._replace(offsets=lines.offsets(text.offsets), text=text.text.replace("\t", " "))
        memory.starts = layout.add_text(text, known=memory.known_rows(layout.room))
        memory.room, memory.rows = layout.room, layout.rows

    def _lone_row(self, lines: Lines, layout: Layout) -> None:
        """A line that is going to be the head of a table, as far as it is there."""
        line = lines.parts[-1]
        base = len(lines.text) - len(line)
        text = ""
        spans: list[StyledSpan] = []
        offsets: list[int] = []
        for first, last in cell_ranges(line)[:MOST_COLUMNS]:
            if len(text) > layout.room:
                break
            cell = _open_text(line[first : min(last, first + LONGEST_CELL)])
            shift = base + first
            spans.append(StyledSpan(len(text), len(text) + len(cell.text), ("table-head",)))
            text += cell.text + " " * GAP
            at = offsets[-1] if offsets else shift
            offsets += [shift + place for place in cell.offsets]
            offsets += [offsets[-1] if offsets else at] * GAP
        if text.strip():
            whole = StyledText(text.replace("\t", " "), spans, lines.offsets(offsets))
            cut = fitted(whole, min(layout.room, max(1, len(text))), "left").text
            layout.add_row(cut.text.rstrip(), _clipped(cut), cut.offsets[: len(cut.text.rstrip())])

    def _language(self, unit: Unit, layout: Layout) -> None:
        """The opening line of a fence: its language, on the code's background."""
        fence = unit.fence
        info = fence.info if fence is not None else ""
        start = unit.content[0] + (fence.indent + len(fence.run) if fence is not None else 0)
        text = fitted(
            StyledText(info.replace("\t", " "), (), range(start, start + len(info))),
            max(1, layout.room),
            "left",
        ).text
        shown = text.text.rstrip()
        spans = (StyledSpan(0, len(shown), ("code-block", "language")),) if shown else ()
        layout.add_row(shown, spans, text.offsets[: len(shown)], _CODE)

    def _verbatim(self, unit: Unit, end: int, layout: Layout) -> None:
        """Code or mathematics, as it is."""
        names, fill = (_CODE, _CODE) if unit.kind == "code" else (("math",), ())
        for index, start in enumerate(unit.content):
            stop = unit.ends[index] if index < len(unit.ends) else end
            text, offsets = _without_tabs(self._source.slice(start, stop), start)
            spans = (StyledSpan(0, len(text), names),) if text else ()
            if text.strip():
                layout.add_text(StyledText(text, spans, offsets), fill)
            else:
                layout.add_row("", (), (start,) * 0, fill)

    def _table(self, unit: Unit, end: int, layout: Layout) -> None:
        table = unit.table
        if table is None:
            return
        widths = table.widths(layout.room)
        has_head = unit.kind == "table" and _is_head(unit, table)
        for index, start in enumerate(unit.content):
            if has_head and index == 1:
                self._head_line(start, widths, layout)
                continue
            stop = unit.ends[index] if index < len(unit.ends) else end
            line = self._source.slice(start, min(stop, start + LONGEST_ROW))
            self._table_row(
                table, line, start, widths, layout,
                head=has_head and index == 0, is_open=index >= len(unit.ends),
            )  # fmt: skip

    def _head_line(self, start: int, widths: Sequence[int], layout: Layout) -> None:
        text = (" " * GAP).join(_RULE * width for width in widths)
        spans = (StyledSpan(0, len(text), ("table-line",)),)
        layout.add_row(text, spans, [start] * len(text))

    def _table_row(  # the row, its place and its looks
        self,
        table: Table,
        line: str,
        start: int,
        widths: Sequence[int],
        layout: Layout,
        *,
        head: bool,
        is_open: bool,
    ) -> None:
        ranges = cell_ranges(line)
        text = ""
        spans: list[StyledSpan] = []
        offsets: list[int] = []
        for column, width in enumerate(widths):
            first, last = ranges[column] if column < len(ranges) else (len(line), len(line))
            source = line[first : min(last, first + LONGEST_CELL)]
            growing = is_open and column + 1 == len(ranges)
            styled = flat(_open_text(source)) if growing else cell_text(source)
            at = [start + first + place for place in styled.offsets]
            cell = fitted(styled._replace(offsets=at), width, table.aligns[column]).text
            if not cell.offsets or not at:
                cell = cell._replace(offsets=[start + first] * len(cell.text))
            if head:
                cell = within(cell, ("table-head",))
            shift = len(text) + (GAP if column else 0)
            if column:
                text += " " * GAP
                offsets += [offsets[-1]] * GAP
            text += cell.text
            spans += [StyledSpan(s.start + shift, s.end + shift, s.names) for s in cell.spans]
            offsets += cell.offsets
        least = 0
        for place, offset in enumerate(offsets):
            least = offsets[place] = max(least, offset)
        layout.add_row(text, spans, offsets)


def _open_text(source: str) -> StyledText:
    """A text that goes on, as far as it can be drawn."""
    text = OpenText()
    text.update(source)
    return text.text


def _is_head(unit: Unit, table: Table) -> bool:
    return table.head_at == unit.content[0]


def _looks_like_row(line: str) -> bool:
    return line.startswith("|") and len(line) <= LONGEST_ROW


def _clipped(text: StyledText) -> list[StyledSpan]:
    """The spans of a text, within its visible characters."""
    size = len(text.text.rstrip())
    return [s._replace(end=min(s.end, size)) for s in text.spans if s.start < size]


def _without_closing_run(text: str) -> str:
    """A heading's text without the number signs at its end."""
    bare = text.rstrip("#")
    return bare.rstrip() if bare != text and (not bare or bare[-1] in " \t") else text


def _without_tabs(line: str, start: int) -> tuple[str, Sequence[int]]:
    """A line with its tabs as spaces, and the offset of each character."""
    if "\t" not in line:
        return line, range(start, start + len(line))
    text = ""
    offsets: list[int] = []
    column = 0
    for first, last, cells in clusters(line, 0, len(line)):
        if cells < 0:
            cells = TAB_STOP - column % TAB_STOP
            text += " " * cells
            offsets += [start + first] * cells
        else:
            text += line[first:last]
            offsets += range(start + first, start + last)
        column += cells
    return text, offsets
