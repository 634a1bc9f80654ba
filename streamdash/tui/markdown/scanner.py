"""Finds the blocks of Markdown line by line, as the text arrives.

The containers of a line are matched as CommonMark describes it ("parsing strategy" in its
specification). A line is looked at once: as soon as its beginning says what it is. Until then it is
held back, so that nothing on the screen has to change its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.tui.markdown.fences import Fence
from streamdash.tui.markdown.line_kinds import (
    ITEM,
    LONGEST,
    QUOTE,
    TASK,
    closes_fence,
    closes_math,
    fence_start,
    heading,
    indent_of,
    is_delimiter_row,
    is_rule,
    is_undecided,
    may_close_fence,
    opens_math,
    skip_columns,
    underline,
)
from streamdash.tui.markdown.tables import Table, cell_ranges
from streamdash.tui.markdown.unit_size import cut_place, is_full
from streamdash.tui.markdown.units import Container, Unit

if TYPE_CHECKING:
    from streamdash.tui.markdown.source import SourceText
    from streamdash.tui.markdown.units import UnitKind

DEEPEST = 12
"""Containers in each other; further markers are ordinary text."""
_CODE_INDENT = 4


class _Line(NamedTuple):
    """A line whose containers are known."""

    text: str
    complete: bool
    at: int
    """Where the text after the containers' markers begins."""
    matched: int
    """How many of the open containers go on."""
    new: tuple[Container, ...]

    @property
    def rest(self) -> str:
        return self.text[self.at :]


