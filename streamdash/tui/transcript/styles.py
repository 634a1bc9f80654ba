"""Rows of a transcript as finished strips."""

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
"""The component classes of a widget that inks are mixed for, and that has `TRANSCRIPT_CSS`."""
TRANSCRIPT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")


class Highlight(NamedTuple):
    """Characters `start` to `end` of a row, drawn differently."""

    start: int
    end: int
    kind: HighlightKind


class TranscriptStyles:
    """Every style a transcript is drawn with, resolved once per change of theme or style.

    Line filters (no colour, greys, a terminal's own palette) change styles only, so they are
    applied to the styles and not to every line.
    """

    def __init__(
        self,
        text: Mapping[TextStyle, Style],
        *,
        heading: Style,
        thumb: Style,
        tints: Mapping[HighlightKind, Style],
        filters: Sequence[LineFilter],
        background: Color,
    ) -> None:
        self.text = text
        self.heading = heading
        self._thumb = thumb
        self._tints = tints
        self._filters = filters
        self._background = background
        self._filtered: dict[Style, Style] = {}

    def strip(self, text: str, width: int, ink: Style, tints: Sequence[Highlight] = ()) -> Strip:
        """One row's text in `width` cells, and an empty one for the scroll bar."""
        if tints:
            return self._tinted_strip(text, width, ink, tints)
        shown, cells = _shown(text, width)
        return Strip([Segment(shown + " " * (width + 1 - cells), self._seen(ink))], width + 1)

    def blank(self, width: int) -> Strip:
        """An empty line."""
        return Strip.blank(width, self._seen(self.heading))

    def with_thumb(self, strip: Strip) -> Strip:
        """The same row beside the scroll bar's handle."""
        *segments, last = strip
        if len(last.text) > 1:
            segments.append(Segment(last.text[:-1], last.style))
        segments.append(Segment(THUMB, self._seen(self._thumb)))
        return Strip(segments, strip.cell_length)

    def _tinted_strip(self, text: str, width: int, ink: Style, tints: Sequence[Highlight]) -> Strip:
        row = glyphs(text.removesuffix("\n"), width)

        def style_at(place: int) -> Style:
            style = ink
            for start, end, kind in tints:
                if start <= place < end:
                    style += self._tints[kind]
            return self._seen(style)

        segments = [
            Segment("".join(glyph.shown for glyph in piece), style)
            for style, piece in groupby(row, key=lambda glyph: style_at(glyph.start))
        ]
        cells = sum(glyph.cells for glyph in row)
        segments.append(Segment(" " * (width + 1 - cells), self._seen(ink)))
        return Strip(segments, width + 1)

    def _seen(self, style: Style) -> Style:
        seen = self._filtered.get(style)
        if seen is None:
            segments = [Segment(" ", style)]
            for line_filter in self._filters:
                segments = line_filter.apply(segments, self._background)
            seen = self._filtered[style] = segments[0].style or style
        return seen


def resolve(owner: Widget) -> TranscriptStyles:
    """The styles of a widget whose component classes are `STYLE_CLASSES`."""
    style = owner.get_component_rich_style
    selected = owner.selection_style
    if not owner.screen.get_component_styles("screen--selection").color.a:
        # most themes leave the text its own colour
        selected = Style(bgcolor=selected.bgcolor)
    return TranscriptStyles(
        {name: style(f"transcript--{name}") for name in get_args(TextStyle)},
        heading=style("transcript--heading"),
        thumb=style("transcript--thumb"),
        tints={
            "match": style("transcript--match"),
            "hit": style("transcript--hit"),
            "selected": selected,
        },
        filters=owner.get_line_filters(),
        background=owner.background_colors[1],
    )


def _shown(text: str, width: int) -> tuple[str, int]:
    """What is shown of a row, and its cells: `width` at most."""
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
