"""The last wire events of a stream, for whoever inspects it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.events import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

WIRE_KEPT = 2_000
"""Wire events a stream keeps when nobody says otherwise."""
EVENT_CHARS = 2_000
"""Characters of an event that there is room for on average."""


class WireEntry(NamedTuple):
    """One wire event of the stream: its number from 1, its time, itself."""

    number: int
    at: float
    wire: Wire


class WireLog:
    """At most `kept` events, and of large ones fewer: as many as `EVENT_CHARS` each give room.

    Inside they are plain tuples of plain values, which the garbage collector leaves alone; as
    objects they would be most of what it has to look through while streams are live.
    """

    def __init__(self, kept: int = WIRE_KEPT) -> None:
        self._kept = kept
        self._most_chars = kept * EVENT_CHARS
        self._chars = 0
        self._rows: deque[tuple[int, float, str, str | None, bool]] = deque()

    def append(self, number: int, at: float, wire: Wire) -> None:
        """Keep one more event, and drop the oldest where that is too much.

        However large it is, the newest stays.
        """
        kind, raw, chunk = wire
        rows = self._rows
        rows.append((number, at, kind, raw, chunk))
        if raw is not None:
            self._chars += len(raw)
        while len(rows) > self._kept or (self._chars > self._most_chars and len(rows) > 1):
            self._chars -= len(rows.popleft()[3] or "")

    def rewrite(self, number: int, raw: str | None) -> None:
        """Put `raw` in place of what the event of that number carried, if it is kept."""
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
