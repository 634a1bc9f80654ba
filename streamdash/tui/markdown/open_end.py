"""Inline Markdown whose end has not arrived: what is held back, and what is drawn as if closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.tui.markdown.inline import SPECIAL, parse, reach_of
from streamdash.tui.markdown.rows import NO_TEXT, StyledSpan, StyledText, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.tui.markdown.inline import Parsed

_LONGEST_LINK = 300
"""Characters after which a bracket is no longer expected to become a link."""
_MOST_BRACKETS = 12
_MOST_OPEN = 8
"""More open emphasis characters than this are hostile, and drawn as they are."""
_END = re.compile(
    r"\\?(?:[*_~]*`+ *|[*_~]+|!|\$+|&#?\w{0,30}|<[A-Za-z/!?][^\s<>]{0,60}|<)\Z|\\\n?\Z"
)
"""What the next character decides; spaces after backticks may be the first ones of code."""
_OPEN_MATH = re.compile(r"\\[(\[]")
_MATH_ENDS = {"\\(": "\\)", "\\[": "\\]"}
_MAY_OPEN = re.compile(r"[*_~`\[\]<&$\\]")
"""What, left as it is, may still become the beginning of something."""
_CODE_RUN = re.compile(r"\\`|`+")
_LINK_TAIL = re.compile(r"\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)?$")


class OpenText:
    """A text that goes on, parsed as far as it can be drawn.

    Open emphasis and code are drawn as if they ended here. What comes before the last place at
    which nothing is open is not parsed again, and ordinary characters need no parsing at all.
    """

    def __init__(self) -> None:
        self.text = NO_TEXT
        self.unchanged = 0
        """How many characters of the text are those that it had before the last `update`."""
        self._drawn = 0
        """Characters of the source that are drawn; the rest is held back."""
        self._names: tuple[str, ...] = ()
        """The styles that are open at the end."""
        self._simple = True
        """Whether only white space is held back."""
        self._settled = 0
        """The part of the source that is parsed for good, and the text that it gave."""
        self._settled_text = self.text

    def update(self, source: str) -> None:
        """Take in the source, which begins with the one before."""
        if not self._extend(source):
            self._parse(source)

    def _extend(self, source: str) -> bool:
        """Add ordinary characters; False if the text must be parsed."""
        added = source[self._drawn :]
        if (
            not self._simple
            or SPECIAL.search(added)
            or _END.search(added)
            or "://" in source[max(0, self._drawn - 2) :]
            # the end of a link whose text is on the screen as it was written
            or (")" in added and source.find("](", self._settled) >= 0)
        ):
            return False
        shown = added.rstrip()
        text, spans, offsets = self.text
        start = self.unchanged = len(text)
        if not shown:
            return True
        end = self._drawn + len(shown)
        if isinstance(offsets, range) and offsets == range(self._drawn):
            offsets = range(end)
        else:
            offsets = [*offsets, *range(self._drawn, end)]
        text += shown
        if self._names:
            spans = list(spans)
            if spans and spans[-1].end == start and spans[-1].names == self._names:
                start = spans.pop().start
            spans.append(StyledSpan(start, len(text), self._names))
        self.text = StyledText(text, spans, offsets)
        self._drawn = end
        return True

    def _parse(self, source: str) -> None:
        held = _held_from(source)
        visible = source[:held].rstrip()
        self._drawn = len(visible)
        self.unchanged = len(self._settled_text.text)
        rest = visible[self._settled :]
        # a run that would join the backticks before it closes nothing
        run = "" if rest.endswith("`") else _open_code(rest)
        parsed = parse(rest + run)
        if _ends_after(parsed, rest):
            run, parsed = "", parse(rest)
        names: list[str] = []
        if 0 < len(parsed.openers) <= _MOST_OPEN:
            markers = [opener.marker for opener in parsed.openers]
            closed = parse(rest + run + "".join(reversed(markers)))
            if not _ends_after(closed, rest):
                names, parsed = _names(markers), closed
        if run:
            names.append("code")
        self._names = tuple(names)
        offsets = parsed.text.offsets
        shift = self._settled
        moved: Sequence[int] = (
            range(offsets.start + shift, offsets.stop + shift)
            if isinstance(offsets, range)
            else [place + shift for place in offsets]
        )
        self.text = joined(self._settled_text, parsed.text._replace(offsets=moved))
        self._simple = held == len(source) and not _ends_in_address(self.text)
        if not names:
            self._settle(visible)

    def _settle(self, visible: str) -> None:
        """Move the settled part to the last space that is outside of everything."""
        text, spans, offsets = self.text
        for place in range(len(text) - 1, max(len(self._settled_text.text), len(text) - 80), -1):
            at = offsets[place]
            if text[place - 1] != " " or text[place] in " \n" or visible[at - 1 : at] != " ":
                continue
            before = [span for span in spans if span.start <= place]
            if before and before[-1].start == place:
                continue  # the space may belong to the marker before it, as in code
            if before and before[-1].end >= place:
                return
            if place > 1 and text[place - 2] in " \n":
                continue
            literal = "".join(
                text[a:b] for a, b in _between(before, place, len(self._settled_text.text))
            )
            if not _MAY_OPEN.search(literal):
                self._settled = at
                self._settled_text = StyledText(text[:place], before, offsets[:place])
            return


def open_text(source: str) -> StyledText:
    """A text that goes on, as far as it can be drawn."""
    text = OpenText()
    text.update(source)
    return text.text


def _ends_after(parsed: Parsed, source: str) -> bool:
    """Whether something is drawn that is not in `source`: a mark that was to close, and did not."""
    offsets = parsed.text.offsets
    return bool(offsets) and offsets[-1] >= len(source)


def _ends_in_address(text: StyledText) -> bool:
    last = text.spans[-1] if text.spans else None
    return last is not None and last.end == len(text.text) and last.names[-1] == "address"


def _between(spans: Sequence[StyledSpan], end: int, start: int) -> Iterator[tuple[int, int]]:
    """The parts of a text from `start` to `end` that no span covers."""
    for span in spans:
        if span.end > start:
            yield start, max(start, span.start)
            start = span.end
    yield start, end


def _held_from(source: str) -> int:
    """Where the part begins that cannot be drawn before more arrives."""
    end = len(source)
    found = _END.search(source, max(0, end - 100))
    held = found.start() if found else end
    start = source.rfind("[", max(0, held - _LONGEST_LINK), held)
    reach = reach_of(source)
    for math in _OPEN_MATH.finditer(source, max(reach + 1, held - _LONGEST_LINK), held):
        if source.find(_MATH_ENDS[math[0]], math.end()) < 0 and not _open_code(source[:held]):
            held = math.start()
            break
    for _ in range(_MOST_BRACKETS):
        if start <= reach:
            break
        if _unclosed(source[start:]) and not _open_code(source[:start]):
            held = min(held, start - (source[start - 1 : start] == "!"))
        start = source.rfind("[", max(0, end - _LONGEST_LINK), start)
    return held


def _unclosed(tail: str) -> bool:
    """Whether a text that begins with a bracket may still become a link."""
    depth = 0
    for place, character in enumerate(tail):
        if character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
            if depth == 0:
                return _LINK_TAIL.fullmatch(tail[place:]) is not None
    return True


def _open_code(source: str) -> str:
    """The run of backticks that opens code on the last lines and is not closed; else empty."""
    reach = reach_of(source)
    runs = [found for found in _CODE_RUN.finditer(source) if found[0] != "\\`"]
    closing: dict[str, int] = {run[0]: index for index, run in enumerate(runs)}
    index = 0
    while index < len(runs):
        run = runs[index][0]
        if closing[run] > index:
            index = next(later for later in range(index + 1, len(runs)) if runs[later][0] == run)
        else:
            end = runs[index].end()
            if end > reach and source[end:].strip():
                return run
        index += 1
    return ""


def _names(markers: list[str]) -> list[str]:
    """The style names of open markers, the outer one first."""
    names: list[str] = []
    index = 0
    while index < len(markers):
        marker = markers[index]
        if marker == "~~":
            names.append("strike")
        elif markers[index + 1 : index + 2] == [marker]:
            names.append("strong")
            index += 1
        else:
            names.append("emphasis")
        index += 1
    return names
