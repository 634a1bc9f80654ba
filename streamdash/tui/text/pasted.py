"""Pasted text made safe for a field: its lines and tabs, without control characters."""

from __future__ import annotations

import re

from streamdash.output.safe_text import clean

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]P_^X]|[\x9d\x90\x9f\x9e\x98])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-OQ-WYZ`-~]"
)
"""Whole escape sequences, as of colours that were copied along with a text."""
_READ_FACTOR = 100
"""A line of at most `n` characters is made from the first `100 * n`, as cleaning shortens text."""


def from_terminal(text: str) -> str:
    """A paste from the terminal, cleaned and without escape sequences."""
    return pasted_text(_SEQUENCES.sub("", text))


def pasted_text(text: str) -> str:
    """`text` cleaned, with tabs, and with newlines at the end of lines.

    Terminals send a carriage return at the end of a pasted line, as for the key enter.
    """
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def pasted_line(text: str, limit: int) -> str:
    """`text` for a field of one line: at most `limit` characters, with spaces for line ends."""
    line = pasted_text(text[: _READ_FACTOR * limit]).strip("\n")
    return line.replace("\n", " ").replace("\t", " ")[: max(0, limit)]
