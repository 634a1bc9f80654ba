"""What a single line of Markdown is, as far as it can be said before the line is complete."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 1000
"""Characters by which the kind of a line is decided; a longer one is ordinary text."""

QUOTE = re.compile(r" {0,3}>")
ITEM = re.compile(r" {0,3}([-+*]|(\d{1,9})([.)]))(?=[ \t]|$)")
TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r"( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))")
_DELIMITER = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_MATH = re.compile(r" {0,3}(?:\$\$(?!.*\$\$)|\\\[(?!.*\\\]))")
_MATH_START = re.compile(r" {0,3}(?:\$\$|\\\[)")
_UNDECIDED = re.compile(
    r"[ \t]*+(?:"
    r"[-*_](?:[ \t]*+[-*_])*"  # a rule, bullets in bullets, the line under a heading, emphasis
    r"|\+"
    r"|\d{1,9}[.)]?"
    r"|#{1,6}"
    r"|`{1,2}|~{1,2}"
    r"|`{3,}[^`]*|~{3,}.*"
    r"|=+"
    r"|[|:\-][|:\- \t]*"
    r"|\$|\\"
    r")?[ \t]*+"
)

_WHITE = re.compile(r"[ \t]*")
_TASK_START = re.compile(r"\[(?:[ xX]\]?)?[ \t]*")


class Heading(NamedTuple):
    level: int
    content: int
    """Where the heading's text begins in the line."""


class FenceStart(NamedTuple):
    """The opening line of a code fence."""

    indent: int
    run: str
    info: str


def is_undecided(text: str, *, in_new_item: bool) -> bool:
    """Whether an incomplete line may still become one of several kinds.

    `text` is what follows the containers' markers; in a new item it may begin a task.
    """
    if len(text) > LONGEST:
        return False
    if _UNDECIDED.fullmatch(text) or (in_new_item and _TASK_START.fullmatch(text)):
        return True
    return _MATH_START.match(text) is not None and _MATH.match(text) is not None


def heading(text: str) -> Heading | None:
    """The heading that a line is; a long one is a heading as well."""
    found = _HEADING.match(text)
    return Heading(len(found[1]), found.end()) if found else None


def is_rule(line: str) -> bool:
    """Whether a complete line is a thematic break."""
    return len(line) <= LONGEST and _RULE.fullmatch(line) is not None


def underline(line: str) -> int:
    """The level of the heading that a complete line makes of the paragraph above it; else 0."""
    found = _SETEXT.fullmatch(line) if len(line) <= LONGEST else None
    return (1 if found[1][0] == "=" else 2) if found else 0


def fence_start(line: str) -> FenceStart | None:
    """The fence that a complete line opens."""
    found = _FENCE.fullmatch(line) if len(line) <= LONGEST else None
    if found is None:
        return None
    return FenceStart(len(found[1]), found[2] or found[4], (found[3] or found[5] or "").strip())


def closes_fence(text: str, run: str) -> bool:
    """Whether a complete line closes the fence that `run` has opened."""
    stripped = text.strip(" \t")
    return (
        len(stripped) >= len(run) and stripped == run[0] * len(stripped) and indent_of(text, 0) < 4
    )


def may_close_fence(text: str, run: str) -> bool:
    """Whether an incomplete line consists of a fence's characters only."""
    stripped = text.strip(" \t")
    return len(text) <= LONGEST and stripped == run[0] * len(stripped)


def opens_math(line: str) -> bool:
    """Whether a complete line opens a block of mathematics that it does not close."""
    return len(line) <= LONGEST and _MATH.match(line) is not None


def closes_math(line: str) -> bool:
    """Whether a line ends a block of mathematics."""
    return "$$" in line[:LONGEST] or "\\]" in line[:LONGEST]


def is_delimiter_row(line: str) -> bool:
    """Whether a complete line is the second one of a table."""
    return len(line) <= LONGEST and "|" in line and _DELIMITER.fullmatch(line) is not None


def indent_of(text: str, start: int) -> int:
    """The columns of white space from `start` on."""
    found = _WHITE.match(text, start, start + LONGEST)
    end = found.end() if found else start
    if "\t" not in text[start:end]:
        return end - start
    return _column(text, end) - _column(text, start)


def skip_columns(text: str, start: int, columns: int) -> int:
    """The place after at most `columns` columns of white space."""
    if text.startswith(" " * columns, start):
        return start + columns
    stop = min(len(text), start + columns)
    if "\t" in text[start:stop]:
        edge = _column(text, start) + columns
        stop = next(at for at in range(start, stop + 1) if _column(text, at) >= edge or at == stop)
    at = start
    while at < stop and text[at] in " \t":
        at += 1
    return at


def _column(text: str, end: int) -> int:
    """The column of a place; tabs reach to every fourth."""
    before = text[:end]
    if "\t" not in before:
        return end
    column = 0
    for character in before:
        column += 4 - column % 4 if character == "\t" else 1
    return column
