"""The lines of a transcript as they are drawn; what is still there is not drawn again."""

from __future__ import annotations

from itertools import compress, repeat
from operator import is_not
from typing import TYPE_CHECKING, TypeAlias

from streamdash.tui.transcript.document import HEADING, Row, TextPosition
from streamdash.tui.transcript.needle import Needle
from streamdash.tui.transcript.styles import Highlight, HighlightKind, TranscriptStyles

if TYPE_CHECKING:
    from textual.strip import Strip

    from streamdash.tui.transcript.selection import Span
    from streamdash.tui.transcript.viewport import Viewport

Tints: TypeAlias = tuple[Highlight, ...]


class PaintedRows:
    """The lines of a view with what is selected and sought in them, as strips."""

    def __init__(self) -> None:
        self.strips: list[Strip] = []
        """One a line, the scroll bar included."""
        self.selected: Span | None = None
        self.needle = Needle("")
        self.hit: TextPosition | None = None
        self._drawn_with: tuple[TranscriptStyles | None, int] = (None, 0)
        self._rows: list[Row] = []
        self._tints: list[Tints] | None = None
        self._bare: list[Strip] = []
        self._handles: dict[int, tuple[Strip, Strip]] = {}

    def draw(self, view: Viewport, inks: TranscriptStyles, width: int, height: int) -> list[int]:
        """Lay the view out and draw what is new in it; the lines that look different now."""
        gone = view.lay_out(width - 1, height)
        tinted = bool(self.needle) or self.selected is not None
        same = self._drawn_with == (inks, width)
        if gone is None or tinted or self._tints is not None or not same:
            self._redraw(view, inks, width, same=same, tinted=tinted)
        else:
            self._bare = self._bare[gone:-1]
            for row in view.rows[len(self._bare) :]:
                self._bare.append(_strip(row, (), view, inks, width - 1))
        self._drawn_with = inks, width
        self._rows = view.rows
        before, self.strips = self.strips, self._lines(view, inks, width, height)
        if len(before) != height:
            return list(range(height))
        return list(compress(range(height), map(is_not, self.strips, before)))

    def row(self, y: int) -> Row | None:
        """The row on a line; None below the text."""
        return self._rows[y] if y < len(self._rows) else None

    def _redraw(
        self, view: Viewport, inks: TranscriptStyles, width: int, *, same: bool, tinted: bool
    ) -> None:
        """Draw all rows but those that looked the same before, with the same inks and width."""
        known: dict[tuple[Row, Tints], Strip] = {}
        if same:
            before = zip(self._rows, self._tints or repeat(()), self._bare, strict=False)
            known = {(row, tints): strip for row, tints, strip in before}
        self._tints = [self._tints_of(row, view) for row in view.rows] if tinted else None
        self._bare = [
            known.get((row, tints)) or _strip(row, tints, view, inks, width - 1)
            for row, tints in zip(view.rows, self._tints or repeat(()), strict=False)
        ]

    def _lines(
        self, view: Viewport, inks: TranscriptStyles, width: int, height: int
    ) -> list[Strip]:
        blank = inks.blank(width)
        lines = self._bare + [blank] * (height - len(self._bare))
        handles: dict[int, tuple[Strip, Strip]] = {}
        if view.thumb is not None:
            for y in range(view.thumb.top, view.thumb.top + view.thumb.size):
                bare = lines[y]
                # a strip has no hash; its id is its own as long as it is kept here
                pair = self._handles.get(id(bare)) or (bare, inks.with_thumb(bare))
                handles[id(bare)] = pair
                lines[y] = pair[1]
        self._handles = handles
        return lines

    def _tints_of(self, row: Row, view: Viewport) -> Tints:
        if row.start == HEADING:
            return ()
        tints: list[Highlight] = []
        if self.needle:
            # a match may begin in the row before or end in the one behind
            margin = len(self.needle) - 1
            start = max(0, row.start - margin)
            text = view.document.sections[row.section].text.slice(start, row.end + margin)
            for first, end in self.needle.matches(text):
                kind: HighlightKind = "hit" if self.hit == (row.section, start + first) else "match"
                tints.append(Highlight(start + first - row.start, start + end - row.start, kind))
        selected = self.selected.within(row) if self.selected is not None else None
        if selected is not None:
            tints.append(Highlight(*selected, "selected"))
        return tuple(tints)


def _strip(row: Row, tints: Tints, view: Viewport, inks: TranscriptStyles, width: int) -> Strip:
    if row.start == HEADING:
        return inks.strip(row.text, width, inks.heading)
    return inks.strip(row.text, width, inks.text[view.document.sections[row.section].style], tints)
