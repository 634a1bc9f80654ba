"""Draws code and mathematics as they are, and colours the tokens of code."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeAlias

from streamdash.tui.markdown.rows import NO_TEXT, StyledSpan, StyledText, joined
from streamdash.tui.text.glyphs import TAB_STOP, clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.code.line_lexer import TokenSpan
    from streamdash.tui.markdown.layout import Layout
    from streamdash.tui.markdown.rows import DrawnRow, StyleNames
    from streamdash.tui.markdown.units import Unit

    LineTokens: TypeAlias = tuple[TokenSpan, ...]

CODE = ("code-block",)


class VerbatimRows:
    """The rows of a unit's lines, of which only the changed ones are made again."""

    def __init__(self) -> None:
        self._unit: Unit | None = None
        self._room = 0
        self._carried = NO_TEXT
        self._lines: list[tuple[str, LineTokens]] = []
        self._counts: list[int] = []
        """How many rows there are up to the end of each line."""
        self._rows: list[DrawnRow] = []

    def add(
        self,
        lines: Sequence[str],
        unit: Unit,
        layout: Layout,
        carried: StyledText,
        tokens: Sequence[LineTokens],
    ) -> None:
        """Add the rows of a unit's lines; `tokens` are those of its first lines.

        `carried` is the unfinished row that the first line continues.
        """
        same = self._same(lines, unit, layout.room, carried, tokens)
        self._unit, self._room, self._carried = unit, layout.room, carried
        del self._lines[same:], self._counts[same:]
        if same:
            layout.resume(self._rows[: self._counts[-1]])
        for index in range(same, len(lines)):
            found = tokens[index] if index < len(tokens) else ()
            self._lines.append((lines[index], found))
            before = carried if index == 0 else NO_TEXT
            _add_line(lines[index], unit.content[index], unit.kind, layout, before, found)
            self._counts.append(len(layout.rows))
        self._rows = layout.rows

    def _same(
        self,
        lines: Sequence[str],
        unit: Unit,
        room: int,
        carried: StyledText,
        tokens: Sequence[LineTokens],
    ) -> int:
        """How many of the first lines have the rows that they had before."""
        if unit is not self._unit or room != self._room or carried != self._carried:
            return 0
        # where the last row began and ended may have depended on the end of the text
        most = min(len(self._lines), len(lines)) - 1
        for index in range(most):
            found = tokens[index] if index < len(tokens) else ()
            if self._lines[index] != (lines[index], found):
                return index
        return max(0, most)


def _add_line(  # the line, its place and its style
    line: str, start: int, kind: str, layout: Layout, carried: StyledText, tokens: LineTokens
) -> None:
    names: StyleNames = CODE if kind == "code" else ("math",)
    fill: StyleNames = CODE if kind == "code" else ()
    text, offsets = _without_tabs(line, start)
    if tokens and isinstance(offsets, list):
        tokens = tuple(_moved(token, offsets, start) for token in tokens)
    styled = joined(carried, StyledText(text, _spans(len(text), tokens, names), offsets))
    if styled.text:
        layout.add_text(styled, fill)
    else:
        layout.add_row("", (), (), fill)


def _spans(size: int, tokens: LineTokens, names: StyleNames) -> list[StyledSpan]:
    spans = []
    at = 0
    for start, end, kind in tokens:
        if start > at:
            spans.append(StyledSpan(at, start, names))
        spans.append(StyledSpan(start, end, (*names, kind)))
        at = end
    if at < size:
        spans.append(StyledSpan(at, size, names))
    return spans


def _moved(token: TokenSpan, offsets: list[int], start: int) -> TokenSpan:
    """A token's place in a line whose tabs have become spaces."""
    return token._replace(
        start=bisect_left(offsets, start + token.start),
        end=bisect_left(offsets, start + token.end),
    )


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
