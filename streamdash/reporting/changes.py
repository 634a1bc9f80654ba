"""How a change is written for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.reporting.comparison import Change

CHANGE_TITLES = ("label", "number", "before", "after", "difference", "ratio")


def change_cells(change: Change) -> tuple[str, str, str, str, str]:
    """The number's name, before, after, difference and ratio; unknown is `-`."""
    written = change.number.written
    return (
        change.number.title,
        written(change.before) or "-",
        written(change.after) or "-",
        signed(change) or "-",
        "-" if change.ratio is None else f"×{change.ratio:.2f}",
    )


def signed(change: Change) -> str:
    """The difference with its sign; empty where it is unknown."""
    difference = change.difference
    if difference is None:
        return ""
    words = change.number.written(abs(difference)).removeprefix("~")
    if not any(digit in words for digit in "123456789"):
        return f"±{words}"
    return ("+" if difference > 0 else "−") + words
