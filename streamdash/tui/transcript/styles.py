"""The styles of a transcript, and its rows drawn with them as strips."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from streamdash.tui.text.glyphs import TAB_STOP, glyphs, is_plain, lone_cells
from streamdash.tui.transcript.document import TextStyle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.color import Color
    from textual.filter import LineFilter
    from textual.widget import Widget

HighlightKind = Literal["selected", "match", "hit"]
THUMB = "▐"
STYLE_CLASSES = frozenset(
    f"transcript--{name}" for name in (*get_args(TextStyle), "heading", "thumb", "match", "hit")
)
"""Component classes of a widget that `resolve` takes; `TRANSCRIPT_CSS` styles them."""
TRANSCRIPT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")


class Highlight(NamedTuple):
    """Characters `start` to `end` of a row in a style of their own."""

    start: int
    end: int
    kind: HighlightKind


class TranscriptStyles:
    """Every style that a transcript is drawn with, resolved once per theme change.

    Line filters (no colour, greys, a terminal's own palette) change only styles, so they are
    applied to the styles instead of to every line.
    """

    def __init__(
        self,
        text: Mapping[TextStyle, Style],
        *,
        heading: Style,
        thumb: Style,
        highlights: Mapping[HighlightKind, Style],
        filters: Sequence[LineFilter],
        background: Color,
    ) -> None:
        self.text = text
        self.heading = heading
        self._thumb = thumb
        self._highlights = highlights
        self._filters = filters
        self._background = background
        self._filtered: dict[Style, Style] = {}

    def strip(
        self, text: str, width: int, style: Style, highlights: Sequence[Highlight] = ()
    ) -> Strip:
        """One row's text in `width` cells, followed by an empty cell for the scroll bar."""
        if highlights:
            return self._highlighted_strip(text, width, style, highlights)
        shown, cells = _shown(text, width)
        return Strip([Segment(shown + " " * (width + 1 - cells), self._filter(style))], width + 1)

    def blank(self, width: int) -> Strip:
        """An empty line."""
        return Strip.blank(width, self._filter(self.heading))

    def with_thumb(self, strip: Strip) -> Strip:
        """The same row with the scroll bar's handle in its last cell."""
        *segments, last = strip
        if len(last.text) > 1:
            segments.append(Segment(last.text[:-1], last.style))
        segments.append(Segment(THUMB, self._filter(self._thumb)))
        return Strip(segments, strip.cell_length)

    def _highlighted_strip(
        self, text: str, width: int, style: Style, highlights: Sequence[Highlight]
    ) -> Strip:
        row = glyphs(text.removesuffix("\n"), width)

        def style_at(place: int) -> Style:
            found = style
            for start, end, kind in highlights:
                if start <= place < end:
                    found += self._highlights[kind]
            return self._filter(found)

        segments = [
            Segment("".join(glyph.shown for glyph in piece), drawn)
            for drawn, piece in groupby(row, key=lambda glyph: style_at(glyph.start))
        ]
        cells = sum(glyph.cells for glyph in row)
        segments.append(Segment(" " * (width + 1 - cells), self._filter(style)))
        return Strip(segments, width + 1)

    def _filter(self, style: Style) -> Style:
        filtered = self._filtered.get(style)
        if filtered is None:
            segments = [Segment(" ", style)]
            for line_filter in self._filters:
                segments = line_filter.apply(segments, self._background)
            filtered = self._filtered[style] = segments[0].style or style
        return filtered


def resolve(owner: Widget) -> TranscriptStyles:
    """The styles of `owner`, which must have the component classes `STYLE_CLASSES`."""
    style = owner.get_component_rich_style
    selected = owner.selection_style
    if not owner.screen.get_component_styles("screen--selection").color.a:
        # most themes leave the text its own colour
        selected = Style(bgcolor=selected.bgcolor)
    return TranscriptStyles(
        {name: style(f"transcript--{name}") for name in get_args(TextStyle)},
        heading=style("transcript--heading"),
        thumb=style("transcript--thumb"),
        highlights={
            "match": style("transcript--match"),
            "hit": style("transcript--hit"),
            "selected": selected,
        },
        filters=owner.get_line_filters(),
        background=owner.background_colors[1],
    )


def _shown(text: str, width: int) -> tuple[str, int]:
    """The visible text of a row, at most `width` cells, and how many cells it takes."""
    text = text.removesuffix("\n")
    if text.isascii() or is_plain(text, 0, len(text)):
        shown = text.expandtabs(TAB_STOP) if "\t" in text else text
        if len(shown) > width:
            shown = shown[:width]
        return shown, len(shown)
    widths = [lone_cells[character] for character in text]
    if 0 not in widths and sum(widths) <= width:
        return text, sum(widths)
    row = glyphs(text, width)
    return "".join(glyph.shown for glyph in row), sum(glyph.cells for glyph in row)
