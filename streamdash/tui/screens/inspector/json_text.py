"""A raw event as indented JSON, and the tokens in it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from streamdash.output.safe_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 60_000
"""The most characters of one event that are drawn; a note counts the rest."""

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
    """`raw` as indented, clean JSON; a string, which was not JSON, as clean text."""
    if isinstance(raw, str):
        return clean(raw)
    try:
        # JSON escapes control characters; all other characters stay readable
        return clean(json.dumps(raw, indent=2, ensure_ascii=False, default=repr))
    except (ValueError, RecursionError):
        return clean(repr(raw)[:LONGEST])


def shortened(text: str) -> str:
    """`text` cut to `LONGEST` characters, with a note if any are missing."""
    missing = len(text) - LONGEST
    return text if missing <= 0 else f"{text[:LONGEST]}\n… {missing:,} more characters"


def tokens(text: str) -> Iterator[Token]:
    """The tokens that have a colour of their own, in order."""
    for match in _TOKEN.finditer(text):
        yield Token(match.start(), match.end(), cast("Tone", match.lastgroup))
