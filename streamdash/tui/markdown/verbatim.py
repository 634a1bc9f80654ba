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
    from streamdash.tui.markdown.line_rows import LineRows
    from streamdash.tui.markdown.rows import StyleNames
    from streamdash.tui.markdown.units import Unit

    LineTokens: TypeAlias = tuple[TokenSpan, ...]

CODE = ("code-block",)


def add_verbatim(  # the lines and what is around them
    lines: Sequence[str],
    unit: Unit,
    layout: Layout,
    carried: StyledText,
    tokens: Sequence[LineTokens],
    known: LineRows,
) -> None:
    """Add the rows of a unit's lines; `tokens` are those of its first lines.

    `carried` is the unfinished row that the first line continues.
    """
    tokens = [*tokens[: len(lines)], *[()] * (len(lines) - len(tokens))]

    def draw(index: int) -> None:
        before = carried if index == 0 else NO_TEXT
        _add_line(lines[index], unit.content[index], unit.kind, layout, before, tokens[index])

    known.add(unit, layout, (layout.room, carried), [*zip(lines, tokens, strict=True)], draw)


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
