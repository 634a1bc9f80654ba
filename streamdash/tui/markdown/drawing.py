"""Draws one unit as rows."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from streamdash.tui.markdown.inline import parse
from streamdash.tui.markdown.layout import KnownRows, Layout, within
from streamdash.tui.markdown.line_rows import LineRows
from streamdash.tui.markdown.lines import Lines
from streamdash.tui.markdown.open_end import OpenText, open_text
from streamdash.tui.markdown.rows import NO_TEXT, StyledSpan, StyledText, joined
from streamdash.tui.markdown.table_rows import RULE, add_lone_row, add_rows, looks_like_row
from streamdash.tui.markdown.tables import fitted
from streamdash.tui.markdown.verbatim import CODE, add_verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import DrawnRow
    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.units import Unit
    from streamdash.tui.markdown.verbatim import LineTokens


class _OpenUnit:
    """The last unit while it grows: its text, and the rows that it had in its last drawing."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.kind = unit.kind
        self.text = OpenText()
        self.room = 0
        self.carried = NO_TEXT
        self.rows: list[DrawnRow] = []
        self.starts = array("L")

    def known_rows(self, room: int, carried: StyledText) -> KnownRows | None:
        """The rows that the last update of the text has not changed."""
        if room != self.room or carried != self.carried:
            return None
        count = bisect_right(self.starts, self.text.unchanged + len(carried.text)) - 1
        if count <= 0:
            return None
        return KnownRows(self.rows[:count], self.starts[:count], self.starts[count])


class DrawnUnit(NamedTuple):
    """The rows of a unit, and the text of the last one."""

    rows: list[DrawnRow]
    last_text: StyledText


class UnitDrawing:
    """Draws units of one source; remembers the open unit, which usually only grows."""

    def __init__(self, source: SourceText, units: Sequence[Unit]) -> None:
        self._source = source
        self._units = units
        self._open: _OpenUnit | None = None
        self._line_rows = LineRows()
        self.unfinished = False
        """Whether what was drawn last looks otherwise when it is drawn again: code without its
        colours, cells of a table as their source."""

    def draw(  # the unit, its place and what is known of it
        self,
        unit: Unit,
        end: int,
        width: int,
        carried: StyledText,
        until: float,
        *,
        is_open: bool,
    ) -> DrawnUnit:
        """Draw a unit that ends at `end`; `is_open` if more of it may arrive.

        `carried` is the unfinished row of the unit before, which this one continues. Code has no
        colours, cells are not read, and `unfinished` is set, where that takes longer than `until`.
        """
        self.unfinished = False
        layout = Layout(unit, end, width)
        if carried.text:
            layout.begin_at(carried.offsets[0])
        match unit.kind:
            case "paragraph" | "heading":
                self._text(unit, end, layout, carried, is_open=is_open)
            case "rule":
                start = unit.content[0]
                names = (StyledSpan(0, layout.room, ("rule",)),)
                layout.add_row(RULE * layout.room, names, [start] * layout.room)
            case "blank":
                layout.add_row("", (), ())
            case "language":
                self._language(unit, layout)
            case "code" | "math":
                lines = Lines(unit, self._source, end).parts
                tokens = self._tokens_of(unit, lines, until)
                add_verbatim(lines, unit, layout, carried, tokens, self._line_rows)
            case "table":
                if unit.table is not None:
                    self.unfinished = not add_rows(
                        unit, unit.table, self._source, end, layout, self._line_rows, until
                    )
        return DrawnUnit(layout.rows, layout.last_text)

    def _tokens_of(self, unit: Unit, lines: list[str], until: float) -> Sequence[LineTokens]:
        """The tokens of each of the lines of a fence's unit, as far as they are known."""
        fence = unit.fence
        if fence is None or fence.highlighter is None:
            return ()

        def read(piece: int) -> list[str]:
            other = self._units[fence.first + piece]
            parts = lines if other is unit else Lines(other, self._source, other.ends[-1]).parts
            # the rest of a line that is too long is not lexed
            return ["", *parts[1:]] if other.continues else parts

        place = bisect_left(self._units, unit.start, fence.first, key=_start_of)
        tokens = fence.highlighter.spans(place - fence.first, read, until)
        self.unfinished = tokens is None
        return tokens or ()

    def _text(
        self, unit: Unit, end: int, layout: Layout, carried: StyledText, *, is_open: bool
    ) -> None:
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
            self._open_text(unit, lines, layout, carried)
            return
        text = open_text(source) if is_open and not row_expected else parse(source).text
        text = text._replace(offsets=lines.offsets(text.offsets), text=text.text.replace("\t", " "))
        if unit.kind == "heading":
            text = within(text, (f"heading-{unit.level}",))
        text = joined(carried, text)
        if text.text or not (source or row_expected):
            layout.add_text(text)
        if row_expected:
            add_lone_row(lines.parts[-1], unit.content[-1], layout)
        if not layout.rows and not is_open:
            layout.add_row("", (), ())

    def _open_text(self, unit: Unit, lines: Lines, layout: Layout, carried: StyledText) -> None:
        """A paragraph whose end has not arrived."""
        memory = self._open
        if memory is None or memory.unit is not unit or memory.kind != unit.kind:
            memory = self._open = _OpenUnit(unit)
        # the end of a complete line decides what its last characters are
        complete = len(unit.ends) == len(unit.content)
        memory.text.update(lines.text + "\n" if complete else lines.text)
        text = memory.text.text
        text = text._replace(offsets=lines.offsets(text.offsets), text=text.text.replace("\t", " "))
        known = memory.known_rows(layout.room, carried)
        memory.starts = layout.add_text(joined(carried, text), known=known)
        memory.room, memory.carried, memory.rows = layout.room, carried, layout.rows

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
        layout.add_row(shown, spans, text.offsets[: len(shown)], CODE)


def _start_of(unit: Unit) -> int:
    return unit.start


def _without_closing_run(text: str) -> str:
    """A heading's text without the number signs at its end."""
    bare = text.rstrip("#")
    return bare.rstrip() if bare != text and (not bare or bare[-1] in " \t") else text
