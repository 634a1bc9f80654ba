"""The line that `cache = "cold"` puts in front of a prompt."""

from __future__ import annotations

from secrets import token_hex

_BYTES = 12


def fresh_line() -> str:
    """A line that no request has ever begun with; its random part comes first.

    A prompt cache matches prompts from their beginning, so it finds nothing of this one.
    """
    return f"{token_hex(_BYTES)} (This line only keeps prompt caches from answering. Ignore it.)"
