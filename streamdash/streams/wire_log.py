"""The last wire events of a stream, for the inspector."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.events import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

WIRE_KEPT = 2_000
"""The number of wire events that a stream keeps by default."""
EVENT_CHARS = 2_000
"""The average size of an event, in characters, for which there is room."""


class WireEntry(NamedTuple):
    """A wire event with its time and its number in the stream, from 1."""

    number: int
    at: float
    wire: Wire


class WireLog:
    """Holds the last `kept` events, and fewer if they are large: `kept * EVENT_CHARS` characters.

    It stores them as plain tuples, which the garbage collector ignores. As objects they would be
    most of what it has to examine while streams are live.
    """

    def __init__(self, kept: int = WIRE_KEPT) -> None:
        self._kept = kept
        self._most_chars = kept * EVENT_CHARS
        self._chars = 0
        self._rows: deque[tuple[int, float, str, str | None, bool]] = deque()

    def append(self, number: int, at: float, wire: Wire) -> None:
        """Add an event, and drop the oldest ones if there are too many; the newest always stays."""
        kind, raw, chunk = wire
        rows = self._rows
        rows.append((number, at, kind, raw, chunk))
        if raw is not None:
            self._chars += len(raw)
        while len(rows) > self._kept or (self._chars > self._most_chars and len(rows) > 1):
            self._chars -= len(rows.popleft()[3] or "")

    def rewrite(self, number: int, raw: str | None) -> None:
        """Replace the data of the event with that number, if it is still there."""
        rows = self._rows
        place = number - rows[0][0] if rows else -1
        if not 0 <= place < len(rows):
            return
        _, at, kind, old, chunk = rows[place]
        rows[place] = (number, at, kind, raw, chunk)
        self._chars += len(raw or "") - len(old or "")

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int) -> WireEntry:
        number, at, kind, raw, chunk = self._rows[place]
        return WireEntry(number, at, Wire(kind, raw, chunk))

    def __iter__(self) -> Iterator[WireEntry]:
        return (self[place] for place in range(len(self)))
