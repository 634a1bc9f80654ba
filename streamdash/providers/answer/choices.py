"""Which choice of a chat completion is the answer, and what becomes of the others.

A server that was asked for one answer may number its chunks as it likes: the index counts up,
starts anywhere, is text or missing, and all of it is one answer. Several real choices are kept
apart: the first one is the answer while it streams, the others follow it under headings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.streams.events import Delta, Event, Finish, Flag, Status
from streamdash.streams.flags import FlagName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.events import Channel

UNDECIDED_MAX = 16
"""Chunks of another index that are held back before all of them count as one answer."""

_COUNTED = 3
"""More different indexes than this, none of which came back, are a count of chunks."""
_SEVERITY = (Status.DONE, Status.INCOMPLETE, Status.FILTERED, Status.FAILED)
_NOBODY = object()

Key = int | str | None
Verdict = Literal["one", "several"] | None


def index_of(value: object) -> Key:
    """A choice's index as a key: `"0"` and `0.0` are 0, and what is no index at all is None."""
    if isinstance(value, str):
        word = value.strip()
        number = word.removeprefix("-")
        return int(word) if number.isdecimal() and len(word) < 20 else word or None
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    return value if isinstance(value, int) else None


class Held(NamedTuple):
    """What one chunk says of a choice while it is not clear what the indexes mean."""

    key: Key
    events: list[Event]


class Choices:
    """Sorts the events of choices by their index; what it holds back comes out of `rest`."""

    def __init__(self, requested: int = 1) -> None:
        self.direct: object = _NOBODY
        """The index of the answer so far, whose deltas need no look at any other choice."""
        self.one = False
        """The index means nothing: all text is the answer's."""
        self._apart = ChoicesApart() if requested > 1 else None
        self._seen: set[Key] = set()
        self._told = False
        self._answer: Key = None
        self._spoken = False
        self._held: list[Held] = []
        self._roles: set[Key] = set()
        self._finished: set[Key] = set()

    def announce(self, key: Key) -> None:
        """A chunk gave the choice a role and no text: its first one, as OpenAI sends it."""
        self._roles.add(key)

    def take(self, key: Key, events: list[Event]) -> Iterator[Event]:
        """The events of one choice in one chunk, as far as they can be shown now."""
        if key is None:
            key = self._answer
        speaks = any(type(event) is Delta for event in events)
        ends = any(type(event) is Finish for event in events)
        if self._apart is None and not self.one and self._spoken:
            verdict = self._verdict(key, speaks=speaks, ends=ends)
            if verdict is not None:
                yield from self._settle(verdict)
        if ends:
            self._finished.add(key)
        if self._apart is not None:
            if speaks:
                yield from self._tell(key)
            yield from self._apart.take(key, events)
        elif self.one or not self._spoken or (key == self._answer and not self._held):
            if speaks and not self._spoken:
                self._spoken = True
                self._answer = self.direct = key
            yield from events
        elif events:
            self.direct = _NOBODY
            self._held.append(Held(key, events))

    def together(self) -> Iterator[Event]:
        """One chunk speaks of several choices: they are real."""
        if self._apart is None and not self.one:
            yield from self._settle("several")

    def rest(self) -> Iterator[Event]:
        """What is still held back: the stream ends here, well or badly."""
        if self._held:
            yield from self._settle("one")
        if self._apart is not None:
            yield from self._apart.rest()

    def _verdict(self, key: Key, *, speaks: bool, ends: bool) -> Verdict:
        """What the indexes mean, where this chunk makes it clear."""
        if key == self._answer:
            return "several" if self._held and speaks else None
        if self._finished - {key} and (ends or (speaks and self._answer in self._finished)):
            return "several"
        if not speaks:
            return None
        if {self._answer, key} <= self._roles:
            return "several"
        keys = {held.key for held in self._held} | {self._answer, key}
        return "one" if len(self._held) >= UNDECIDED_MAX or len(keys) > _COUNTED else None

    def _settle(self, verdict: Verdict) -> Iterator[Event]:
        held, self._held = self._held, []
        self.direct = _NOBODY
        if verdict == "one":
            self.one = True
            for one in held:
                yield from one.events
            return
        self._apart = apart = ChoicesApart()
        if self._spoken:
            own = [event for one in held if one.key == self._answer for event in one.events]
            over = self._answer in self._finished and not _ends(own)
            apart.begin_with(self._answer, over=over)
            yield from self._tell(self._answer)
        for one in held:
            yield from self._tell(one.key)
            yield from apart.take(one.key, one.events)

    def _tell(self, key: Key) -> Iterator[Event]:
        self._seen.add(key)
        if len(self._seen) > 1 and not self._told:
            self._told = True
            yield Flag(FlagName.CHOICES)


class ChoicesApart:
    """Shows real choices one after the other: one is current, the others wait for its end."""

    def __init__(self) -> None:
        self._current: object = _NOBODY
        self._last: object = _NOBODY
        self._waiting: dict[Key, list[Event]] = {}
        self._shown = 0
        self._titled: set[Channel] = set()
        self._worst: Finish | None = None

    def begin_with(self, key: Key, *, over: bool) -> None:
        """The choice that has been shown so far."""
        self._turn_to(key)
        if over:
            self._current = _NOBODY

    def take(self, key: Key, events: list[Event]) -> Iterator[Event]:
        """Show the events of the current choice, keep those of another."""
        if self._current is _NOBODY and any(type(event) is Delta for event in events):
            self._turn_to(key)
        if key != self._current and self._current is not _NOBODY:
            self._waiting.setdefault(key, []).extend(events)
            return
        yield from self._show(events)
        if _ends(events) and key == self._current:
            self._current = _NOBODY
            yield from self._next()

    def rest(self) -> Iterator[Event]:
        """Show what waits, finished or not."""
        while self._waiting:
            self._current = _NOBODY
            yield from self._next()

    def _next(self) -> Iterator[Event]:
        while self._waiting and self._current is _NOBODY:
            key = next(iter(self._waiting))
            events = self._waiting.pop(key)
            self._turn_to(key)
            yield from self._show(_joined(events))
            if _ends(events):
                self._current = _NOBODY

    def _turn_to(self, key: Key) -> None:
        self._current = key
        if key != self._last:
            self._last = key
            self._shown += 1
            self._titled = set()

    def _show(self, events: list[Event]) -> Iterator[Event]:
        for event in events:
            if isinstance(event, Delta):
                yield self._headed(event)
            elif isinstance(event, Finish):
                # the stream has one status: that of the choice which ended worst
                if self._worst is None or _severity(event) > _severity(self._worst):
                    self._worst = event
                yield self._worst
            else:
                yield event

    def _headed(self, delta: Delta) -> Delta:
        channel, text = delta
        if self._shown < 2 or channel in self._titled or channel == "tool":
            return delta
        self._titled.add(channel)
        return Delta(channel, f"\n\n[choice {self._shown}]\n\n{text}")


def _ends(events: list[Event]) -> bool:
    return any(type(event) is Finish for event in events)


def _severity(finish: Finish) -> int:
    return _SEVERITY.index(finish.outcome)


def _joined(events: list[Event]) -> list[Event]:
    """The same events, neighbouring deltas of a channel as one."""
    found: list[Event] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, Delta) and isinstance(last, Delta) and last.channel == event.channel:
            found[-1] = Delta(event.channel, last.text + event.text)
        else:
            found.append(event)
    return found
