"""Lays styled text out in rows of a width, behind the bars and bullets of its containers."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from streamdash.tui.markdown.rows import (
    NO_PREFIX,
    NO_TEXT,
    DrawnRow,
    Prefix,
    StyledSpan,
    StyledText,
)
from streamdash.tui.markdown.tables import cells_of
from streamdash.tui.text.wrapping import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import StyleNames
    from streamdash.tui.markdown.units import Container, Unit

_LEAST_ROOM = 8
"""Cells that a prefix leaves for the text, if the pane has as many."""
_BULLETS = "•◦▪"
_TASKS = {" ": "☐", "x": "☑", "X": "☑"}
_BAR = "│ "


def prefixes(unit: Unit, width: int) -> tuple[Prefix, Prefix]:
    """The prefix of a unit's first row, and that of the others."""
    if not unit.containers:
        return NO_PREFIX, NO_PREFIX
    fresh = len(unit.containers) - unit.fresh
    first: list[tuple[str, StyleNames]] = []
    others: list[tuple[str, StyleNames]] = []
    depth = cells = 0
    room = max(0, width - min(width, _LEAST_ROOM))
    for index, container in enumerate(unit.containers):
        if container.is_quote:
            text, names = _BAR, ("quote-bar",)
            rest = text
        else:
            text, names = _marker(container, depth), ("bullet",)
            depth += 1
            rest = " " * cells_of(text)
            text = text if index >= fresh else rest
        cells += len(rest)
        if cells > room:
            # too deep for this width: only the innermost marker matters
            first, others, cells = first[:0], others[:0], len(rest)
            if cells > room:
                cells = 0
                continue
        first.append((text, names))
        others.append((rest, names))
    return _joined(first), _joined(others)


def _marker(container: Container, depth: int) -> str:
    if container.task:
        return f"{_TASKS[container.task]} "
    if container.number is not None:
        return f"{container.number}{container.marker} "
    return f"{_BULLETS[depth % len(_BULLETS)]} "


def _joined(parts: Sequence[tuple[str, StyleNames]]) -> Prefix:
    spans = []
    at = 0
    for text, names in parts:
        shown = len(text.rstrip())
        if shown:
            spans.append(StyledSpan(at, at + shown, names))
        at += len(text)
    text = "".join(text for text, _ in parts)
    return Prefix(text, tuple(spans), cells_of(text))


def within(text: StyledText, names: StyleNames) -> StyledText:
    """The text with `names` around all its styles."""
    spans: list[StyledSpan] = []
    at = 0
    for start, end, inner in text.spans:
        if start > at:
            spans.append(StyledSpan(at, start, names))
        spans.append(StyledSpan(start, end, (*names, *inner)))
        at = end
    if at < len(text.text):
        spans.append(StyledSpan(at, len(text.text), names))
    return text._replace(spans=spans)


class KnownRows(NamedTuple):
    """The first rows of a text, which are right already."""

    rows: list[DrawnRow]
    starts: array[int]
    """Where each of them begins in the text."""
    end: int
    """Where the next one begins."""


class Layout:
    """Rows of one unit, in the making."""

    def __init__(self, unit: Unit, end: int, width: int) -> None:
        self._first, self._others = prefixes(unit, width)
        self.room = max(1, width - self._others.cells)
        self.rows: list[DrawnRow] = []
        self.last_text = NO_TEXT
        """The text of the last row, without its prefix and with the spaces at its end."""
        self._at = unit.start
        self._end = end

    def begin_at(self, start: int) -> None:
        """Let the first row begin before the unit, with the unfinished row of the one before."""
        self._first = self._others
        self._at = start

    def resume(self, rows: list[DrawnRow]) -> None:
        """Begin with rows that the unit's last drawing made; the list is taken over."""
        self.rows = rows
        self._at = rows[-1].start

    def add_text(
        self, text: StyledText, fill: StyleNames = (), known: KnownRows | None = None
    ) -> array[int]:
        """Wrap the text, whose offsets are those of the whole source, and add its rows.

        `known` are the first rows, which are not made again. Returns the start of each row.
        """
        shown = text.text
        if known is not None:
            self.resume(known.rows)
            starts = known.starts
            first = len(starts)
            wrap(shown, known.end, self.room, starts)
        else:
            starts = array("L")
            first = 0
            wrap(shown, 0, self.room, starts)
        for index in range(first, len(starts)):
            end = starts[index + 1] if index + 1 < len(starts) else len(shown)
            self._add(text, starts[index], end, fill)
        return starts

    def _add(self, text: StyledText, start: int, end: int, fill: StyleNames) -> None:
        whole = text
        if start or end < len(text.text):
            whole = StyledText(
                text.text[start:end],
                [
                    StyledSpan(max(first, start) - start, min(last, end) - start, names)
                    for first, last, names in text.spans
                    if first < end and last > start
                ],
                text.offsets[start:end],
            )
        shown = whole.text.rstrip(" \n")
        size, spans = len(shown), whole.spans
        if spans and spans[-1].end > size:
            spans = [
                StyledSpan(first, min(last, size), names)
                for first, last, names in spans
                if first < size
            ]
        self.add_row(shown, spans, whole.offsets[:size], fill)
        self.last_text = whole

    def add_row(
        self,
        text: str,
        spans: Sequence[StyledSpan],
        offsets: Sequence[int],
        fill: StyleNames = (),
    ) -> None:
        """Add one row, behind the prefix."""
        prefix = self._others if self.rows else self._first
        if not text:
            prefix = prefix._replace(text=prefix.text.rstrip())
        start = self._at
        if self.rows:
            # an empty row of a paragraph begins after all that the one before shows
            shown = () if fill else self.rows[-1].offsets
            least = offsets[0] if offsets else shown[-1] + 1 if shown else 0
            start = max(self._at + 1, least)
        start = min(start, max(self._end - 1, self._at))
        if self.rows:
            last = self.rows[-1]
            # much quicker than `_replace`
            self.rows[-1] = DrawnRow(last.start, start, *last[2:])
        self._at = start
        if prefix.text:
            begin = offsets[0] if offsets else start
            shift = len(prefix.text)
            text = prefix.text + text
            spans = [
                *prefix.spans,
                *(StyledSpan(s.start + shift, s.end + shift, s.names) for s in spans),
            ]
            offsets = (*[min(begin, start)] * shift, *offsets)
        self.rows.append(DrawnRow(start, self._end, text, tuple(spans), offsets, fill))
