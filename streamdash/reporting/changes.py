"""Table cells that show a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.reporting.comparison import Change

CHANGE_TITLES = ("label", "number", "before", "after", "difference", "ratio")


def change_cells(change: Change) -> tuple[str, str, str, str, str]:
    """The cells after the label; an unknown number is `-`."""
    written = change.quantity.written
    return (
        change.quantity.title,
        written(change.before) or "-",
        written(change.after) or "-",
        signed(change) or "-",
        "-" if change.ratio is None else f"×{change.ratio:.2f}",
    )


def signed(change: Change) -> str:
    """The difference with its sign, `±` if it rounds to 0; empty if unknown."""
    difference = change.difference
    if difference is None:
        return ""
    words = change.quantity.written(abs(difference)).removeprefix("~")
    if not any(digit in words for digit in "123456789"):
        return f"±{words}"
    return ("+" if difference > 0 else "−") + words
