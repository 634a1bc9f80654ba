"""Inline Markdown whose end has not arrived: what is held back, and what is drawn as if closed."""

from __future__ import annotations

import re
from typing import NamedTuple

from streamdash.tui.markdown.inline import SPECIAL, parse
from streamdash.tui.markdown.rows import StyledSpan, StyledText

_LONGEST_LINK = 300
"""Characters after which a bracket is no longer expected to become a link."""
_END = re.compile(
    r"(?:[*_~`]+|!|\\|\$+|&#?\w{0,30}|<[A-Za-z/!?][^\s<>]{0,60}|<|[A-Za-z]*:/{0,2})$"
)
_CODE_RUN = re.compile(r"\\`|`+")
_LINK_TAIL = re.compile(r"\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)?$")


class OpenText(NamedTuple):
    """The drawn part of a text that goes on."""

    text: StyledText
    drawn: int
    """Characters of the source that are drawn; the rest is held back."""
    names: tuple[str, ...]
    """The styles that are open at the end."""
    simple: bool
    """Whether ordinary characters can be added without parsing again."""


def parse_open(source: str) -> OpenText:
    """Parse a text that will go on; open emphasis and code are drawn as if they ended here."""
    drawn = _held_from(source)
    visible = source[:drawn].rstrip()
    simple = drawn == len(source)
    drawn = len(visible)
    if SPECIAL.search(visible) is None:
        return OpenText(parse(visible).text, drawn, (), simple)
    run = _open_code(visible)
    parsed = parse(visible + run)
    names: list[str] = []
    if parsed.openers:
        markers = [opener.marker for opener in parsed.openers]
        names = _names(markers)
        parsed = parse(visible + run + "".join(reversed(markers)))
    if run:
        names.append("code")
    return OpenText(parsed.text, drawn, tuple(names), simple)


def extended(before: OpenText, source: str) -> OpenText | None:
    """The text after ordinary characters were added to its source; None if it must be parsed."""
    if not before.simple:
        return None
    added = source[before.drawn :]
    if SPECIAL.search(added) or _END.search(added) or "://" in source[max(0, before.drawn - 2) :]:
        return None
    shown = added.rstrip()
    if not shown:
        return before
    text, spans, offsets = before.text
    start = len(text)
    text += shown
    if isinstance(offsets, range):
        offsets = range(before.drawn + len(shown))
        if len(offsets) != len(text):
            return None
    else:
        offsets = [*offsets, *range(before.drawn, before.drawn + len(shown))]
    if before.names:
        spans = list(spans)
        if spans and spans[-1].end == start and spans[-1].names == before.names:
            start = spans.pop().start
        spans.append(StyledSpan(start, len(text), before.names))
    return OpenText(StyledText(text, spans, offsets), before.drawn + len(shown), before.names, True)


def _held_from(source: str) -> int:
    """Where the part begins that cannot be drawn before more arrives."""
    end = len(source)
    found = _END.search(source, max(0, end - 100))
    held = found.start() if found else end
    start = source.rfind("[", max(0, held - _LONGEST_LINK), held)
    line = source.rfind("\n", 0, end)
    while start > line:
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
    """The run of backticks that opens code on the last line and is not closed; else empty."""
    runs = [found for found in _CODE_RUN.finditer(source) if found[0] != "\\`"]
    closing: dict[str, int] = {run[0]: index for index, run in enumerate(runs)}
    index = 0
    while index < len(runs):
        run = runs[index][0]
        if closing[run] > index:
            index = next(later for later in range(index + 1, len(runs)) if runs[later][0] == run)
        else:
            rest = source[runs[index].end() :]
            if "\n" not in rest and rest.strip():
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
