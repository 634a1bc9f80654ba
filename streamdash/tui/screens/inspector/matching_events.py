"""The wire events of a stream that contain a text, brought up to date while the stream lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.screens.inspector.event_columns import TYPE_LEAST, TYPE_MOST
from streamdash.tui.screens.inspector.json_text import json_text

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState
    from streamdash.streams.wire_log import WireEntry


class MatchingEvents:
    """The stored events of one state whose type or JSON contains a text, ignoring case."""

    def __init__(self) -> None:
        self.state: StreamState | None = None
        self.needle = ""
        """The text that an event must contain, case-folded; empty for all events."""
        self.entries: list[WireEntry] = []
        self.gaps: dict[int, float] = {}
        """Seconds since the event before, by event number."""
        self.type_width = TYPE_LEAST
        """The length of the longest event type, within the limits of its column."""
        self._seen = 0

    def restart(self, state: StreamState | None, needle: str) -> None:
        """Start again with `state` and the searched text; `update` then finds its stored events."""
        self.state = state
        self.needle = needle.casefold()
        self.entries = []
        self.gaps = {}
        self.type_width = TYPE_LEAST
        self._seen = 0

    @property
    def behind(self) -> bool:
        """Whether events have arrived since the last update."""
        return self.state is not None and self._seen != self.state.wire_count

    def update(self) -> int | None:
        """Add the new events and drop those that the state no longer stores.

        Returns how many entries were dropped at the start; None if no event has arrived.
        """
        state = self.state
        if state is None or not state.wire or state.wire_count == self._seen:
            return None
        wire = state.wire
        oldest = wire[0].number
        listed = len(self.entries)
        if self.entries and self.entries[0].number < oldest:
            self.entries = [entry for entry in self.entries if entry.number >= oldest]
        dropped = listed - len(self.entries)
        for place in range(max(0, self._seen + 1 - oldest), len(wire)):
            entry = wire[place]
            before = wire[place - 1].at if place else state.sent_at
            if before is not None:
                self.gaps[entry.number] = entry.at - before
            if self._matches(entry):
                self.entries.append(entry)
                self.type_width = max(self.type_width, min(TYPE_MOST, len(entry.wire.type)))
        for number in [number for number in self.gaps if number < oldest]:
            del self.gaps[number]
        self._seen = state.wire_count
        return dropped

    def _matches(self, entry: WireEntry) -> bool:
        return not self.needle or self.needle in (
            f"{entry.wire.type}\n{json_text(entry.wire.decoded())}".casefold()
        )
