"""Splits a byte stream into server-sent events, within fixed limits of size.

The SDKs' own splitters hide pings, end silently, fail on empty frames and grow without limit on a
line that never ends. This one follows the event-stream chapter of the HTML standard. It does not
interpret events, except for errors outside of any event.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from streamdash.providers.errors.error_shapes import is_error_name
from streamdash.providers.wire.non_json_events import is_done
from streamdash.providers.wire.stray_lines import StrayLines
from streamdash.streams.errors import StreamError

MAX_LINE = 32 << 20
"""Bytes of one line; pictures in base64 and events that repeat a whole answer are long."""
MAX_EVENT = 64 << 20
"""Bytes of all data lines of one event."""
LARGE = 1 << 20
"""Bytes above which an event is read in several turns of the loop."""

_BOM = b"\xef\xbb\xbf"
_TORN_LINES = 1000


class ServerSentEvent(NamedTuple):
    """One event with its data; `event` is empty if the server gave no name."""

    event: str
    data: str


class LargeEvent(NamedTuple):
    """An event of more than `LARGE` bytes, which is to be parsed in steps."""

    event: str
    data: bytearray


class SseDecoder:
    """Takes bytes in pieces of any size and returns the events that they complete.

    Events before a bad line are returned by `feed`; `broken` is then the error of that line.
    """

    def __init__(self) -> None:
        self.broken: StreamError | None = None
        """The error that ends the stream: an oversized line or event, text that is not UTF-8, or a
        server's error outside of any event."""
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._long: bytearray | None = None
        """The partial line once it is large; then `_partial` is empty."""
        self._data: list[bytes] = []
        self._data_size = 0
        self._large: bytearray | None = None
        """The event's data once they are large; then `_data` is empty."""
        self._event = b""
        self._had_event = False
        self._stray: StrayLines | None = None
        self._torn: list[bytes] = []
        """Lines inside the open event that are not fields."""
        self._after_cr = False
        self._started = False

    def feed(self, chunk: bytes) -> list[ServerSentEvent | LargeEvent]:
        """The events completed by `chunk`; check `broken` afterwards."""
        if self._after_cr and chunk:
            # the LF of a CRLF that was cut in two
            self._after_cr = False
            if chunk[0] == 0x0A:
                chunk = chunk[1:]
        if not chunk:
            return []
        if b"\n" not in chunk and b"\r" not in chunk:
            self._keep(chunk)
            return []
        if self._long is not None:
            return self._end_of_long(self._long, chunk)
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

    def finish(self) -> list[ServerSentEvent | LargeEvent]:
        """The events in the last bytes of the stream, complete or not."""
        if self.broken is not None:
            return []
        if self._long is not None:
            return [*self._end_of_long(self._long, b"\n"), *self._lines([b""])]
        lines = [b"".join(self._partial)] if self._partial else []
        self._partial.clear()
        return self._lines([*lines, b""])

    @property
    def inside_a_large_line(self) -> bool:
        """Whether the current line is already larger than `LARGE`."""
        return self._long is not None

    @property
    def inside_a_line(self) -> bool:
        """Whether the bytes so far end inside a line."""
        return bool(self._partial) or self._long is not None

    def leftover(self) -> StreamError | None:
        """The error that lines outside of any event describe, for an answer without an end."""
        stray = self._stray
        return None if stray is None else stray.error(alone=not self._had_event)

    def _keep(self, piece: bytes) -> None:
        self._partial_size += len(piece)
        if self._partial_size > MAX_LINE:
            self.broken = self.broken or _oversized("a line", MAX_LINE)
            self._partial.clear()
            self._long = None
        elif self._long is not None:
            self._long += piece
        else:
            self._partial.append(piece)
            if self._partial_size > LARGE:
                self._long = bytearray().join(self._partial)
                self._partial.clear()

    def _end_of_long(self, long: bytearray, chunk: bytes) -> list[ServerSentEvent | LargeEvent]:
        """Take the rest of a large line, then feed what follows it in `chunk`."""
        end = min(place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0)
        self._keep(chunk[:end])
        self._long, self._partial_size = None, 0
        if self.broken is not None:
            return []
        events: list[ServerSentEvent | LargeEvent] = []
        try:
            if long[:5] == b"data:":
                self._add(long[6 if long[5:6] == b" " else 5 :])
            else:
                events += self._lines([bytes(long[:LARGE])])
        except StreamError as error:
            self.broken = error
            return events
        # a CRLF may be cut here, and a blank line may follow
        self._after_cr = chunk[end] == 0x0D
        return events + self.feed(chunk[end + 1 :])

    def _lines(self, lines: list[bytes]) -> list[ServerSentEvent | LargeEvent]:
        events: list[ServerSentEvent | LargeEvent] = []
        if not self._started and lines:
            self._started = True
            lines[0] = lines[0].removeprefix(_BOM)
        try:
            for line in lines:
                if not line:
                    if self._data:
                        events.append(self._event_of())
                    elif self._large is not None or self._event:
                        events += self._odd_event()
                    self._event = b""
                elif line[:5] == b"data:":
                    self._add(line[6:] if line[5:6] == b" " else line[5:])
                elif line[:6] == b"event:":
                    self._event = line[7:] if line[6:7] == b" " else line[6:]
                elif line[:6] == b"error:":
                    # older llama.cpp servers put an error object into a field of this name
                    self._event = b"error"
                    self._add(line[6:].lstrip())
                elif line[:1] != b":" and line[:3] != b"id:" and line[:6] != b"retry:":
                    self._take_stray(line, events)
        except StreamError as error:
            self.broken = error
        return events

    def _take_stray(self, line: bytes, events: list[ServerSentEvent | LargeEvent]) -> None:
        """Keep a line that is not a field; raise StreamError if it completes an error object."""
        if self._stray is None:
            self._stray = StrayLines()
        error = self._stray.add(line)
        if error is not None:
            if self._data:
                events.append(self._event_of())
            raise error
        if self._data and len(self._torn) < _TORN_LINES:
            self._torn.append(line)

    def _add(self, value: bytes | bytearray) -> None:
        self._data_size += len(value)
        if len(value) > MAX_LINE:
            raise _oversized("a line", MAX_LINE)
        if self._data_size > MAX_EVENT:
            raise _oversized("an event", MAX_EVENT)
        if not value:
            return
        if self._large is not None:
            self._large += b"\n"
            self._large += value
        elif self._data_size > LARGE:
            if isinstance(value, bytearray) and not self._data:
                self._large = value
            else:
                self._large = bytearray(b"\n").join([*self._data, value])
            self._data.clear()
        else:
            self._data.append(bytes(value))

    def _odd_event(self) -> list[ServerSentEvent | LargeEvent]:
        """A large event, or one without data whose name has a meaning."""
        name = self._name()
        if self._large is not None:
            large, self._large = self._large, None
            self._data_size = 0
            self._had_event = True
            return [LargeEvent(name, large)]
        return [ServerSentEvent(name, "")] if is_error_name(name) or is_done(name, "") else []

    def _name(self) -> str:
        try:
            return self._event.decode()
        except UnicodeDecodeError as error:
            raise _not_utf8(error) from None

    def _event_of(self) -> ServerSentEvent:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data.clear()
        self._data_size = 0
        self._had_event = True
        if self._torn:
            data = _mended(data, self._torn)
            self._torn.clear()
        try:
            text = data.decode()
            event = self._event.decode()
        except UnicodeDecodeError as error:
            raise _not_utf8(error) from None
        return ServerSentEvent(event, text)


def _mended(data: bytes, torn: list[bytes]) -> bytes:
    """The data with the lines after it if together they are JSON, of which one line had `data:`."""
    whole = b"\n".join([data, *torn])
    try:
        json.loads(whole)
    except (ValueError, RecursionError):
        return data
    return whole


def _not_utf8(error: UnicodeDecodeError) -> StreamError:
    return StreamError("protocol", f"not UTF-8: byte 0x{error.object[error.start]:02x} in an event")


def _oversized(what: str, limit: int) -> StreamError:
    return StreamError("protocol", f"{what} of the event stream is longer than {limit >> 20} MiB")
