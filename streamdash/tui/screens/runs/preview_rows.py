"""The preview of a recorded run as rows of cells."""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import compact, duration
from streamdash.reporting.runs_table import size_words
from streamdash.tui.text.wrapping import wrap
from streamdash.tui.widgets.parts import cut
from streamdash.tui.widgets.status_marks import MARKS
from streamdash.tui.widgets.table_cells import GAP, Cell, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.recording.preview import Preview, StreamPreview
    from streamdash.tui.screens.runs.run_choices import RunChoice

QUESTION_ROWS = 4
"""The most rows of the question."""
_QUESTION_CHARS = 2_000
_LABEL_MOST = 24
_FIGURE = 7
"""Cells of a column of numbers."""
_STATUS_MOST = 12


def heading_cells(choice: RunChoice, width: int) -> list[Cell]:
    """The line above a preview: the file."""
    size = size_words(choice.run.size)
    name = cut(clean_line(choice.run.path.name, 200), max(1, width - 2 - len(size) - GAP))
    return [Cell(name, "note"), Cell(size, "quiet")]


def preview_rows(preview: Preview, width: int, height: int) -> list[list[Cell]]:
    """At most `height` rows for the question and the streams."""
    room = max(1, width - 2)
    warnings = [[Cell(cut(clean_line(said, 400), room), "warn")] for said in preview.warnings]
    if not preview.whole:
        said = "a long recording: only its beginning was read for this preview"
        warnings = [[Cell(cut(said, room), "note")]]
    question_rows = min(QUESTION_ROWS, max(1, height - len(preview.streams) - 2))
    rows = _question(preview, room, question_rows)
    rows += warnings[: max(0, height - len(rows))]
    left = height - len(rows) - 1
    if left > 0 and preview.streams:
        rows += _streams(preview, room, left)
    return rows


def problem_rows(problem: str, width: int, height: int) -> list[list[Cell]]:
    """Why there is no preview."""
    lines = _wrapped(clean_line(problem, _QUESTION_CHARS), max(1, width - 2), height)
    return [[Cell(line, "bad")] for line in lines]


def _question(preview: Preview, room: int, most: int) -> list[list[Cell]]:
    if not preview.questions:
        return [[Cell("no question was asked", "quiet")]]
    more = len(preview.questions) - 1
    first = clean_line(" ".join(preview.questions[0][:_QUESTION_CHARS].split()), _QUESTION_CHARS)
    rows = [[Cell(line, "label")] for line in _wrapped(first, room, most)]
    if more:
        said = f"and {more} more question{'' if more == 1 else 's'}"
        rows = [*rows[: max(1, most - 1)], [Cell(cut(said, room), "quiet")]]
    return rows


def _wrapped(line: str, width: int, most: int) -> list[str]:
    """The first rows of a line; the last of them ends in an ellipsis if there are more."""
    starts = array("l")
    wrap(line, 0, width, starts)
    rows = [line[start:end].rstrip() for start, end in pairwise([*starts, len(line)])]
    if len(rows) > most:
        rows[most - 1 :] = [cut(f"{rows[most - 1]} {rows[most]}", width)]
    return rows


def _streams(preview: Preview, room: int, most: int) -> list[list[Cell]]:
    """The heading and the streams, in `most` + 1 rows."""
    streams = preview.streams
    shown = streams if len(streams) <= most else streams[: most - 1]
    labels = [clean_line(one.label, 80) for one in shown]
    words = [_status_words(one, whole=preview.whole) for one in shown]
    figures = 3 * (_FIGURE + GAP)
    status_width = min(_STATUS_MOST, max([6, *map(cell_len, words)]))
    label_width = min(_LABEL_MOST, max([6, *map(cell_len, labels)]))
    label_width = min(label_width, max(4, room - figures - status_width - GAP))
    target_width = room - figures - label_width - status_width - 2 * GAP
    if target_width < 12:
        target_width = 0

    def row(texts: Sequence[str], tones: Sequence[str]) -> list[Cell]:
        label, status, *numbers, target = texts
        padded = [pad(label, label_width), pad(status, status_width)]
        padded += [pad(number, _FIGURE, right=True) for number in numbers]
        padded += [pad(target, target_width)] if target_width else []
        return [Cell(text, tone) for text, tone in zip(padded, tones, strict=False)]

    rows = [row(("stream", "status", "TTFT", "total", "chars", "model"), ["quiet"] * 6)]
    for one, label, status in zip(shown, labels, words, strict=True):
        numbers = duration(one.ttft_s), duration(one.total_s), compact(one.chars)
        tone = "quiet" if one.status is None else MARKS[one.status].tone
        tones = ["label", tone, "figures", "figures", "figures", "quiet"]
        rows.append(row((label, status, *numbers, clean_line(one.target, 200)), tones))
    if len(shown) < len(streams):
        rows.append([Cell(cut(f"and {len(streams) - len(shown)} more streams", room), "quiet")])
    return rows


def _status_words(stream: StreamPreview, *, whole: bool) -> str:
    if stream.status is not None:
        return f"{MARKS[stream.status].sign} {stream.status.value}"
    return "unfinished" if whole else "goes on"
