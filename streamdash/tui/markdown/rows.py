"""What a row of rendered Markdown shows, and which source it stands for."""

from __future__ import annotations

from typing import NamedTuple


class StyledSpan(NamedTuple):
    """Characters `start` to `end` of a row's text; `names` are style names, outer first."""

    start: int
    end: int
    names: tuple[str, ...]


class DrawnRow(NamedTuple):
    """One row of rendered text.

    `start` and `end` are offsets of the source that the row stands for, hidden markup included.
    `text` has no newline and no tab. `spans` ascend and do not overlap. `offsets` holds the source
    offset of each character of `text`, never descending. `fill` names the style of the rest of
    the row, as of code, whose background has the full width.
    """

    start: int
    end: int
    text: str
    spans: tuple[StyledSpan, ...]
    offsets: tuple[int, ...] | range
    fill: tuple[str, ...] = ()
