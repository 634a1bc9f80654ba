"""Pasted text as a field takes it: its lines and tabs, and nothing that a terminal obeys."""

from __future__ import annotations

import re

from streamdash.output.safe_text import clean

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]P_^X]|[\x9d\x90\x9f\x9e\x98])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-OQ-WYZ`-~]"
)
"""Whole escape sequences: a colour that was copied along with a text is no part of it."""
_READ_ON = 100
"""How much more than a line can take is looked at: the rest may be what is left out."""


def from_terminal(text: str) -> str:
    """A paste as the terminal sent it, without escape sequences; always clean."""
    return pasted_text(_SEQUENCES.sub("", text))


def pasted_text(text: str) -> str:
    """`text` with its tabs, and its lines ended by newlines; always clean.

    Terminals send the end of a pasted line as a carriage return, which is the key enter.
    """
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def pasted_line(text: str, limit: int) -> str:
    """`text` for a field of one line: at most `limit` characters, a space for each line's end."""
    line = pasted_text(text[: _READ_ON * limit]).strip("\n")
    return line.replace("\n", " ").replace("\t", " ")[: max(0, limit)]
