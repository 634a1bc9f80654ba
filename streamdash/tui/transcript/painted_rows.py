"""The lines of a transcript as strips; a row that was drawn before is not drawn again."""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress, repeat
from operator import is_not
from typing import TYPE_CHECKING, TypeAlias

from streamdash.tui.transcript.needle import Needle
from streamdash.tui.transcript.section import HEADING
from streamdash.tui.transcript.styles import Highlight, HighlightKind, TranscriptStyles

if TYPE_CHECKING:
    from textual.strip import Strip

    from streamdash.tui.markdown.rows import DrawnRow
    from streamdash.tui.transcript.document import TextPosition
    from streamdash.tui.transcript.section import Row
    from streamdash.tui.transcript.selection import Span
    from streamdash.tui.transcript.viewport import Viewport

Highlights: TypeAlias = tuple[Highlight, ...]


class PaintedRows:
    """The lines of a viewport as strips, with the selection and the search matches marked."""

    def __init__(self) -> None:
        self.strips: list[Strip] = []
        """One per line, including the scroll bar's cell."""
        self.selected: Span | None = None
        self.needle = Needle("")
        self.hit: TextPosition | None = None
        self._drawn_with: tuple[TranscriptStyles | None, int] = (None, 0)
        self._rows: list[Row] = []
        self._highlights: list[Highlights] | None = None
        self._bare: list[Strip] = []
        self._handles: dict[int, tuple[Strip, Strip]] = {}

    def draw(
        self, viewport: Viewport, styles: TranscriptStyles, width: int, height: int
    ) -> list[int]:
        """Lay the viewport out and draw its new rows. Returns the numbers of the changed lines."""
        growth = viewport.lay_out(width - 1, height)
        highlighted = bool(self.needle) or self.selected is not None
        same = self._drawn_with == (styles, width)
        if growth is None or highlighted or self._highlights is not None or not same:
            self._redraw(viewport, styles, width, same=same, highlighted=highlighted)
        else:
            self._bare = self._bare[growth.scrolled_off : growth.same]
            for row in viewport.rows[len(self._bare) :]:
                self._bare.append(_strip(row, (), viewport, styles, width - 1))
        self._drawn_with = styles, width
        self._rows = viewport.rows
        before, self.strips = self.strips, self._lines(viewport, styles, width, height)
        if len(before) != height:
            return list(range(height))
        return list(compress(range(height), map(is_not, self.strips, before)))

    def row(self, y: int) -> Row | None:
        """The row on line `y`; None below the text."""
        return self._rows[y] if y < len(self._rows) else None

    def _redraw(
        self,
        viewport: Viewport,
        styles: TranscriptStyles,
        width: int,
        *,
        same: bool,
        highlighted: bool,
    ) -> None:
        """Draw every row, except those drawn before with the same highlights.

        `same` says whether the styles and the width are those of the last drawing.
        """
        drawn: dict[tuple[int, int], tuple[Row, Highlights, Strip]] = {}
        if same:
            before = zip(self._rows, self._highlights or repeat(()), self._bare, strict=False)
            drawn = {(each[0].section, each[0].start): each for each in before}
        self._highlights = (
            [self._highlights_of(row, viewport) for row in viewport.rows] if highlighted else None
        )
        self._bare = []
        for row, highlights in zip(viewport.rows, self._highlights or repeat(()), strict=False):
            known = drawn.get((row.section, row.start))
            if known is not None and known[0] == row and known[1] == highlights:
                self._bare.append(known[2])
            else:
                self._bare.append(_strip(row, highlights, viewport, styles, width - 1))

    def _lines(
        self, viewport: Viewport, styles: TranscriptStyles, width: int, height: int
    ) -> list[Strip]:
        blank = styles.blank(width)
        lines = self._bare + [blank] * (height - len(self._bare))
        handles: dict[int, tuple[Strip, Strip]] = {}
        if viewport.thumb is not None:
            for y in range(viewport.thumb.top, viewport.thumb.top + viewport.thumb.size):
                bare = lines[y]
                # a strip has no hash, and its id is unique while this dictionary holds it
                pair = self._handles.get(id(bare)) or (bare, styles.with_thumb(bare))
                handles[id(bare)] = pair
                lines[y] = pair[1]
        self._handles = handles
        return lines

    def _highlights_of(self, row: Row, viewport: Viewport) -> Highlights:
        if row.start == HEADING:
            return ()
        highlights: list[Highlight] = []
        if self.needle:
            # a match may begin in the row before or end in the next one
            margin = len(self.needle) - 1
            start = max(0, row.start - margin)
            text = viewport.document.sections[row.section].text.slice(start, row.end + margin)
            for first, end in self.needle.matches(text):
                kind: HighlightKind = "hit" if self.hit == (row.section, start + first) else "match"
                if row.drawn is None:
                    place = start + first - row.start, start + end - row.start
                else:
                    place = _drawn_place(row.drawn, start + first, start + end)
                highlights.append(Highlight(*place, kind))
        selected = self.selected.within(row) if self.selected is not None else None
        if selected is not None:
            highlights.append(Highlight(*selected, "selected"))
        return tuple(highlights)


def _drawn_place(row: DrawnRow, start: int, end: int) -> tuple[int, int]:
    """The characters of a rendered row that stand for `start` to `end` of the source.

    If the row hides all of them, the nearest character marks them in the row they begin in.
    """
    first, last = bisect_left(row.offsets, start), bisect_left(row.offsets, end)
    if first == last and row.start <= start < row.end:
        first = max(0, min(first, len(row.offsets) - 1))
        last = first + 1
    return first, last


def _strip(
    row: Row, highlights: Highlights, viewport: Viewport, styles: TranscriptStyles, width: int
) -> Strip:
    if row.drawn is not None:
        return styles.drawn_strip(row.drawn, width, highlights)
    if row.start == HEADING:
        return styles.strip(row.text, width, styles.heading)
    return styles.strip(
        row.text, width, styles.text[viewport.document.sections[row.section].style], highlights
    )