class BlockScanner:
    """Sorts the lines of `source` into units."""

    def __init__(self, source: SourceText) -> None:
        self.units: list[Unit] = []
        self._source = source
        self._containers: tuple[Container, ...] = ()
        self._leaf: UnitKind | None = None
        """The kind of the block that the next line may continue."""
        self._fence: Fence | None = None
        self._line_start = 0
        self._math_at = -1
        """Where the line begins that opened the last block of mathematics."""
        self._waiting = ""
        """The beginning of the current line, while its kind is not known."""
        self._decided = False
        """Whether the current line belongs to the last unit already."""

    @property
    def held_from(self) -> int:
        """The offset from which on the source is held back."""
        return self._source.chars if self._decided or not self._waiting else self._line_start

    def append(self, text: str) -> None:
        """Take in text that has just been added to the source."""
        at = self._source.chars - len(text)
        start = 0
        while start < len(text):
            start = self._take_code(text, start, at)
            if start == len(text):
                return
            newline = text.find("\n", start)
            end = len(text) if newline < 0 else newline
            self._take(text[start:end])
            self._grow(at + end)
            if newline >= 0:
                self._end_line(at + newline)
            start = end + 1

    def _take_code(self, text: str, start: int, at: int) -> int:
        """Take the complete lines of an open fence that cannot close it, all at once.

        `at` is the source offset of `text`. Returns where the rest begins.
        """
        fence = self._fence
        if fence is None or self._containers or fence.indent or self._decided or self._waiting:
            return start
        closing = fence.closing.search(text, start)
        stop = text.rfind("\n", start, closing.start() if closing else len(text)) + 1
        while start < stop:
            end = text.find("\n", start, stop)
            if end - start > LONGEST:
                break
            unit = self.units[-1]
            if unit.kind != "code" or is_full(unit, at + start):
                unit = self._add("code", at + start, fresh=0)
                unit.fence = fence
            unit.content.append(at + start)
            unit.ends.append(at + end)
            start = end + 1
            self._line_start = at + start
        return start

    def close(self) -> None:
        """Decide on the last line."""
        if not self._decided and self._waiting:
            self._decide(self._waiting, complete=True)
            self._grow(self._source.chars)
            if self._decided:
                self._finish_line(self._source.chars)

    # -- lines ------------------------------------------------------------------------------

    def _take(self, piece: str) -> None:
        if not self._decided:
            self._waiting += piece
            if self._waiting:
                self._decide(self._waiting, complete=False)

    def _end_line(self, end: int) -> None:
        if not self._decided:
            self._decide(self._waiting, complete=True)
        if self._decided:
            self._finish_line(end)
        self._decided = False
        self._waiting = ""
        self._line_start = end + 1

    def _finish_line(self, end: int) -> None:
        unit = self.units[-1]
        unit.ends.append(end)
        if unit.table is not None:
            unit.table.add_row(unit.content[-1], end)
        in_math = unit.kind == "math" and self._line_start != self._math_at
        if in_math and closes_math(self._source.slice(unit.content[-1], end)):
            self._leaf = None

    def _grow(self, end: int) -> None:
        """Begin another unit where the last one is full in the middle of a line."""
        while self._decided:
            unit = self.units[-1]
            cut = cut_place(unit, self._source, end)
            if cut is None:
                return
            unit.ends.append(cut)
            following = self._add(unit.kind, cut, fresh=0)
            following.level, following.fence = unit.level, unit.fence
            following.content.append(cut)
            following.continues = True

    def _decide(self, text: str, *, complete: bool) -> None:
        """Say what the line is, if its beginning `text` is enough for that."""
        line = self._within_containers(text, complete=complete)
        if line is None:
            return
        if self._leaf in ("code", "math") and self._fence_or_math(line):
            return
        if complete and not line.rest.strip(" \t"):
            self._blank(line)
            return
        line = self._with_new_containers(line)
        in_new_item = bool(line.new) and not line.new[-1].is_quote
        if not complete and is_undecided(line.rest, in_new_item=in_new_item):
            return
        self._start_block(line)

    def _within_containers(self, text: str, *, complete: bool) -> _Line | None:
        """Match the open containers; None while too little of the line is there."""
        at = matched = 0
        ink = len(text.rstrip(" \t"))
        for container in self._containers:
            if container.is_quote:
                found = QUOTE.match(text, at)
                if found is None:
                    break
                at = found.end()
                if text[at : at + 1] == " ":
                    at += 1
            elif at >= ink:
                at = len(text)
            elif indent_of(text, at) >= container.indent:
                at = skip_columns(text, at, container.indent)
            else:
                break
            matched += 1
        if not complete and at >= ink and len(text) - at <= LONGEST:
            return None
        return _Line(text, complete, at, matched, ())

    def _fence_or_math(self, line: _Line) -> bool:
        """Whether the line belongs to the open fence or mathematics, or is not known yet."""
        if self._leaf == "math":
            blank = not line.rest.strip(" \t")
            if line.matched < len(self._containers) or blank:
                self._leaf = None
                return False
            self._continue("math", line)
            return True
        fence = self._fence
        if fence is None:
            return False
        if line.matched < len(self._containers):
            self._leaf = self._fence = None
            return False
        if may_close_fence(line.rest, fence.run) and line.rest.strip(" \t"):
            if not line.complete:
                return True
            if closes_fence(line.rest, fence.run):
                # the line is the hidden end of the last unit
                self._leaf = self._fence = None
                return True
        at = skip_columns(line.text, line.at, fence.indent)
        self._continue("code", line._replace(at=at))
        return True

    def _blank(self, line: _Line) -> None:
        """Take a blank line, which ends paragraphs and the quotes that do not go on."""
        containers = self._containers[: line.matched]
        self._leaf = None
        self._containers = containers
        last = self.units[-1] if self.units else None
        if last is not None and last.kind == "blank" and last.containers == containers:
            return
        unit = self._add("blank", self._line_start, fresh=0)
        unit.content.append(self._line_start + len(line.text))
        self._decided = True

    def _with_new_containers(self, line: _Line) -> _Line:
        """The line after the markers of the quotes and items that begin on it."""
        text, at = line.text, line.at
        new: list[Container] = []
        goes_on = self._leaf == "paragraph" and line.matched == len(self._containers)
        while line.matched + len(new) < DEEPEST:
            if indent_of(text, at) >= _CODE_INDENT:
                break
            quote = QUOTE.match(text, at)
            if quote:
                new.append(Container(0))
                at = quote.end()
                if text[at : at + 1] == " ":
                    at += 1
                continue
            rest = text[at : at + LONGEST + 1]
            if is_rule(rest) or (goes_on and not new and underline(rest)):
                break
            item = ITEM.match(text, at)
            if item is None:
                break
            blank = not text[item.end() : item.end() + LONGEST].strip(" \t")
            if blank and not line.complete:
                break
            number = int(item[2]) if item[2] else None
            if goes_on and not new and (blank or number not in (None, 1)):
                break
            container, at = self._item(line, len(new), at, item.end(), item[3] or item[1], number)
            new.append(container)
        return line._replace(at=at, new=tuple(new))

    def _item(
        self, line: _Line, place: int, start: int, end: int, marker: str, number: int | None
    ) -> tuple[Container, int]:
        """A list item whose marker ends at `end`, and where its content begins."""
        text = line.text
        spaces = indent_of(text, end)
        width = end - start
        at = end
        if not text[end:].strip(" \t"):
            spaces = 1
        elif spaces > _CODE_INDENT:
            spaces = 1
            at = end + 1
        else:
            at = skip_columns(text, end, spaces)
        task = TASK.match(text, at)
        if task:
            at = task.end()
        before = self._sibling(line.matched + place) if place == 0 else None
        if number is not None and before is not None and before.marker == marker:
            number = (before.number or 0) + 1
        return Container(width + spaces, marker, number, task[1] if task else ""), at

    def _sibling(self, depth: int) -> Container | None:
        """The open item that a new item at this depth follows in the same list."""
        return self._containers[depth] if depth < len(self._containers) else None

    # -- blocks -----------------------------------------------------------------------------

    def _start_block(self, line: _Line) -> None:
        rest, complete = line.rest, line.complete
        unmatched = line.matched < len(self._containers)
        in_paragraph = self._leaf == "paragraph" and not line.new
        goes_on = in_paragraph and not unmatched
        if complete and goes_on and (self._made_heading(rest) or self._made_table(rest)):
            return
        indented = indent_of(rest, 0) >= _CODE_INDENT
        head = None if indented else heading(rest)
        fence = fence_start(rest) if complete and not indented else None
        if head is not None:
            self._open(line)
            self._add_line("heading", line, head.content).level = head.level
        elif fence is not None:
            self._open(line)
            self._fence = Fence(fence.run, fence.indent, fence.info)
            self._leaf = "code"
            self._add_line("language", line).fence = self._fence
        elif complete and not indented and is_rule(rest):
            self._open(line)
            self._add_line("rule", line)
        elif self._leaf == "table" and not line.new and not unmatched:
            self._continue("table", line)
        elif in_paragraph:
            # in a quote or an item the line goes on although its marker is missing
            self._continue("paragraph", line, skip_indent=True)
        elif indented:
            self._open(line)
            self._add_line("code", line, skip_columns(rest, 0, _CODE_INDENT))
        elif complete and opens_math(rest):
            self._open(line)
            self._add_line("math", line)
            self._leaf = "math"
            self._math_at = self._line_start
        else:
            self._open(line)
            self._add_line("paragraph", line, len(rest) - len(rest.lstrip(" \t")))
            self._leaf = "paragraph"

    def _made_heading(self, rest: str) -> bool:
        """Whether the line under a paragraph made a heading of it."""
        level = underline(rest)
        unit = self.units[-1]
        if not level or unit.kind != "paragraph":
            return False
        unit.kind, unit.level = "heading", level
        self._leaf = None
        return True

    def _made_table(self, rest: str) -> bool:
        """Whether the line under a paragraph's last line made that the head of a table."""
        unit = self.units[-1]
        if unit.kind != "paragraph" or not is_delimiter_row(rest):
            return False
        start, end = unit.content[-1], unit.ends[-1]
        head = self._source.slice(start, min(end, start + LONGEST))
        aligned = cell_ranges(rest)
        if end - start > LONGEST or len(cell_ranges(head)) != len(aligned):
            return False
        if len(unit.content) > 1:
            unit.content.pop()
            unit.ends.pop()
            unit = self._add("table", unit.ends[-1] + 1, fresh=0)
            unit.content.append(start)
            unit.ends.append(end)
        unit.kind = "table"
        unit.table = Table(self._source, start, [rest[a:b] for a, b in aligned])
        unit.table.add_row(start, end)
        # the line itself is the head's second row
        unit.content.append(self._line_start)
        self._leaf = "table"
        self._decided = True
        return True

    def _open(self, line: _Line) -> None:
        """Close the containers that do not go on, and open the new ones."""
        self._containers = (*self._containers[: line.matched], *line.new)
        self._leaf = self._fence = None

    def _add(self, kind: UnitKind, start: int, *, fresh: int) -> Unit:
        unit = Unit(kind, start, self._containers, fresh)
        self.units.append(unit)
        return unit

    def _add_line(self, kind: UnitKind, line: _Line, skip: int = 0) -> Unit:
        """Begin a unit with this line."""
        unit = self._add(kind, self._line_start, fresh=len(line.new))
        unit.content.append(self._line_start + line.at + skip)
        self._decided = True
        return unit

    def _continue(self, kind: UnitKind, line: _Line, *, skip_indent: bool = False) -> None:
        """Add the line to the last unit, or to a new one of the same kind if that is full."""
        unit = self.units[-1]
        if unit.kind != kind or is_full(unit, self._line_start):
            following = self._add(kind, self._line_start, fresh=0)
            following.fence = self._fence if kind == "code" else None
            following.table = unit.table if kind == "table" else None
            unit = following
        skip = len(line.rest) - len(line.rest.lstrip(" \t")) if skip_indent else 0
        unit.content.append(self._line_start + line.at + skip)
        self._decided = True
