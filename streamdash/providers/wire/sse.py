"""Splits a byte stream into server-sent events, tolerant where servers vary, bounded everywhere.

The SDKs' own splitters hide pings, end silently, die on empty frames and grow without limit on a
line that never ends. This one follows the event-stream chapter of the HTML standard, and decides
nothing about meaning but for errors that stand outside of any event. One call handles all that
one read brought.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from streamdash.providers.errors.error_shapes import is_error_name
from streamdash.providers.wire.non_json_events import is_done
from streamdash.providers.wire.stray_lines import StrayLines
from streamdash.streams.errors import StreamError

MAX_LINE = 32 << 20
"""Bytes of one line: pictures in base64, traces, events that repeat a whole answer."""
MAX_EVENT = 64 << 20
"""Bytes of all data lines of one event."""
LARGE = 1 << 20
"""Bytes from which an event is more than one turn of the loop can read."""

_BOM = b"\xef\xbb\xbf"
_TORN_LINES = 1000


class ServerSentEvent(NamedTuple):
    """One event that carries data; `event` is empty where the server gave no name."""

    event: str
    data: str


class LargeEvent(NamedTuple):
    """An event of more than `LARGE` bytes, to be read in steps; its data are still bytes."""

    event: str
    data: bytearray


class SseDecoder:
    """Feed it bytes in pieces of any size; it returns the events that they complete.

    What comes before a broken line counts, however the pieces were cut: `feed` returns it, and
    `broken` says what is wrong with the rest.
    """

    def __init__(self) -> None:
        self.broken: StreamError | None = None
        """An oversized line or event, one that is not UTF-8, or an error without `data:` before
        it: nothing can follow it."""
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._long: bytearray | None = None
        """In place of `_partial`, once a line is large."""
        self._data: list[bytes] = []
        self._data_size = 0
        self._large: bytearray | None = None
        """In place of `_data`, once an event is large."""
        self._event = b""
        self._spoken = False
        self._stray: StrayLines | None = None
        self._torn: list[bytes] = []
        """Lines inside the open event that are none of its fields."""
        self._after_cr = False
        self._started = False

    def feed(self, chunk: bytes) -> list[ServerSentEvent | LargeEvent]:
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
        """The stream is over: the event that its last bytes make, whole or not."""
        if self.broken is not None:
            return []
        if self._long is not None:
            return [*self._end_of_long(self._long, b"\n"), *self._lines([b""])]
        lines = [b"".join(self._partial)] if self._partial else []
        self._partial.clear()
        return self._lines([*lines, b""])

    @property
    def inside_a_large_line(self) -> bool:
        """Whether a line has already come that is too large for one turn."""
        return self._long is not None

    @property
    def inside_a_line(self) -> bool:
        """Whether the last bytes are no whole line."""
        return bool(self._partial) or self._long is not None

    def leftover(self) -> StreamError | None:
        """What stood outside of any event; of a body that ended without an end, it is why."""
        stray = self._stray
        return None if stray is None else stray.error(alone=not self._spoken)

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
        """Take the rest of a large line; what follows it in `chunk` is read as ever."""
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
        # the line end stays: it may be torn, and a blank line may follow
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
        """A line that is no field: kept, as it may be what the server says of an error."""
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
        """A large event; or one without data whose name says something."""
        name = self._name()
        if self._large is not None:
            large, self._large = self._large, None
            self._data_size = 0
            self._spoken = True
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
        self._spoken = True
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
    """The data with the lines behind it, if it needs them: JSON of which one line has `data:`."""
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
