"""A bracketed paste, collected from the pieces in which a terminal sends it."""

from __future__ import annotations

import re

_END = re.compile(r"(?:\x1b\[|[\x9b\udc9b])201~")
_START = re.compile(r"(?:\x1b\[|[\x9b\udc9b])200~")
_MARK_LENGTH = 6


class PasteReader:
    """The text of one paste, and the input that came after its end.

    A pasted text may contain the mark of its own end. So if another end follows, and no paste
    starts before it, the text continues up to that end.
    """

    def __init__(self) -> None:
        self.ended = False
        self._parts: list[str] = []
        self._rest = ""
        """Until the end, characters that may begin its mark; then the input after it."""

    def feed(self, text: str) -> bool:
        """Add a piece. Returns whether it contained another end after the first one."""
        text = self._rest + text
        if not self.ended:
            end = _END.search(text)
            if end is None:
                self._parts.append(text[:-_MARK_LENGTH])
                self._rest = text[-_MARK_LENGTH:]
                return False
            self._parts.append(text[: end.start()])
            self.ended, text = True, text[end.end() :]
        another = False
        while (end := _END.search(text)) is not None:
            start = _START.search(text)
            if start is not None and start.start() < end.start():
                break
            self._parts.append(text[: end.start()])
            text = text[end.end() :]
            another = True
        self._rest = text
        return another

    def finish(self) -> tuple[str, str]:
        """The pasted text, and the text that came after it; without an end all is pasted."""
        if self.ended:
            return "".join(self._parts), self._rest
        return "".join((*self._parts, self._rest)), ""
