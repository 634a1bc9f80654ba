"""The rows that Markdown is drawn as, each with the source that it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

StyleNames: TypeAlias = tuple[str, ...]
"""Names of styles that apply together, the outer one first, as in `("quote", "strong")`."""


class StyledSpan(NamedTuple):
    """Characters `start` to `end` of a text in a style other than that of plain text."""

    start: int
    end: int
    names: StyleNames


class DrawnRow(NamedTuple):
    """One row on the screen; source offsets count from the start of the whole text."""

    start: int
    """The first character of the source that the row stands for."""
    end: int
    text: str
    """Without a newline, at most as wide as the rows that were requested."""
    spans: tuple[StyledSpan, ...]
    """In ascending order, without overlap."""
    offsets: Sequence[int]
    """The source offset of each character of `text`, never descending."""
    fill: StyleNames = ()
    """The style of the rest of the row, up to the full width."""


class StyledText(NamedTuple):
    """Text of several rows; the offsets count from where its own source begins."""

    text: str
    spans: Sequence[StyledSpan]
    offsets: Sequence[int]


NO_TEXT = StyledText("", (), range(0))


def joined(first: StyledText, second: StyledText) -> StyledText:
    """Two texts in a row, whose offsets count from the same place."""
    if not first.text:
        return second
    size = len(first.text)
    spans = [StyledSpan(s.start + size, s.end + size, s.names) for s in second.spans]
    offsets: Sequence[int] = [*first.offsets, *second.offsets]
    if isinstance(first.offsets, range) and isinstance(second.offsets, range):
        both = range(first.offsets.start, second.offsets.stop)
        if len(both) == len(offsets) and first.offsets.stop == second.offsets.start:
            offsets = both
    return StyledText(first.text + second.text, [*first.spans, *spans], offsets)


class Prefix(NamedTuple):
    """What stands in front of a row: bullets, numbers and the bars of quotes."""

    text: str
    spans: tuple[StyledSpan, ...]
    cells: int


NO_PREFIX = Prefix("", (), 0)
