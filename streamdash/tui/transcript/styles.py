"""The styles of a transcript, and its rows drawn with them as strips."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from streamdash.tui.text.glyphs import TAB_STOP, glyphs, is_plain, lone_cells
from streamdash.tui.transcript.section import TextStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.color import Color
    from textual.filter import LineFilter
    from textual.widget import Widget

    from streamdash.tui.markdown.rows import DrawnRow
    from streamdash.tui.text.glyphs import Glyph

HighlightKind = Literal["selected", "match", "hit"]
THUMB = "▐"
MARKDOWN_NAMES = (
    *(f"heading-{level}" for level in range(1, 7)),
    "strong", "emphasis", "strike", "code", "link", "address", "quote-bar",
    "bullet", "rule", "math", "table-head", "table-line",
    "code-block", "language", "keyword", "string", "comment",
    "number", "name", "operator", "inserted", "deleted",
)  # fmt: skip
"""The style names of rendered Markdown and of highlighted code."""
STYLE_CLASSES = frozenset(
    f"transcript--{name}"
    for name in (*get_args(TextStyle), "heading", "thumb", "match", "hit", *MARKDOWN_NAMES)
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
        markdown: Callable[[str], Style],
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
        self._markdown = markdown
        self._by_names: dict[tuple[str, ...], Style] = {(): text["answer"]}
        self._filtered_by_names: dict[tuple[str, ...], Style] = {}

    def strip(
        self, text: str, width: int, style: Style, highlights: Sequence[Highlight] = ()
    ) -> Strip:
        """One row's text in `width` cells, followed by an empty cell for the scroll bar."""
        if highlights:
            return self._highlighted_strip(text, width, style, highlights)
        shown, cells = _shown(text, width)
        return Strip([Segment(shown + " " * (width + 1 - cells), self._filter(style))], width + 1)

    def drawn_strip(self, row: DrawnRow, width: int, highlights: Sequence[Highlight] = ()) -> Strip:
        """One row of rendered Markdown, as `strip` draws plain text."""
        text = row.text
        widths = () if text.isascii() else [lone_cells[character] for character in text]
        if highlights or 0 in widths:
            return self._highlighted_drawn_strip(row, width, highlights)
        segments: list[Segment] = []
        base = self._shown_as(())
        at = 0
        for start, end, names in row.spans:
            if at < start:
                segments.append(Segment(text[at:start], base))
            segments.append(Segment(text[start:end], self._shown_as(names)))
            at = end
        if at < len(text):
            segments.append(Segment(text[at:], base))
        return self._filled(segments, sum(widths) if widths else len(text), row.fill, width)

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
        segments = self._pieces(row, lambda _: style, highlights)
        cells = sum(glyph.cells for glyph in row)
        segments.append(Segment(" " * (width + 1 - cells), self._filter(style)))
        return Strip(segments, width + 1)

    def _highlighted_drawn_strip(
        self, row: DrawnRow, width: int, highlights: Sequence[Highlight]
    ) -> Strip:
        looks = [self._named(())] * len(row.text)
        for start, end, names in row.spans:
            looks[start:end] = [self._named(names)] * (end - start)
        shown = glyphs(row.text, width)
        segments = self._pieces(shown, looks.__getitem__, highlights)
        return self._filled(segments, sum(glyph.cells for glyph in shown), row.fill, width)

    def _pieces(
        self,
        row: Sequence[Glyph],
        style_of: Callable[[int], Style],
        highlights: Sequence[Highlight],
    ) -> list[Segment]:
        """The glyphs of a row as segments; `style_of` gives the style of a character."""

        def style_at(place: int) -> Style:
            found = style_of(place)
            for start, end, kind in highlights:
                if start <= place < end:
                    found += self._highlights[kind]
            return self._filter(found)

        return [
            Segment("".join(glyph.shown for glyph in piece), drawn)
            for drawn, piece in groupby(row, key=lambda glyph: style_at(glyph.start))
        ]

    def _filled(
        self, segments: list[Segment], cells: int, fill: tuple[str, ...], width: int
    ) -> Strip:
        """The segments of a rendered row with the rest of the row and the scroll bar's cell."""
        if fill and cells < width:
            _add_spaces(segments, width - cells, self._shown_as(fill))
            cells = width
        _add_spaces(segments, width + 1 - cells, self._shown_as(()))
        return Strip(segments, width + 1)

    def _shown_as(self, names: tuple[str, ...]) -> Style:
        """The style that the terminal gets for rendered text with these names."""
        style = self._filtered_by_names.get(names)
        if style is None:
            style = self._filtered_by_names[names] = self._filter(self._named(names))
        return style

    def _named(self, names: tuple[str, ...]) -> Style:
        """The style of rendered text with these names, outer first, on that of an answer."""
        style = self._by_names.get(names)
        if style is None:
            style = self._named(names[:-1]) + self._markdown(names[-1])
            self._by_names[names] = style
        return style

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
        markdown=lambda name: _own_style(owner, name),
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


def _own_style(owner: Widget, name: str) -> Style:
    """What the style sheet says of a style name of Markdown, and nothing inherited."""
    if name not in MARKDOWN_NAMES:
        return Style.null()
    component = f"transcript--{name}"
    styles = owner.get_component_styles(component)
    # Textual's own partial style leaves out that a colour may be transparent
    whole = owner.get_component_rich_style(component)
    color = whole.color if styles.has_rule("color") else None
    behind = whole.bgcolor if styles.has_rule("background") else None
    return Style(color=color, bgcolor=behind) + styles.text_style


def _add_spaces(segments: list[Segment], count: int, style: Style) -> None:
    """Add spaces at the end; a segment more would repeat the codes of the style."""
    if segments and segments[-1].style is style:
        segments[-1] = Segment(segments[-1].text + " " * count, style)
    else:
        segments.append(Segment(" " * count, style))


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
