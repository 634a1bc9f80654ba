"""Cleans foreign text before it reaches a terminal."""

from __future__ import annotations

import re
from functools import cache

_REPLACEMENT = "\ufffd"

_DROPPED = (
    0x0D,  # carriage return: "\r\n" ends a line once
    0xAD,  # soft hyphen: terminals disagree about its width
)

_LINE_ENDS = (0x2028, 0x2029)

_INVISIBLE = (
    (0x80, 0x9F),  # C1: some terminals obey them like ESC sequences
    (0x61C, 0x61C),  # marks, embeddings, overrides and isolates that reorder what is read
    (0x200E, 0x200F),
    (0x202A, 0x202E),
    (0x2061, 0x206F),  # isolates again, invisible operators, deprecated format characters
    (0x3164, 0x3164),  # fillers: letters that show nothing
    (0xFFA0, 0xFFA0),
    (0xD800, 0xDFFF),  # half of a surrogate pair cannot be encoded
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xFFFE, 0xFFFF),
    (0xE0000, 0xE007F),  # tags: invisible text
)


@cache
def _replacements() -> dict[int, str | None]:
    """The replacement for each unsafe character; None for those that are dropped."""
    mapping: dict[int, str | None] = {code: chr(0x2400 + code) for code in range(0x20)}
    del mapping[ord("\n")], mapping[ord("\t")]
    mapping[0x7F] = "\u2421"
    for first, last in _INVISIBLE:
        mapping |= dict.fromkeys(range(first, last + 1), _REPLACEMENT)
    mapping |= dict.fromkeys(_DROPPED, None)
    mapping |= dict.fromkeys(_LINE_ENDS, "\n")
    return mapping


@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(
        "[\\x00-\\x08\\x0b-\\x1f\\x7f\\xad\\u2028\\u2029"
        + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _INVISIBLE)
        + "]"
    )


_SAFE_ASCII = b"\t\n" + bytes(range(0x20, 0x7F))


def clean(text: str) -> str:
    """Make every character visible that a terminal would obey, hide or use to reorder text.

    Newlines and tabs stay, carriage returns are dropped. Characters are mapped one by one, so
    cleaning a text in pieces gives the same result.
    """
    if "\r" in text:
        text = text.replace("\r", "")
    # deleting from bytes is ten times faster than the pattern, and most text is safe ASCII
    if text.isascii() and not text.encode().translate(None, _SAFE_ASCII):
        return text
    return _unsafe().sub(_replacement, text)


def clean_line(text: str, limit: int) -> str:
    """Clean `text`, join its lines and cut it, with an ellipsis, to at most `limit` characters."""
    if limit <= 0:
        return ""
    line = clean(text).replace("\n", " ").replace("\t", " ").strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _replacement(match: re.Match[str]) -> str:
    return _replacements()[ord(match[0])] or ""
