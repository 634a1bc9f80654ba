"""Tells streams of one run apart by their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def distinct_labels(wanted: Sequence[str]) -> list[str]:
    """The labels with ` #2`, ` #3` after repeated ones, unless that label is already taken."""
    taken = set(wanted)
    seen: set[str] = set()
    counts: dict[str, int] = {}
    result: list[str] = []
    for label in wanted:
        name = label
        while name in seen or (name != label and name in taken):
            counts[label] = counts.get(label, 1) + 1
            name = f"{label} #{counts[label]}"
        seen.add(name)
        result.append(name)
    return result


def distinct_label(wanted: str, others: Collection[str]) -> str:
    """The label, with a number after it if one of the `others` is the same."""
    return distinct_labels([*others, wanted])[-1] if wanted in others else wanted
