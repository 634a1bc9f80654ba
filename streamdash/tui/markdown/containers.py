"""Matches the quotes and list items that a line stands in.

This follows CommonMark's "parsing strategy": first the open containers that go on, then new ones.
"""

from __future__ import annotations

from typing import NamedTuple

from streamdash.tui.markdown.line_kinds import (
    ITEM,
    LONGEST,
    QUOTE,
    TASK,
    indent_of,
    is_rule,
    skip_columns,
    underline,
)
from streamdash.tui.markdown.units import Container

DEEPEST = 12
"""Containers in each other; further markers are ordinary text."""
CODE_INDENT = 4
"""Columns that make code of a line."""


class ContainedLine(NamedTuple):
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


def match_open(
    text: str, containers: tuple[Container, ...], *, complete: bool
) -> ContainedLine | None:
    """Match the open containers; None while too little of the line is there."""
    at = matched = 0
    ink = len(text.rstrip(" \t"))
    for container in containers:
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
    return ContainedLine(text, complete, at, matched, ())


def open_new(
    line: ContainedLine, containers: tuple[Container, ...], *, in_paragraph: bool
) -> ContainedLine:
    """The line after the markers of the quotes and items that begin on it.

    `in_paragraph` says whether the line may also go on with a paragraph in the open `containers`.
    """
    text, at = line.text, line.at
    new: list[Container] = []
    goes_on = in_paragraph and line.matched == len(containers)
    while line.matched + len(new) < DEEPEST:
        if indent_of(text, at) >= CODE_INDENT:
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
        # a first item that follows another one in place of it may belong to the same list
        open_item = None if new else next(iter(containers[line.matched :]), None)
        container, at = _item(text, at, item.end(), item[3] or item[1], number, open_item)
        new.append(container)
    return line._replace(at=at, new=tuple(new))


def _item(
    text: str, start: int, end: int, marker: str, number: int | None, before: Container | None
) -> tuple[Container, int]:
    """A list item whose marker ends at `end`, and where its content begins.

    `before` is the open container at the same depth.
    """
    spaces = indent_of(text, end)
    width = end - start
    at = end
    if not text[end:].strip(" \t"):
        spaces = 1
    elif spaces > CODE_INDENT:
        spaces = 1
        at = end + 1
    else:
        at = skip_columns(text, end, spaces)
    task = TASK.match(text, at)
    if task:
        at = task.end()
    if number is not None and before is not None and before.marker == marker:
        number = (before.number or 0) + 1
    return Container(width + spaces, marker, number, task[1] if task else ""), at
