"""A raw event as indented, coloured JSON."""

from __future__ import annotations

import json
import re

from textual.content import Content, Span

from streamdash.streams.text import clean

LONGEST = 60_000
"""Characters of one event that are drawn; what is longer is said to be."""

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\\n]|\\.)*")(?=\s*:)|(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<number>-?\b\d[\d.eE+-]*\b)|(?P<word>\b(?:true|false|null)\b)"
)
_TONES = {"key": "$text-primary", "string": "$text-success", "number": "$text-accent",
          "word": "$text-warning"}  # fmt: skip


def json_text(raw: object) -> str:
    """`raw` indented and clean; text that was never JSON as it came."""
    if isinstance(raw, str):
        return clean(raw)
    try:
        # escapes stay escapes where a terminal would obey the character, all else is readable
        return clean(json.dumps(raw, indent=2, ensure_ascii=False, default=repr))
    except (ValueError, RecursionError):
        return clean(repr(raw)[:LONGEST])


def json_view(raw: object) -> Content:
    """The event for a widget: plain spans, no markup."""
    text = json_text(raw)
    missing = len(text) - LONGEST
    if missing > 0:
        text = text[:LONGEST]
    spans = [
        Span(match.start(), match.end(), _TONES[match.lastgroup])
        for match in _TOKEN.finditer(text)
        if match.lastgroup is not None
    ]
    view = Content(text, spans)
    return view if missing <= 0 else view + Content(f"\n… {missing:,} more characters")
