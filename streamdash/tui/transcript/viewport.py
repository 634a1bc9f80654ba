"""The window on a document: which rows it shows, and whether it follows the end."""

from __future__ import annotations

from typing import NamedTuple

from streamdash.tui.text.wrapping import NARROWEST
from streamdash.tui.transcript.document import Document, RowPosition, TextPosition
from streamdash.tui.transcript.section import HEADING, Row


class Thumb(NamedTuple):
    """The handle of a scroll bar: its first row and its length."""

    top: int
    size: int


class Growth(NamedTuple):
    """How the rows differ from those before, if only the last ones changed."""

    scrolled_off: int
    """How many rows left at the top."""
    same: int
    """How many of the rows before, including those that left, have not changed."""


class Viewport:
    """The rows of a document that are visible in a window; `lay_out` finds them.

    While following it stays at the end. Otherwise the row with the same first character stays on
    top, whatever is added below and however the width changes.
    """

    def __init__(self) -> None:
        self.document = Document()
        self.rows: list[Row] = []
        self.thumb: Thumb | None = None
        """None while everything fits."""
        self.following = True
        self.height = 0
        self._anchor = TextPosition(0, HEADING)
        self._top: RowPosition | None = None
        self._last: RowPosition | None = None
        self._shape: tuple[int, int, object] | None = None
        self._settled = 0
        """How many rows come before the last unit, the only one that may change as text arrives."""
        self._open = (0, 0)
        """The section and number of that unit."""

    def clear(self) -> None:
        """Start with an empty document, folded and rendered like the old one."""
        old, self.document = self.document, Document()
        self.document.folded = old.folded
        self.document.rendered = old.rendered
        self.following = True
        self._anchor = TextPosition(0, HEADING)
        self._top = self._last = self._shape = None
        self.rows, self.thumb = [], None

    def lay_out(self, width: int, height: int) -> Growth | None:
        """Find the rows for `width` x `height` cells, wrapping nothing else.

        Returns None if any row may be new.
        """
        document = self.document
        document.width = max(NARROWEST, width)
        self.height = height
        document.convert()
        document.provisional = False
        last = document.last()
        if last is None:
            self.rows, self.thumb, self._shape = [], None, None
            return None
        shape = (width, height, document.shape)
        before, self._last = self._last, last
        growth = None
        if self.following and before is not None and shape == self._shape:
            growth = self._grow(before, last)
        if growth is None:
            self._lay_out(last)
            # a heading changes with the text below it, which it counts
            headed = any(
                row.start == HEADING and row.section == last.section for row in self.rows[:-1]
            )
            self._shape = None if headed else (width, height, document.shape)
        if document.provisional or document.shape is None:
            self._shape = None
        self._open = document.end
        in_last_unit = last.row + 1 if last[:2] == self._open else 0
        self._settled = max(0, len(self.rows) - in_last_unit)
        return growth

    def _lay_out(self, last: RowPosition) -> None:
        document = self.document
        bottom = document.up(last, self.height - 1)
        anchored = document.row_of(self._anchor) or bottom
        self._top = bottom if self.following else min(anchored, bottom)
        self.rows = document.rows(self._top, self.height)
        self._move_thumb(bottom)

    def _grow(self, before: RowPosition, last: RowPosition) -> Growth | None:
        """Lay out the rows that may have changed; None if others have changed, too.

        `before` is the last row of the former layout.
        """
        document, old, top = self.document, self.rows, self._top
        if document.sections[-1].rendered:
            # any row of what was the last unit may be new
            row = top.row if top is not None and top[:2] == self._open else 0
            start, settled = RowPosition(*self._open, row), self._settled
        elif before[:2] == last[:2]:
            start, settled = before, len(old) - 1
        else:
            return None
        fresh = document.rows(start, 2 * self.height)
        rows = old[:settled] + fresh
        shrunk = len(rows) < len(old)
        if shrunk or len(fresh) == 2 * self.height or (self._shape or ())[2:] != (document.shape,):
            return None
        same = settled
        while same < len(old) and old[same] == rows[same]:
            same += 1
        scrolled_off = max(0, len(rows) - self.height)
        self.rows = rows[scrolled_off:]
        self._top = document.down(top or start, scrolled_off) if scrolled_off else top or start
        self._move_thumb(self._top)
        return Growth(scrolled_off, same)

    def scroll(self, by: int) -> None:
        """Move `by` rows; at the end the viewport follows again."""
        if self._top is not None:
            down = self.document.down
            self._go(down(self._top, by) if by > 0 else self.document.up(self._top, -by))

    def to_start(self) -> None:
        """Show the first row."""
        first = self.document.first()
        if first is not None:
            self._go(first)

    def to_end(self) -> None:
        """Follow the end."""
        self.following = True

    def show(self, position: TextPosition) -> None:
        """Scroll to a character unless it is visible, and stop following."""
        place = self.document.row_of(position)
        if place is None or self._top is None:
            return
        visible = any(
            row.section == position.section and row.start <= position.offset < row.end
            for row in self.rows
        )
        self._go(self._top if visible else self.document.up(place, self.height // 3))
        if self.thumb is not None:
            self.following = False

    def drag(self, thumb_top: int) -> None:
        """Move to where the scroll bar's handle was dragged; `thumb_top` is its first row."""
        thumb = self.thumb
        if thumb is None:
            return
        room = self.height - thumb.size
        if thumb_top >= room:
            self.to_end()
            return
        rest = max(0, self.document.weight - self._visible_weight())
        before = rest * max(0, thumb_top) // max(1, room)
        place = self.document.row_of(self.document.position_at(before))
        if place is not None:
            self._go(place)

    def _bottom(self) -> RowPosition | None:
        """The row at the top when the end is shown."""
        last = self.document.last()
        return None if last is None else self.document.up(last, max(0, self.height - 1))

    def _go(self, top: RowPosition) -> None:
        bottom = self._bottom() or top
        self._top = min(top, bottom)
        self._shape = None
        for row in self.document.rows(self._top, 1):
            self._anchor = TextPosition(row.section, row.start)
        self.following = self._top == bottom

    def _visible_weight(self) -> int:
        first, last = self.rows[0], self.rows[-1]
        before = self.document.weight_before
        return before(TextPosition(last.section, last.end)) - before(
            TextPosition(first.section, first.start)
        )

    def _move_thumb(self, bottom: RowPosition) -> None:
        document, height = self.document, self.height
        if bottom == document.first():
            self.thumb = None
            return
        size = max(1, min(height - 1, height * height // max(1, document.estimated_rows())))
        room = height - size
        if self._top == bottom:
            self.thumb = Thumb(room, size)
            return
        first = self.rows[0]
        before = document.weight_before(TextPosition(first.section, first.start))
        rest = max(1, document.weight - self._visible_weight())
        # the handle touches an end of the bar only if that end of the text is visible
        top = max(1, room * before // rest) if before else 0
        top = max(0, min(top, room - 1))
        self.thumb = Thumb(top, size)
