"""Fenced code: what all units of one fence share."""

from __future__ import annotations

import re

from streamdash.tui.markdown.code.highlighting import FenceHighlighter
from streamdash.tui.markdown.code.languages import language_of


class Fence:
    """A code fence that was opened by `run`, with the language that its `info` names."""

    __slots__ = ("closing", "first", "highlighter", "indent", "info", "run")

    def __init__(self, run: str, indent: int, info: str, first: int) -> None:
        self.run = run
        self.indent = indent
        """Columns that are taken off the front of each line."""
        self.info = info
        self.closing = re.compile(rf"^[ \t]*{re.escape(run[0])}{{{len(run)}}}", re.MULTILINE)
        """Finds lines that may close the fence."""
        self.first = first
        """The index of the first unit of its code; the others follow."""
        language = language_of(info)
        self.highlighter = FenceHighlighter(language) if language else None
