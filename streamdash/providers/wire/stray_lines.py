"""Lines of an event stream that are none of its fields: what a server says without `data:`."""

from __future__ import annotations

import json
import re

from streamdash.providers.errors.error_kinds import text_kind
from streamdash.providers.errors.error_messages import error_from_object, shown
from streamdash.providers.errors.error_shapes import error_object
from streamdash.streams.errors import StreamError

KEPT = 64 << 10
"""Bytes of such lines that are looked at."""
_ATTEMPTS = 64
_FIELD = re.compile(r"[a-z_][\w.-]*(?::.*)?", re.DOTALL)
"""A field that the standard tells a reader to ignore."""
_SPEAKING = re.compile(
    r"(?:error|exception|fatal|fail|panic|traceback|message|detail|reason|upstream)", re.IGNORECASE
)
_TORN = ("data", "event", "id", "retry")


class StrayLines:
    """Collects such lines; a JSON document among them that says an error is told at once."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._document: list[str] = []
        self._size = 0
        self._attempts = 0

    def add(self, line: bytes | bytearray) -> StreamError | None:
        """Take a line; the error that a document says which this line completes."""
        if self._size > KEPT:
            return None
        self._size += len(line)
        text = line[:KEPT].decode("utf-8", "replace")
        self._lines.append(text)
        bare = text.strip()
        if not bare or (not self._document and bare[0] not in "{["):
            return None
        self._document.append(text)
        if bare[-1] not in "}]" or self._attempts >= _ATTEMPTS:
            return None
        self._attempts += 1
        try:
            body = json.loads("\n".join(self._document))
        except (ValueError, RecursionError):
            return None
        self._document.clear()
        found = error_object(body)
        return None if found is None else error_from_object(found)

    def error(self, *, alone: bool) -> StreamError | None:
        """What the lines say of a body that ended without an end; None where they say nothing.

        `alone` means that no event came: then even a single word says something.
        """
        words = [line for line in self._lines if _speaks(line, alone=alone)]
        if not words:
            return None
        said = "\n".join(self._lines if alone else self._lines[self._lines.index(words[0]) :])
        if words[0].lstrip()[:1] in ("{", "["):
            return StreamError("protocol", f"JSON outside of any event: {shown(said)}")
        said = shown(said)
        kind = text_kind(said) or "protocol"
        return StreamError(kind, f"the server says, outside of any event: {said}")


def _speaks(line: str, *, alone: bool) -> bool:
    line = line.strip()
    if not line:
        return False
    if alone and ":" not in line:
        return not any(name.startswith(line) for name in _TORN)
    return _FIELD.fullmatch(line) is None or _SPEAKING.match(line) is not None
