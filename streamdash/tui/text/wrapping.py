"""The starts of a text's rows when it is wrapped by words.

A row ends after its newline, or after the spaces before the first word that does not fit; those
spaces extend beyond the edge, invisibly. Later text never moves an earlier row: wrapping may stop
anywhere and resume at the start of the last row.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from streamdash.tui.text.glyphs import TAB_STOP, clusters, is_flag_half, is_plain, lone_cells

if TYPE_CHECKING:
    from array import array

NARROWEST = 2
"""The least width of a row, in which a wide character must fit."""

_SPACE_CHARACTERS = (
    " \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
)
_SPACES = frozenset(_SPACE_CHARACTERS)
# East Asian text breaks between any two characters, except before or after these.
_CLOSING = frozenset(
    "!),.:;?]}%、。，．・：；？！）］｝」』】〕〉》〗〙’”…‥ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
)
_OPENING = frozenset("([{（［｛「『【〔〈《〖〘‘“")


def row_limit(width: int) -> int:
    """The most code points of a row, whatever their width, against hostile text."""
    return 3 * width + 64


def wrap(text: str, start: int, width: int, rows: array[int]) -> None:
    """Add the start of each row of `text[start:]` to `rows`; `start` must begin a row."""
    width = max(width, NARROWEST)
    size = len(text)
    plain = text.isascii()
    tabbed = "\t" in text
    while start < size:
        end = text.find("\n", start)
        if end < 0:
            end = size
        if plain or is_plain(text, start, end):
            tabs = text.count("\t", start, end) if tabbed else 0
            if end - start + (TAB_STOP - 1) * tabs <= width:
                rows.append(start)
            elif tabs:
                _wrap_line(text, start, end, width, rows)
            else:
                _wrap_plain(text, start, end, width, rows)
        elif (end - start) * TAB_STOP <= width:
            rows.append(start)
        else:
            _wrap_line(text, start, end, width, rows)
        start = end + 1


def _wrap_line(text: str, start: int, end: int, width: int, rows: array[int]) -> None:
    """Wrap the line `text[start:end]` of any characters."""
    while start >= 0:
        rows.append(start)
        start = _next_row(text, start, end, width)


def _wrap_plain(text: str, start: int, end: int, width: int, rows: array[int]) -> None:
    """Wrap the line `text[start:end]` without tabs, whose characters have one cell each."""
    limit = row_limit(width)
    while True:
        rows.append(start)
        edge = start + width
        if edge >= end:
            return
        if text[edge] == " ":
            follow = edge + 1
        else:
            follow = text.rfind(" ", start, edge) + 1
            if follow == 0 or not text[start:follow].strip(" "):
                follow = edge
        if follow > edge:
            while follow < end and text[follow] == " ":
                follow += 1
            if follow - start > limit:
                follow = start + limit
        if follow >= end:
            return
        start = follow


def _next_row(text: str, start: int, end: int, width: int) -> int:
    """The start of the row after the one at `start`; -1 if the rest of the line fits."""
    widths = [lone_cells[character] for character in text[start : min(end, start + width + 1)]]
    if 0 in widths:
        return _next_row_of_clusters(text, start, end, width)
    edge = start + bisect_right(list(accumulate(widths)), width)
    if edge >= end:
        return -1
    if text[edge] in _SPACES:
        follow = edge + 1
        limit = min(end, start + row_limit(width))
        while follow < limit and text[follow] in _SPACES:
            follow += 1
        if follow == end:
            return -1
        return (
            follow if lone_cells[text[follow]] else _next_row_of_clusters(text, start, end, width)
        )
    for chance in range(edge, start, -1):
        before = text[chance - 1]
        if before in _SPACES:
            return chance if text[start:chance].strip(_SPACE_CHARACTERS) else edge
        here = text[chance]
        if (
            (widths[chance - start] == 2 or widths[chance - start - 1] == 2)
            and here not in _SPACES
            and here not in _CLOSING
            and before not in _OPENING
        ):
            return chance
    return edge


def _next_row_of_clusters(text: str, start: int, end: int, width: int) -> int:
    """`_next_row` for a row with clusters of several characters or with tabs."""
    limit = start + row_limit(width)
    column = 0
    chance = start
    word = spaced = wide = False
    before = ""
    for at, stop, cells in clusters(text, start, min(end, limit)):
        character = text[at]
        if character in _SPACES and (cells < 0 or stop == at + 1):
            column += cells if cells >= 0 else TAB_STOP - column % TAB_STOP
            spaced = word
            wide = False
            continue
        # half a flag counts as a flag, because the other half may still arrive
        broad = cells == 2 or is_flag_half(character)
        if spaced or (
            (wide or broad) and word and character not in _CLOSING and before not in _OPENING
        ):
            chance = at
        column += cells
        if column > width and at > start:
            return chance if chance > start else at
        word = True
        spaced = False
        wide = broad
        before = text[at]
    return limit if end > limit else -1
