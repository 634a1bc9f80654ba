"""Tables: cells, and columns that share the width of the pane.

A row of a table takes one row on the screen, and a cell that does not fit is cut.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.tui.markdown.inline import SPECIAL, parse
from streamdash.tui.markdown.rows import NO_TEXT, StyledSpan, StyledText
from streamdash.tui.text.glyphs import clusters

if TYPE_CHECKING:
    from streamdash.tui.markdown.source import SourceText

Align = Literal["left", "right", "center"]

MEASURED = 64
"""Rows by whose cells the columns are as wide as they are; later rows change nothing."""
MOST_COLUMNS = 40
LONGEST_ROW = 4000
"""Characters of a row that are drawn."""
LONGEST_CELL = 400
_REMEMBERED = 1000
"""Cells; some more than a screen full, or else a redraw would read all of them again."""
GAP = 2
_NARROWEST = 3
_CUT = "…"


class Cell(NamedTuple):
    """A cell's text, cut or padded to its column."""

    text: StyledText
    cells: int


def cell_ranges(line: str) -> list[tuple[int, int]]:
    """Where the cells of a row begin and end in it, without the space around them."""
    bars = [
        place
        for place, character in enumerate(line)
        if character == "|" and not (place and line[place - 1] == "\\")
    ]
    stripped = line.strip(" \t")
    if not stripped:
        return []
    first = len(line) - len(line.lstrip(" \t"))
    last = first + len(stripped)
    if bars and bars[0] == first:
        first += 1
        bars = bars[1:]
    if bars and bars[-1] == last - 1 and last > first:
        last -= 1
        bars = bars[:-1]
    edges = [first - 1, *bars, last]
    ranges = []
    for before, after in pairwise(edges):
        start, end = before + 1, max(before + 1, after)
        while start < end and line[start] in " \t":
            start += 1
        while end > start and line[end - 1] in " \t":
            end -= 1
        ranges.append((start, end))
    return ranges


class Table:
    """One table: the alignment of its columns, and how wide their content is."""

    def __init__(self, source: SourceText, head_at: int, delimiters: list[str]) -> None:
        self.head_at = head_at
        """The source offset of the head's text."""
        self.aligns: list[Align] = [_align(cell) for cell in delimiters[:MOST_COLUMNS]]
        self.revision = 0
        """Counts the changes of the columns' widths."""
        self._source = source
        self._widths = [_NARROWEST] * len(self.aligns)
        self._unmeasured: deque[tuple[int, int]] = deque()
        self._rows = 0

    def add_row(self, start: int, end: int) -> None:
        """Take a complete row into account; `start` and `end` are source offsets."""
        self._rows += 1
        if self._rows <= MEASURED:
            self._unmeasured.append((start, end))

    def measure(self, until: float) -> bool:
        """Bring the widths up to date until a `perf_counter` time; whether they are."""
        while self._unmeasured:
            start, end = self._unmeasured.popleft()
            line = self._source.slice(start, min(end, start + LONGEST_ROW))
            for column, (first, last) in enumerate(cell_ranges(line)[: len(self._widths)]):
                cells = cells_of(cell_text(line[first : min(last, first + LONGEST_CELL)]).text)
                if cells > self._widths[column]:
                    self._widths[column] = cells
                    self.revision += 1
            if perf_counter() >= until:
                break
        return not self._unmeasured

    def widths(self, room: int) -> list[int]:
        """The columns' widths in `room` cells, gaps excluded; columns without room are missing."""
        count = min(len(self._widths), max(1, (room + GAP) // (_NARROWEST + GAP)))
        wanted = self._widths[:count]
        left = room - GAP * (count - 1)
        widths = [0] * count
        for place, column in enumerate(sorted(range(count), key=wanted.__getitem__)):
            share = left // (count - place)
            widths[column] = min(wanted[column], max(1, share))
            left -= widths[column]
        return widths


def _align(delimiter: str) -> Align:
    if delimiter.endswith(":"):
        return "center" if delimiter.startswith(":") else "right"
    return "left"


class _CellTexts:
    """The texts of cells that were read lately: cells are measured, drawn, and often repeated."""

    def __init__(self) -> None:
        self._known: dict[str, StyledText] = {}

    def read(self, source: str, until: float) -> StyledText | None:
        """A cell's text, whose offsets count in `source`; None if it takes more time.

        Reading goes on until the time `until` on the `perf_counter` clock.
        """
        found = self._known.pop(source, None)
        if found is None:
            if SPECIAL.search(source) is not None and perf_counter() >= until:
                return None
            found = flat(parse(source).text)
            if len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]
        # what was used last is forgotten last
        self._known[source] = found
        return found


_cell_texts = _CellTexts()


def cell_text(source: str) -> StyledText:
    """A cell's text, whose offsets count in `source`."""
    return _cell_texts.read(source, inf) or NO_TEXT


def cell_text_by(source: str, until: float) -> StyledText | None:
    """A cell's text; None if it cannot be read until this time on the `perf_counter` clock."""
    return _cell_texts.read(source, until)


def flat(styled: StyledText) -> StyledText:
    """The text with spaces for its newlines and tabs."""
    return styled._replace(text=styled.text.replace("\n", " ").replace("\t", " "))


def cells_of(text: str) -> int:
    """The width of a text without tabs, in cells."""
    if text.isascii():
        return len(text)
    return sum(max(0, cells) for _, _, cells in clusters(text, 0, len(text)))


def fitted(styled: StyledText, width: int, align: Align) -> Cell:
    """The text in exactly `width` cells; the offsets of padding are those beside it."""
    text, spans, offsets = styled
    cells = cells_of(text)
    if cells > width:
        end = cells = 0
        for _, stop, one in clusters(text, 0, len(text)):
            if cells + max(0, one) > width - 1:
                break
            end, cells = stop, cells + max(0, one)
        at = offsets[end]
        text = text[:end] + _CUT
        offsets = [*offsets[:end], at]
        spans = [span._replace(end=min(span.end, end + 1)) for span in spans if span.start <= end]
        cells += 1
    pad = width - cells
    before = {"left": 0, "right": pad, "center": pad // 2}[align]
    first = offsets[0] if len(offsets) else 0
    last = offsets[-1] if len(offsets) else 0
    return Cell(
        StyledText(
            " " * before + text + " " * (pad - before),
            [StyledSpan(s.start + before, s.end + before, s.names) for s in spans],
            [*[first] * before, *offsets, *[last] * (pad - before)],
        ),
        width,
    )
