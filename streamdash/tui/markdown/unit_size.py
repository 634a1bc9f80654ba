"""Where a unit ends that would become too large to be drawn in one step.

The places depend on the text alone, not on how it arrived: a unit is full at the first suitable
place after a number of characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.text.glyphs import lone_cells

if TYPE_CHECKING:
    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.units import Unit

_SENTENCE = 1600
"""Characters after which a unit ends with the next sentence."""
_WORD = 2000
_ANYWHERE = 2400
_REACH = 64
"""Characters in which a place is searched that is not inside a cluster."""
LINES = 12
"""Lines of code or of a table in one unit."""


def is_full(unit: Unit, line_start: int) -> bool:
    """Whether another line should begin a new unit."""
    if line_start - unit.start > _SENTENCE:
        return True
    return unit.kind != "paragraph" and len(unit.content) >= LINES


def cut_place(unit: Unit, source: SourceText, end: int) -> int | None:
    """Where a unit ends within its last line, of which `end` is the end so far; None if not yet.

    Rows of a table are never cut.
    """
    start = unit.start
    if end - start <= _SENTENCE or unit.kind in ("table", "language", "rule", "blank"):
        return None
    line = unit.content[-1]
    if unit.kind in ("paragraph", "heading"):
        low = max(start + _SENTENCE, line)
        found = source.slice(low, min(end, max(start + _WORD, low) + 2)).find(". ")
        if found >= 0:
            return low + found + 2
        if end < start + _WORD + 2:
            return None
        low = max(start + _WORD, line)
        found = source.slice(low, min(end, max(start + _ANYWHERE, low) + 1)).find(" ")
        if found >= 0:
            return low + found + 1
    if end < start + _ANYWHERE + _REACH or end < line + _REACH:
        return None
    low = max(start + _ANYWHERE, line + 1)
    for place, character in enumerate(source.slice(low, low + _REACH - 1)):
        if lone_cells[character]:
            return low + place
    return low
