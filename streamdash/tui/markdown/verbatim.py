"""Draws code and mathematics as they are, and colours the tokens of code."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeAlias

from streamdash.tui.markdown.rows import StyledSpan, StyledText, joined
from streamdash.tui.text.glyphs import TAB_STOP, clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.code.line_lexer import TokenSpan
    from streamdash.tui.markdown.layout import Layout
    from streamdash.tui.markdown.lines import Lines
    from streamdash.tui.markdown.rows import StyleNames
    from streamdash.tui.markdown.units import Unit

    LineTokens: TypeAlias = tuple[TokenSpan, ...]

CODE = ("code-block",)


def add_verbatim(
    lines: Lines, unit: Unit, layout: Layout, carried: StyledText, tokens: Sequence[LineTokens]
) -> None:
    """Add the rows of a unit's lines; `tokens` are those of its first lines.

    `carried` is the unfinished row that the first line continues.
    """
    names: StyleNames = CODE if unit.kind == "code" else ("math",)
    fill: StyleNames = CODE if unit.kind == "code" else ()
    for index, (line, start) in enumerate(zip(lines.parts, unit.content, strict=True)):
        text, offsets = _without_tabs(line, start)
        found = tokens[index] if index < len(tokens) else ()
        if found and isinstance(offsets, list):
            found = tuple(_moved(token, offsets, start) for token in found)
        styled = StyledText(text, _spans(len(text), found, names), offsets)
        if index == 0:
            styled = joined(carried, styled)
        if not styled.text:
            layout.add_row("", (), (), fill)
            continue
        layout.add_text(styled, fill)


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
