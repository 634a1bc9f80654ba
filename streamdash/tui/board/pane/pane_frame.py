"""A pane's frame as strips: label and status above the transcript, numbers below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from streamdash.tui.board.pane.heading_slots import STATUS_CELLS, HeadingSlots
from streamdash.tui.board.pane.number_places import place_numbers
from streamdash.tui.names import PaneName
from streamdash.tui.widgets.parts import cut
from streamdash.tui.widgets.status_marks import Mark

if TYPE_CHECKING:
    from streamdash.tui.board.pane.number_places import Numbers
    from streamdash.tui.board.pane.pane_styles import PaneStyles

_Row = tuple[str, str, str]
_THIN: tuple[_Row, _Row, str] = (("╭", "─", "╮"), ("╰", "─", "╯"), "│")
_HEAVY: tuple[_Row, _Row, str] = (("┏", "━", "┓"), ("┗", "━", "┛"), "┃")
"""Top row, bottom row, side."""
_FAILED_EDGE = "▌"
"""The left edge of a dense pane whose stream has failed, in place of a red frame."""
_NARROW = 28
"""Below this width the line under a transcript gives cells of its frame to the numbers."""
_BUTTON_REACH = 1
"""Cells beside the button that also press it, because a single cell is hard to hit."""


class Heading(NamedTuple):
    """The content of the row above a transcript; all text is clean."""

    name: PaneName
    number: str
    """The key that focuses this pane, if there is one."""
    mark: Mark
    status: str
    button: str
    slots: HeadingSlots
    answer: str = ""
    """Which of the stream's answers is shown, as `2/3`; empty if there is one only."""
    earlier: bool = False
    """Whether that is not the current one."""

    @property
    def failed(self) -> bool:
        """Whether the pane's frame is drawn as that of a failure."""
        return self.mark.tone == "bad"


BLANK_HEADING = Heading(PaneName("", "", "", ""), "", Mark(" ", "quiet"), "", "", HeadingSlots(0))


def heading_room(width: int, *, dense: bool) -> int:
    """The cells of a heading that slots may share: without frame, sign, button and gaps."""
    return max(0, width - (8 if dense else 12))


def heading_strip(
    heading: Heading, width: int, styles: PaneStyles, *, current: bool, dense: bool
) -> tuple[Strip, range]:
    """The row above the transcript, and the columns that press its button."""
    failed = heading.failed
    bar = "bar-current" if current else "bar"
    frame = styles[bar if dense else frame_tone(current, failed)]
    corner, line, end = frame_glyphs(styles, current, failed)[0]
    lead, fill, tail = (" ", " ", " ") if dense else (f"{corner}{line} ", line, f" {line}{end}")
    on_bar = current and dense
    left = _left_parts(heading, fill, styles, current=current, on_bar=on_bar)
    right = _right_parts(heading, styles, on_bar=on_bar)
    taken = sum(segment.cell_length for segment in (*left, *right))
    rest = max(0, width - len(lead) - len(tail) - 2 - taken)
    segments = [Segment(lead), *left, Segment(f" {fill * rest} "), *right, Segment(tail)]
    if dense:
        segments = [Segment(s.text, frame if s.style is None else _on(s.style, frame))
                    for s in segments]  # fmt: skip
        if failed:
            segments[0] = Segment(_FAILED_EDGE, styles["failed"])
    else:
        segments = [Segment(s.text, s.style or frame) for s in segments]
    button_at = width - len(tail) - 1
    reach = range(button_at - _BUTTON_REACH, button_at + 1 + _BUTTON_REACH)
    return Strip(segments).simplify().adjust_cell_length(width, frame), reach


def _left_parts(
    heading: Heading, fill: str, styles: PaneStyles, *, current: bool, on_bar: bool
) -> list[Segment]:
    """Number, label and target, each in its slot."""
    slots, name = heading.slots, heading.name
    quiet, dim = (styles["on-bar" if on_bar else tone] for tone in ("quiet", "target"))
    parts = []
    if slots.number:
        number = Segment(f"{heading.number} ", quiet) if heading.number else Segment(fill + " ")
        parts.append(number)
    label = cut(name.label if slots.prefix else name.short_label, slots.label)
    parts.append(Segment(label, styles["label-current" if current else "label"]))
    target = cut(name.target if slots.prefix else name.model, slots.target)
    if target:
        gap = " " * (slots.label - cell_len(label))
        parts.append(Segment(f"{gap} · {target}", dim))
    return parts


def _right_parts(heading: Heading, styles: PaneStyles, *, on_bar: bool) -> list[Segment]:
    """Which answer it is, sign, status and button, each in its slot."""
    parts = []
    # the frame's line goes on where a pane has one answer only
    if heading.answer and heading.slots.answers:
        words = f"{heading.answer:>{heading.slots.answers}} "
        parts.append(
            Segment(words, styles["warn" if heading.earlier else "on-bar" if on_bar else "quiet"])
        )
    tone = styles[heading.mark.tone]
    word = f" {heading.status:<{STATUS_CELLS}}" if heading.slots.status else ""
    button = styles["on-bar" if on_bar else "button"]
    parts.append(Segment(heading.mark.sign + word, tone))
    return [*parts, Segment(" "), Segment(heading.button, button)]


def numbers_strip(
    numbers: Numbers,
    width: int,
    styles: PaneStyles,
    *,
    current: bool,
    dense: bool,
    failed: bool = False,
) -> Strip:
    """The row under a transcript."""
    frame = styles[frame_tone(current, failed)]
    corner, line, end = frame_glyphs(styles, current, failed)[1]
    if dense:
        lead, fill, tail = (_FAILED_EDGE if failed else " "), " ", " "
    elif width < _NARROW:
        lead, fill, tail = f"{corner} ", line, end
    else:
        lead, fill, tail = f"{corner}{line} ", line, line + end
    segments = [Segment(lead, frame)]
    column = 0
    for placed in place_numbers(numbers, max(0, width - len(lead) - len(tail) - (not dense))):
        segments.append(Segment(" " * (placed.column - column), frame))
        segments.append(Segment(placed.text, styles[placed.tone or "figures"]))
        column = placed.column + cell_len(placed.text)
    if column:
        segments.append(Segment(" ", frame))
    taken = sum(segment.cell_length for segment in segments)
    segments.append(Segment(fill * max(0, width - taken - len(tail)) + tail, frame))
    return Strip(segments).simplify().adjust_cell_length(width, frame)


def side_strip(
    width: int, styles: PaneStyles, *, current: bool, dense: bool, failed: bool = False
) -> Strip:
    """The left and right edges of a row whose middle the transcript covers."""
    frame = styles[frame_tone(current, failed)]
    edge = " " if dense else frame_glyphs(styles, current, failed)[2]
    first = _FAILED_EDGE if dense and failed else edge
    inside = Segment(" " * max(0, width - 2), styles["figures"])
    strip = Strip([Segment(first, frame), inside, Segment(edge, frame)])
    return strip.adjust_cell_length(width, frame)


def frame_tone(current: bool, failed: bool) -> str:
    """The tone of a frame."""
    if failed:
        return "failed-current" if current else "failed"
    return "current" if current else "frame"


def frame_glyphs(styles: PaneStyles, current: bool, failed: bool) -> tuple[_Row, _Row, str]:
    """The lines of a frame; heavy ones mark the current pane where its colour does not."""
    return _HEAVY if current and (styles.heavy or failed) else _THIN


def _on(style: Style, bar: Style) -> Style:
    """The style on the bar's background."""
    return style + Style(bgcolor=bar.bgcolor)
