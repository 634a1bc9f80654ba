"""A raw event as indented JSON, and which of its characters are what."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from streamdash.output.safe_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 60_000
"""Characters of one event that are drawn; what is longer is said to be."""

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\\n]|\\.)*")(?=\s*:)|(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<number>-?\b\d[\d.eE+-]*\b)|(?P<word>\b(?:true|false|null)\b)"
)

Tone = Literal["key", "string", "number", "word"]


class Token(NamedTuple):
    """Characters `start` to `end` of a JSON text."""

    start: int
    end: int
    tone: Tone


def json_text(raw: object) -> str:
    """`raw` indented and clean; text that was never JSON as it came."""
    if isinstance(raw, str):
        return clean(raw)
    try:
        # escapes stay escapes where a terminal would obey the character, all else is readable
        return clean(json.dumps(raw, indent=2, ensure_ascii=False, default=repr))
    except (ValueError, RecursionError):
        return clean(repr(raw)[:LONGEST])


def shortened(text: str) -> str:
    """`text`, or as much of it as is drawn."""
    missing = len(text) - LONGEST
    return text if missing <= 0 else f"{text[:LONGEST]}\n… {missing:,} more characters"


def tokens(text: str) -> Iterator[Token]:
    """What has a colour of its own, in order."""
    for match in _TOKEN.finditer(text):
        yield Token(match.start(), match.end(), cast("Tone", match.lastgroup))
