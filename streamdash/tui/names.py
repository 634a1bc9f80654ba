"""How streams are called on the screen: clean text on one line, its width known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.text import clean_line
from streamdash.tui.glyphs import glyphs

if TYPE_CHECKING:
    from streamdash.streams.spec import StreamSpec

LIMIT = 200


def shown_label(spec: StreamSpec) -> str:
    """The stream's label; joiners that join nothing are left out, as their width is disputed."""
    line = clean_line(spec.label, LIMIT)
    return line if line.isascii() else "".join(glyph.shown for glyph in glyphs(line, 2 * LIMIT))
