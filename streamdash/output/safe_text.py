"""The one gate for foreign text on its way to a terminal."""

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
    (0xE0000, 0xE007F),  # tags: a text that nobody sees
)


@cache
def _shown() -> dict[int, str | None]:
    """What stands for each unfit character; None for those that go."""
    shown: dict[int, str | None] = {code: chr(0x2400 + code) for code in range(0x20)}
    del shown[ord("\n")], shown[ord("\t")]
    shown[0x7F] = "\u2421"
    for first, last in _INVISIBLE:
        shown |= dict.fromkeys(range(first, last + 1), _REPLACEMENT)
    shown |= dict.fromkeys(_DROPPED, None)
    shown |= dict.fromkeys(_LINE_ENDS, "\n")
    return shown


@cache
def _unfit() -> re.Pattern[str]:
    return re.compile(
        "[\\x00-\\x08\\x0b-\\x1f\\x7f\\xad\\u2028\\u2029"
        + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _INVISIBLE)
        + "]"
    )


_FIT_ASCII = b"\t\n" + bytes(range(0x20, 0x7F))


def clean(text: str) -> str:
    """`text` with every character that a terminal obeys, reorders or hides made visible.

    Newlines and tabs stay, carriage returns go. Each character maps alone, so the pieces of a
    text may be cleaned one by one.
    """
    if "\r" in text:
        text = text.replace("\r", "")
    # deleting from bytes is ten times faster than the pattern, and most text is fit ASCII
    if text.isascii() and not text.encode().translate(None, _FIT_ASCII):
        return text
    return _unfit().sub(_replaced, text)


def clean_line(text: str, limit: int) -> str:
    """`text` cleaned, on one line, cut with an ellipsis to at most `limit` characters."""
    if limit <= 0:
        return ""
    line = clean(text).replace("\n", " ").replace("\t", " ").strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _replaced(match: re.Match[str]) -> str:
    return _shown()[ord(match[0])] or ""
