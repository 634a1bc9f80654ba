"""Where a pane stands in the grid, and what follows from it."""

from __future__ import annotations

from typing import NamedTuple

from streamdash.tui.board.pane.heading_slots import HeadingSlots


class PanePlace(NamedTuple):
    """Where a pane stands, and what follows from it."""

    number: str = ""
    """The key that makes the pane current; empty if there is none."""
    end_key: str = "end"
    """The key that follows the answer again; empty if there is none."""
    dense: bool = False
    slots: HeadingSlots = HeadingSlots(0)
    """The columns of all headings."""
    wide: bool = False
    """Whether there is a margin beside the text."""
    zoomed: tuple[int, int] | None = None
    """The columns and rows of a zoomed pane, which has room for the settings."""
    question: bool = False
    """Whether the question is repeated above the answer."""
