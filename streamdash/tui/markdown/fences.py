"""Fenced code: what all units of one fence share."""

from __future__ import annotations

import re


class Fence:
    """A code fence that was opened by `run`, with the language that its `info` names."""

    __slots__ = ("closing", "indent", "info", "run")

    def __init__(self, run: str, indent: int, info: str) -> None:
        self.run = run
        self.indent = indent
        """Columns that are taken off the front of each line."""
        self.info = info
        self.closing = re.compile(rf"^[ \t]*{re.escape(run[0])}{{{len(run)}}}", re.MULTILINE)
        """Finds lines that may close the fence."""

    @property
    def language(self) -> str:
        """The first word after the fence, in lower case; empty if there is none."""
        words = self.info.split(None, 1)
        return words[0].strip("{}.").partition(":")[0].lower() if words else ""
