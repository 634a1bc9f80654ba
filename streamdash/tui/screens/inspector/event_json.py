"""The inspector's view of one wire event as coloured JSON."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.strip import Strip

from streamdash.tui.screens.inspector.json_text import json_text, shortened, tokens
from streamdash.tui.text.glyphs import glyphs
from streamdash.tui.text.wrapping import wrap
from streamdash.tui.widgets.row_scroll import RowScroll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style

    from streamdash.tui.screens.inspector.json_text import Token

MARGIN = 1
"""Cells on each side of the text."""


class EventJson(RowScroll, can_focus=False):
    """A scrolled text, wrapped at the widget's width, with JSON's tokens in colours."""

    LAZY_CLASSES: ClassVar = frozenset(
        {"event-json--key", "event-json--string", "event-json--number", "event-json--word"}
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own word
        super().__init__(id=id)
        self._text = ""
        self._starts: array[int] = array("L")
        self._tokens: list[Token] = []

    def show_raw(self, raw: object) -> None:
        """Show a decoded event, scrolled to its start."""
        self._show(shortened(json_text(raw)))
        self._tokens = list(tokens(self._text))

    def show_note(self, note: str) -> None:
        """Show a note in place of an event."""
        self._show(note)
        self._tokens = []

    def _show(self, text: str) -> None:
        self._text = text
        self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._wrap()

    def _wrap(self) -> None:
        self._starts = array("L")
        wrap(self._text, 0, self._width, self._starts)
        self.set_rows(len(self._starts))

    @property
    def _width(self) -> int:
        return max(1, self.size.width - 2 * MARGIN)

    def on_resize(self) -> None:
        """Wrap at the new width."""
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """The row that is scrolled to line `y`."""
        width, base = self.size.width, self.base_style
        place = y + self.scroll_offset.y
        if place >= len(self._starts):
            return Strip.blank(width, base)
        start = self._starts[place]
        last = place + 1 == len(self._starts)
        end = len(self._text) if last else self._starts[place + 1]
        segments = [Segment(" " * MARGIN, base)]
        for piece, style in self._pieces(start, end):
            shown = "".join(glyph.shown for glyph in glyphs(piece.rstrip("\n"), self._width))
            segments.append(Segment(shown, style))
        return Strip(segments).adjust_cell_length(width, base)

    def _pieces(self, start: int, end: int) -> Iterator[tuple[str, Style]]:
        """The characters from `start` to `end`, split where the colour changes."""
        at, base = start, self.base_style
        first = max(0, bisect_right(self._tokens, start, key=lambda token: token.start) - 1)
        for token in self._tokens[first:]:
            if token.start >= end:
                break
            if token.end <= at:
                continue
            begin, stop = max(at, token.start), min(end, token.end)
            yield self._text[at:begin], base
            yield self._text[begin:stop], self.get_component_rich_style(f"event-json--{token.tone}")
            at = stop
        yield self._text[at:end], base
