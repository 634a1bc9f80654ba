"""Clusters of characters that a terminal draws in one place, and their widths in cells.

Widths are those of `rich.cells`, by which Textual cuts and pads.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator

TAB_STOP = 4
LONGEST_CLUSTER = 16
"""The most code points of a cluster: more than any emoji has, fewer than hostile text."""

_JOINER = "\u200d"
_EMOJI_SELECTOR = "\ufe0f"
_REPLACEMENT = "\ufffd"

# tabs, and characters of one cell that never join or widen others
_PLAIN = (
    "\t -~\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482"
    "\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2319\u2400-\u2426\u2500-\u25fc\ufffd"
)
_not_plain = re.compile(f"[^{_PLAIN}]").search


class _Widths(dict[str, int]):
    """Cells of single characters, cached; emptied if hostile text fills it."""

    def __missing__(self, character: str) -> int:
        if len(self) > 1 << 15:
            self.clear()
        width = self[character] = get_character_cell_size(character)
        return width


_widths = _Widths()


class _Emoji(dict[str, int]):
    """Cells that an emoji selector adds to a character; -1 if a joiner cannot join it."""

    def __missing__(self, character: str) -> int:
        if len(self) > 1 << 15:
            self.clear()
        width = _widths[character]
        wider = cell_len(character + _EMOJI_SELECTOR) - width
        symbol = unicodedata.category(character) in {"So", "Sm", "Cn"}
        self[character] = wider if symbol and (width == 2 or wider) else -1
        return self[character]


_emoji = _Emoji()


class _LoneCells(dict[str, int]):
    """Cells of a character that always starts a new cluster; 0 if it may join the one before."""

    def __missing__(self, character: str) -> int:
        if len(self) > 1 << 15:
            self.clear()
        alone = character != "\t" and not is_flag_half(character)
        width = self[character] = _widths[character] if alone else 0
        return width


lone_cells = _LoneCells()


class Glyph(NamedTuple):
    """The visible text of the cluster that begins at `start`, and its cells."""

    start: int
    shown: str
    cells: int


def is_plain(text: str, start: int, end: int) -> bool:
    """Whether each character of `text[start:end]` is a tab or has one cell of its own."""
    return _not_plain(text, start, end) is None


def clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and cells of each cluster of the line `text[start:end]`.

    A tab has -1 cells, because its width depends on its column.
    """
    at = start
    cells = 0
    base = ""  # the character that an emoji selector would widen
    joined = False  # whether the last character was a joiner that joins the next emoji
    for i in range(start, end):
        character = text[i]
        alone = lone_cells[character]
        if (joined or not alone) and 0 < i - at < LONGEST_CLUSTER:
            first = text[at]
            if character == _JOINER:
                joined = _emoji[first] >= 0
                continue
            if joined and _emoji[character] >= 0:
                joined = False
                continue
            joined = False
            if character == _EMOJI_SELECTOR:
                cells += bool(base) and cell_len(base + _EMOJI_SELECTOR) - cell_len(base)
                base = ""
                continue
            if is_flag_half(character):
                if i == at + 1 and is_flag_half(first):
                    cells += _widths[character]
                    base = character
                    continue
            elif (
                not alone and character != "\t" and (not _is_skin(character) or _emoji[first] >= 0)
            ):
                continue
        if i > at:
            yield at, i, cells
        at = i
        joined = False
        cells, base = alone, character
        if not alone:
            if character == "\t":
                cells, base = -1, ""
            elif is_flag_half(character):
                cells = _widths[character]
            else:
                # nothing to join: terminals draw a stray skin tone as an emoji of its own
                cells, base = int(_is_skin(character)), ""
    if end > at:
        yield at, end, cells


def glyphs(text: str, width: int) -> list[Glyph]:
    """The visible glyphs of one row's text, at most `width` cells."""
    row: list[Glyph] = []
    column = 0
    for start, end, cells in clusters(text, 0, len(text)):
        if cells == 0:
            continue
        shown = text[start:end]
        if cells < 0:
            cells = TAB_STOP - column % TAB_STOP
            shown = " " * cells
        elif _is_skin(shown[0]):
            shown = _REPLACEMENT
        elif _JOINER in shown:
            shown = _without_useless_joiners(shown)
        column += cells
        if column > width:
            break
        row.append(Glyph(start, shown, cells))
    return row


def _without_useless_joiners(cluster: str) -> str:
    """The cluster with only those joiners that join: Rich skips any character after a joiner."""
    joins = _emoji[cluster[0]] >= 0
    useful: list[str] = []
    for place, character in enumerate(cluster):
        follower = cluster[place + 1 : place + 2]
        if character != _JOINER or (joins and follower and _emoji[follower] >= 0):
            useful.append(character)
    return "".join(useful)


def _is_skin(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def is_flag_half(character: str) -> bool:
    """Whether a character is a regional indicator, two of which make a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"
