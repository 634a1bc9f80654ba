"""Draws one unit as rows."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from streamdash.tui.markdown.inline import parse
from streamdash.tui.markdown.layout import KnownRows, Layout, within
from streamdash.tui.markdown.open_end import OpenText, open_text
from streamdash.tui.markdown.rows import StyledSpan, StyledText
from streamdash.tui.markdown.table_rows import RULE, add_lone_row, add_rows, looks_like_row
from streamdash.tui.markdown.tables import fitted
from streamdash.tui.text.glyphs import TAB_STOP, clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import DrawnRow
    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.units import Unit

_CODE = ("code-block",)


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
                layout.add_row(RULE * layout.room, names, [start] * layout.room)
            case "blank":
                layout.add_row("", (), ())
            case "language":
                self._language(unit, layout)
            case "code" | "math":
                self._verbatim(unit, end, layout)
            case "table":
                if unit.table is not None:
                    add_rows(unit, unit.table, self._source, end, layout)
        return layout.rows

    def _text(self, unit: Unit, end: int, layout: Layout, *, is_open: bool) -> None:
        lines = Lines(unit, self._source, end)
        source = lines.text
        if unit.kind == "heading" and "\n" not in source:
            source = source.rstrip()
            source = _without_closing_run(source)
        row_expected = is_open and unit.kind == "paragraph" and looks_like_row(lines.parts[-1])
        if row_expected:
            # a table is expected: its head is drawn as such at once
            source = "\n".join(lines.parts[:-1])
        if is_open and not row_expected and unit.kind == "paragraph":
            self._open_text(unit, lines, layout)
            return
        text = open_text(source) if is_open and not row_expected else parse(source).text
        text = text._replace(offsets=lines.offsets(text.offsets), text=text.text.replace("\t", " "))
        if unit.kind == "heading":
            text = within(text, (f"heading-{unit.level}",))
        if text.text or not (source or row_expected):
            layout.add_text(text)
        if row_expected:
            add_lone_row(lines.parts[-1], unit.content[-1], layout)
        if not layout.rows and not is_open:
            layout.add_row("", (), ())

    def _open_text(self, unit: Unit, lines: Lines, layout: Layout) -> None:
        """A paragraph whose end has not arrived."""
        memory = self._open
        if memory is None or memory.unit is not unit or memory.kind != unit.kind:
            memory = self._open = _OpenUnit(unit)
        # the end of a complete line decides what its last characters are
        complete = len(unit.ends) == len(unit.content)
        memory.text.update(lines.text + "\n" if complete else lines.text)
        text = memory.text.text
        text = text._replace(offsets=lines.offsets(text.offsets), text=text.text.replace("\t", " "))
        memory.starts = layout.add_text(text, known=memory.known_rows(layout.room))
        memory.room, memory.rows = layout.room, layout.rows

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
