"""Markdown drawn as rows, whole or piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.markdown.text import MarkdownText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.tui.markdown.rows import DrawnRow

FOR_EVER = float("inf")


def all_rows(text: MarkdownText, width: int) -> list[DrawnRow]:
    """Every row of the text."""
    return [row for unit in range(text.unit_count) for row in text.rows(unit, width, FOR_EVER)]


def whole(source: str, width: int = 60) -> list[DrawnRow]:
    """The rows of a closed text that arrived at once."""
    text = MarkdownText()
    text.append(source)
    text.close()
    return all_rows(text, width)


def fed(pieces: Iterable[str], width: int = 60, *, drawn_between: bool = True) -> list[DrawnRow]:
    """The rows of a closed text that arrived in pieces."""
    text = MarkdownText()
    for piece in pieces:
        text.append(piece)
        if drawn_between:
            all_rows(text, width)
    text.close()
    return all_rows(text, width)


def lines(rows: Iterable[DrawnRow]) -> list[str]:
    """What the rows show."""
    return [row.text for row in rows]


def styled(rows: Iterable[DrawnRow]) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of rows that have a style of their own, with its names."""
    return [(row.text[start:end], names) for row in rows for start, end, names in row.spans]
