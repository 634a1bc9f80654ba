"""A pane's frame as strips: label and status above the transcript, numbers below it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from streamdash.tui.text.glyphs import glyphs
from streamdash.tui.text.wrapping import NARROWEST, wrap
from streamdash.tui.widgets.parts import cut, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.board.pane.pane_styles import PaneStyles
    from streamdash.tui.widgets.parts import Part
    from streamdash.tui.widgets.status_marks import Mark

_Row = tuple[str, str, str]
_THIN: tuple[_Row, _Row, str] = (("╭", "─", "╮"), ("╰", "─", "╯"), "│")
_HEAVY: tuple[_Row, _Row, str] = (("┏", "━", "┓"), ("┗", "━", "┛"), "┃")
"""Top row, bottom row, side."""
_TARGET_LEAST = 8
_QUESTION_MARGIN = 2
_BUTTON_REACH = 1
"""Cells beside the button that also press it, because a single cell is hard to hit."""


class Heading(NamedTuple):
    """The content of the row above a transcript; all text is clean."""

    label: str
    target: str
    number: str
    """The key that focuses this pane, if there is one."""
    mark: Mark
    status: str
    button: str


def heading_strip(
    heading: Heading, width: int, styles: PaneStyles, *, current: bool, dense: bool
) -> tuple[Strip, range]:
    """The row above the transcript, and the columns that press its button."""
    frame = styles[("bar-current" if current else "bar") if dense else _frame(current)]
    corner, line, end = _glyphs(styles, current)[0]
    lead, fill, tail = (" ", " ", " ") if dense else (f"{corner}{line} ", line, f" {line}{end}")
    room = width - len(lead) - len(tail) - 2
    left, right = _heading_parts(
        heading, room - 1, styles, current=current, on_bar=current and dense
    )
    rest = max(0, room - sum(segment.cell_length for segment in (*left, *right)))
    segments = [Segment(lead), *left, Segment(f" {fill * rest} "), *right, Segment(tail)]
    if dense:
        segments = [Segment(s.text, frame if s.style is None else _on(s.style, frame))
                    for s in segments]  # fmt: skip
    else:
        segments = [Segment(s.text, s.style or frame) for s in segments]
    button_at = width - len(tail) - 1
    reach = range(button_at - _BUTTON_REACH, button_at + 1 + _BUTTON_REACH)
    return Strip(segments).simplify().adjust_cell_length(width, frame), reach


def _heading_parts(
    heading: Heading, room: int, styles: PaneStyles, *, current: bool, on_bar: bool
) -> tuple[list[Segment], list[Segment]]:
    """The parts at the left (sign, button, label), and those at the right that have room."""
    button, quiet, target = (
        styles["on-bar" if on_bar else tone] for tone in ("button", "quiet", "target")
    )
    label_style = styles["label-current" if current else "label"]
    tone = styles[heading.mark.tone]
    right = [
        Segment(heading.mark.sign, tone),
        Segment(" "),
        Segment(heading.button, button),
    ]
    spare = room - 3 - cell_len(heading.label)
    if spare < 0:
        return [Segment(cut(heading.label, room - 3), label_style)], right
    left = [Segment(heading.label, label_style)]
    if heading.number and spare >= 2:
        left.insert(0, Segment(f"{heading.number} ", quiet))
        spare -= 2
    word = f" {heading.status}"
    if len(word) <= spare:
        right.insert(1, Segment(word, tone))
        spare -= len(word)
    if heading.target and spare >= 3 + min(_TARGET_LEAST, cell_len(heading.target)):
        left.append(Segment(f" · {cut(heading.target, spare - 3)}", target))
    return left, right


def numbers_strip(
    parts: Sequence[Part], width: int, styles: PaneStyles, *, current: bool, dense: bool
) -> Strip:
    """The row under a transcript."""
    frame = styles[_frame(current)]
    corner, line, end = _glyphs(styles, current)[1]
    lead, fill, tail = (" ", " ", " ") if dense else (f"{corner}{line}", line, end)
    row = fit(parts, width - (2 if dense else 6))
    segments = [Segment(lead, frame)]
    for place, part in enumerate(row.parts):
        space = row.gap if place else 0 if dense else 1
        segments.append(Segment(" " * space, frame))
        segments.append(Segment(part.text, styles[part.tone or "figures"]))
    if row.parts:
        segments.append(Segment(" ", frame))
    taken = sum(segment.cell_length for segment in segments)
    segments.append(Segment(fill * max(0, width - taken - 1) + tail, frame))
    return Strip(segments).simplify().adjust_cell_length(width, frame)


def side_strip(width: int, styles: PaneStyles, *, current: bool, dense: bool) -> Strip:
    """The left and right edges of a row whose middle the transcript covers."""
    frame = styles[_frame(current)]
    edge = " " if dense else _glyphs(styles, current)[2]
    inside = Segment(" " * max(0, width - 2), styles["figures"])
    strip = Strip([Segment(edge, frame), inside, Segment(edge, frame)])
    return strip.adjust_cell_length(width, frame)


def question_strips(
    question: str, width: int, styles: PaneStyles, *, current: bool, most: int
) -> list[Strip]:
    """The rows that repeat a question under the heading, `most` of them, the last one cut."""
    room = width - 2 * _QUESTION_MARGIN
    if room < NARROWEST or most < 1:
        return []
    starts: array[int] = array("L")
    wrap(question, 0, room, starts)
    frame = styles[_frame(current)]
    edge = _glyphs(styles, current)[2]
    margin = Segment(" " * (_QUESTION_MARGIN - 1), frame)
    strips = []
    for place, start in enumerate(starts[:most]):
        end = starts[place + 1] if place + 1 < len(starts) else len(question)
        text = question[start:end].rstrip("\n ")
        if place + 1 == most and len(starts) > most:
            text = cut(text + " " * room, room)
        shown = "".join(glyph.shown for glyph in glyphs(text, room))
        row = Strip([Segment(edge, frame), margin, Segment(shown, styles["target"])])
        row = row.adjust_cell_length(width - 1, frame)
        strips.append(Strip([*row, Segment(edge, frame)], width))
    return strips


def _frame(current: bool) -> str:
    return "current" if current else "frame"


def _glyphs(styles: PaneStyles, current: bool) -> tuple[_Row, _Row, str]:
    return _HEAVY if styles.heavy and current else _THIN


def _on(style: Style, bar: Style) -> Style:
    """The style on the bar's background."""
    return style + Style(bgcolor=bar.bgcolor)
