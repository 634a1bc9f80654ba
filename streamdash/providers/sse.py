"""Splits a byte stream into server-sent events, tolerant where servers vary, bounded everywhere.

The SDKs' own splitters hide pings, end silently, die on empty frames and grow without limit on a
line that never ends. This one follows the event-stream chapter of the HTML standard, and decides
nothing about meaning. One call handles all that one read brought.
"""

from __future__ import annotations

from typing import NamedTuple

from streamdash.streams.errors import StreamError

MAX_LINE = 1 << 20
"""Bytes of one line."""
MAX_EVENT = 2 << 20
"""Bytes of all data lines of one event."""

_BOM = b"\xef\xbb\xbf"


class ServerSentEvent(NamedTuple):
    """One event that carries data; `event` is empty where the server gave no name."""

    event: str
    data: str


class SseDecoder:
    """Feed it bytes in pieces of any size; it returns the events that they complete.

    What comes before a broken line counts, however the pieces were cut: `feed` returns it, and
    `broken` says what is wrong with the rest.
    """

    def __init__(self) -> None:
        self.broken: StreamError | None = None
        """An oversized line or event, or one that is not UTF-8: nothing can follow it."""
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._data: list[bytes] = []
        self._data_size = 0
        self._event = b""
        self._after_cr = False
        self._started = False

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events completed by `chunk`; look at `broken` afterwards."""
        if self._after_cr and chunk:
            # the LF of a CRLF that was torn in two
            self._after_cr = False
            if chunk[0] == 0x0A:
                chunk = chunk[1:]
        if not chunk:
            return []
        if b"\n" not in chunk and b"\r" not in chunk:
            self._keep(chunk)
            return []
        if self._partial:
            self._partial.append(chunk)
            chunk = b"".join(self._partial)
            self._partial.clear()
            self._partial_size = 0
        lines = chunk.splitlines()
        ended = chunk[-1]
        if ended == 0x0D:
            self._after_cr = True
        elif ended != 0x0A:
            rest = lines.pop()
            events = self._lines(lines)
            self._keep(rest)
            return events
        return self._lines(lines)

    def finish(self) -> list[ServerSentEvent]:
        """The stream is over: the event that its last bytes make, whole or not."""
        if self.broken is not None:
            return []
        lines = [b"".join(self._partial)] if self._partial else []
        self._partial.clear()
        return self._lines([*lines, b""])

    def _keep(self, piece: bytes) -> None:
        self._partial.append(piece)
        self._partial_size += len(piece)
        if self._partial_size > MAX_LINE:
            self.broken = self.broken or _oversized("line", MAX_LINE)
            self._partial.clear()

    def _lines(self, lines: list[bytes]) -> list[ServerSentEvent]:
        events: list[ServerSentEvent] = []
        if not self._started and lines:
            self._started = True
            lines[0] = lines[0].removeprefix(_BOM)
        try:
            for line in lines:
                if not line:
                    if self._data:
                        events.append(self._event_of())
                    self._event = b""
                elif line[:5] == b"data:":
                    self._add(line[6:] if line[5:6] == b" " else line[5:])
                elif line[:6] == b"event:":
                    self._event = line[7:] if line[6:7] == b" " else line[6:]
                elif line[:6] == b"error:":
                    # older llama.cpp servers put an error object into a field of this name
                    self._event = b"error"
                    self._add(line[6:].lstrip())
                # `id:`, `retry:`, comments and unknown fields carry nothing that we show
        except StreamError as error:
            self.broken = error
        return events

    def _add(self, value: bytes) -> None:
        self._data_size += len(value)
        if len(value) > MAX_LINE:
            raise _oversized("line", MAX_LINE)
        if self._data_size > MAX_EVENT:
            raise _oversized("event", MAX_EVENT)
        if value:
            self._data.append(value)

    def _event_of(self) -> ServerSentEvent:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data.clear()
        self._data_size = 0
        try:
            text = data.decode()
            event = self._event.decode()
        except UnicodeDecodeError as error:
            raise StreamError(
                "protocol", f"not UTF-8: byte 0x{error.object[error.start]:02x} in an event"
            ) from None
        return ServerSentEvent(event, text)


def _oversized(what: str, limit: int) -> StreamError:
    return StreamError("protocol", f"a {what} of the event stream is longer than {limit >> 20} MiB")
