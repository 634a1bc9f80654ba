"""Lines of an event stream that are not fields: errors that a server sends without `data:`."""

from __future__ import annotations

import json
import re

from streamdash.providers.errors.error_kinds import text_kind
from streamdash.providers.errors.error_messages import error_from_object, excerpt
from streamdash.providers.errors.error_shapes import error_object
from streamdash.streams.errors import StreamError

SIZE_MAX = 64 << 10
"""Bytes of such lines that are examined."""
_ATTEMPTS = 64
_FIELD = re.compile(r"[a-z_][\w.-]*(?::.*)?", re.DOTALL)
"""An unknown field, which the standard tells a reader to ignore."""
_ERROR_FIELD = re.compile(
    r"(?:error|exception|fatal|fail|panic|traceback|message|detail|reason|upstream)", re.IGNORECASE
)
_FIELD_NAMES = ("data", "event", "id", "retry")


class StrayLines:
    """Collects the stray lines of one body and finds errors in them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._document: list[str] = []
        self._size = 0
        self._attempts = 0

    def add(self, line: bytes | bytearray) -> StreamError | None:
        """Add a line; the error if it completes a JSON document that is an error object."""
        if self._size > SIZE_MAX:
            return None
        self._size += len(line)
        text = line[:SIZE_MAX].decode("utf-8", "replace")
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
        """The error that the lines describe if the answer has no end; None if they describe none.

        `alone` means that there was no event; then even a single word counts.
        """
        first = next((line for line in self._lines if _counts(line, alone=alone)), None)
        if first is None:
            return None
        text = "\n".join(self._lines if alone else self._lines[self._lines.index(first) :])
        if first.lstrip()[:1] in ("{", "["):
            return StreamError("protocol", f"JSON outside of any event: {excerpt(text)}")
        words = excerpt(text)
        kind = text_kind(words) or "protocol"
        return StreamError(kind, f"the server says, outside of any event: {words}")


def _counts(line: str, *, alone: bool) -> bool:
    line = line.strip()
    if not line:
        return False
    if alone and ":" not in line:
        return not any(name.startswith(line) for name in _FIELD_NAMES)
    return _FIELD.fullmatch(line) is None or _ERROR_FIELD.match(line) is not None
