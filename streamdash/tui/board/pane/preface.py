"""The dim rows between a heading and its transcript: the settings, the system prompt, the question.

They are drawn from the specification of the stream, cut to the rows that a pane can spare.
"""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from streamdash.output.safe_text import clean, clean_line
from streamdash.tui.board.pane.conversation import LONGEST, marked
from streamdash.tui.board.pane.pane_notes import HIDDEN
from streamdash.tui.text.glyphs import glyphs
from streamdash.tui.text.wrapping import NARROWEST, wrap
from streamdash.tui.widgets.parts import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.pane.pane_place import PanePlace
    from streamdash.tui.board.pane.pane_styles import PaneStyles

MARGIN = 2
"""Cells of frame and blank beside the text of a wide pane."""
QUESTION_ROWS, SETTINGS_ROWS, SYSTEM_ROWS = 3, 2, 2
"""The most rows of each passage in a zoomed pane."""
SPACED_HEIGHT = 20
"""From this height on a zoomed pane has an empty row above its transcript."""
_SETTINGS = ("temperature", "top_p", "max_tokens", "seed", "reasoning_effort")
_LONGEST_SETTING = 120
_LONGEST_LINE = 400


class Passage(NamedTuple):
    """Clean text that takes `rows` rows at most; its tone is one of `PaneStyles`."""

    text: str
    tone: str
    rows: int


def place_preface(spec: StreamSpec, place: PanePlace, *, blind: bool) -> list[Passage]:
    """What a pane in this place shows of a request."""
    if not place.question:
        return []
    return preface(spec, *place.zoomed, blind=blind) if place.zoomed else question_line(spec)


def question_line(spec: StreamSpec) -> list[Passage]:
    """The first row of the question, as panes of the grid show it; nothing without a question."""
    start = _start(spec.question)[:_LONGEST_LINE]
    return [Passage(marked(start), "target", 1)] if start else []


def preface(spec: StreamSpec, width: int, height: int, *, blind: bool) -> list[Passage]:
    """What a zoomed pane shows of a request, in a quarter of its rows at most.

    The question gets its rows first, then the settings, then the system prompt. If `blind`, all
    but the question is hidden, because it could reveal the stream.
    """
    question = _start(spec.question)
    settings = f"settings {HIDDEN}" if blind else settings_line(spec)
    system = "" if blind else clean(_start(spec.system or "")).strip()
    left = height // 4
    passages = []
    for text, tone, most in (
        (marked(question) if question else "", "target", QUESTION_ROWS),
        (settings, "quiet", SETTINGS_ROWS),
        (f"system: {system}" if system else "", "quiet", SYSTEM_ROWS),
    ):
        passage = Passage(text, tone, min(most, left))
        if text and passage.rows:
            passages.append(passage)
            left -= len(_rows(passage, width - 2 * MARGIN))
    # the question is read last, right above its answer
    return [*passages[1:], *passages[:1]] if question else passages


def settings_line(spec: StreamSpec) -> str:
    """The model and every setting that the user made: `gpt-4o · temperature 0.2 · seed 7`."""
    # loaded here: the first frame shows no settings
    from streamdash.recording.spec_json import spec_to_json

    fields = spec_to_json(spec)
    settings = {name: fields[name] for name in _SETTINGS if fields[name] is not None}
    if spec.stop:
        settings["stop"] = list(spec.stop)
    if not spec.stream:
        settings["stream"] = False
    params = fields["params"]
    settings |= params if isinstance(params, dict) else {}
    parts = [clean_line(spec.target, _LONGEST_SETTING)]
    parts += [_written(name, value) for name, value in settings.items()]
    return clean(" · ".join(parts)[:LONGEST])


def _written(name: str, value: object) -> str:
    written = (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    )
    return clean_line(f"{name} {written}"[: 2 * _LONGEST_SETTING], _LONGEST_SETTING)


def _start(text: str) -> str:
    """The beginning of a text that may be huge: one character more than is ever shown of it."""
    return text.lstrip()[: LONGEST + 1].rstrip()


def preface_strips(
    passages: Sequence[Passage],
    width: int,
    styles: PaneStyles,
    frame: Style,
    edge: str,
    *,
    margin: int = MARGIN,
) -> list[Strip]:
    """The passages as rows of a pane `width` cells wide, between two cells of its `frame`."""
    room = width - 2 * margin
    if room < NARROWEST:
        return []
    side = Segment(edge, frame)
    blank = Segment(" " * (margin - 1), frame)
    strips = []
    for passage in passages:
        for text in _rows(passage, room):
            shown = "".join(glyph.shown for glyph in glyphs(text, room))
            row = Strip([side, blank, Segment(shown, styles[passage.tone])])
            strips.append(Strip([*row.adjust_cell_length(width - 1, frame), side], width))
    return strips


def _rows(passage: Passage, room: int) -> list[str]:
    """The passage wrapped into its rows; the last one ends in an ellipsis if text is left."""
    text = passage.text
    starts: array[int] = array("L")
    wrap(text, 0, room, starts)
    ends = [*starts[1:], len(text)]
    rows = [
        text[start:end].rstrip("\n ")
        for start, end in zip(starts, ends, strict=True)
    ][: passage.rows]  # fmt: skip
    if len(starts) > passage.rows:
        rows[-1] = cut(rows[-1] + " " * room, room)
    return rows
