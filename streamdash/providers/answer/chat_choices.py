"""The choices of a chat completion: one answer with odd indexes, or several real ones.

A server may number the chunks of a single answer in any way: the index counts up, starts
anywhere, is text or is missing. Real choices are shown one after the other: the first one as it
streams, the others under headings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.streams.events import Delta, Event, Finish, Flag, Status
from streamdash.streams.flags import FlagName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.events import Channel

UNDECIDED_MAX = 16
"""Chunks with another index that are held back before all chunks count as one answer."""

_INDEXES_MAX = 3
"""More different indexes than this, none of which recurs, only number the chunks."""
_SEVERITY = (Status.DONE, Status.INCOMPLETE, Status.FILTERED, Status.FAILED)
_NO_CHOICE = object()

Key = int | str | None
Verdict = Literal["one", "several"] | None


def index_of(value: object) -> Key:
    """A choice's index as a key: `"0"` and `0.0` are 0; None for anything that is not an index."""
    if isinstance(value, str):
        word = value.strip()
        number = word.removeprefix("-")
        return int(word) if number.isdecimal() and len(word) < 20 else word or None
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    return value if isinstance(value, int) else None


class HeldChunk(NamedTuple):
    """The events of one chunk, held back until the meaning of the indexes is clear."""

    key: Key
    events: list[Event]


class Choices:
    """Sorts the events of choices by their index; `rest` returns the events held back."""

    def __init__(self, requested: int = 1) -> None:
        self.direct: object = _NO_CHOICE
        """The index of the answer so far, whose deltas `ChatReader` yields at once."""
        self._single = False
        """Whether all chunks belong to one answer, whatever their index."""
        self._separate = SeparateChoices() if requested > 1 else None
        self._shown: set[Key] = set()
        self._flagged = False
        self._answer: Key = None
        self._has_text = False
        self._held: list[HeldChunk] = []
        self._roles: set[Key] = set()
        self._finished: set[Key] = set()

    def announce(self, key: Key) -> None:
        """Note a chunk with a role and no text, with which OpenAI begins each choice."""
        self._roles.add(key)

    def take(self, key: Key, events: list[Event]) -> Iterator[Event]:
        """Take one choice's events of one chunk; the events that can be shown now."""
        if key is None:
            key = self._answer
        has_text = any(type(event) is Delta for event in events)
        ends = any(type(event) is Finish for event in events)
        if self._separate is None and not self._single and self._has_text:
            verdict = self._verdict(key, has_text=has_text, ends=ends)
            if verdict is not None:
                yield from self._settle(verdict)
        if ends:
            self._finished.add(key)
        if self._separate is not None:
            if has_text:
                yield from self._flag(key)
            yield from self._separate.take(key, events)
        elif self._single or not self._has_text or (key == self._answer and not self._held):
            if has_text and not self._has_text:
                self._has_text = True
                self._answer = self.direct = key
            yield from events
        elif events:
            self.direct = _NO_CHOICE
            self._held.append(HeldChunk(key, events))

    def note_several(self) -> Iterator[Event]:
        """Note a chunk with several choices, which proves that they are real."""
        if self._separate is None and not self._single:
            yield from self._settle("several")

    def rest(self) -> Iterator[Event]:
        """The events held back, at the end of the stream."""
        if self._held:
            yield from self._settle("one")
        if self._separate is not None:
            yield from self._separate.rest()

    def _verdict(self, key: Key, *, has_text: bool, ends: bool) -> Verdict:
        """The meaning of the indexes; None if this chunk does not make it clear."""
        if key == self._answer:
            return "several" if self._held and has_text else None
        if self._finished - {key} and (ends or (has_text and self._answer in self._finished)):
            return "several"
        if not has_text:
            return None
        if {self._answer, key} <= self._roles:
            return "several"
        keys = {chunk.key for chunk in self._held} | {self._answer, key}
        return "one" if len(self._held) >= UNDECIDED_MAX or len(keys) > _INDEXES_MAX else None

    def _settle(self, verdict: Verdict) -> Iterator[Event]:
        held, self._held = self._held, []
        self.direct = _NO_CHOICE
        if verdict == "one":
            self._single = True
            for chunk in held:
                yield from chunk.events
            return
        self._separate = separate = SeparateChoices()
        if self._has_text:
            own = [event for chunk in held if chunk.key == self._answer for event in chunk.events]
            over = self._answer in self._finished and not _ends(own)
            separate.begin_with(self._answer, over=over)
            yield from self._flag(self._answer)
        for chunk in held:
            yield from self._flag(chunk.key)
            yield from separate.take(chunk.key, chunk.events)

    def _flag(self, key: Key) -> Iterator[Event]:
        self._shown.add(key)
        if len(self._shown) > 1 and not self._flagged:
            self._flagged = True
            yield Flag(FlagName.CHOICES)


class SeparateChoices:
    """Shows real choices one after the other; events of the others wait their turn."""

    def __init__(self) -> None:
        self._current: object = _NO_CHOICE
        self._last: object = _NO_CHOICE
        self._waiting: dict[Key, list[Event]] = {}
        self._shown = 0
        self._titled: set[Channel] = set()
        self._worst: Finish | None = None

    def begin_with(self, key: Key, *, over: bool) -> None:
        """Continue after the choice that has been shown so far; `over` if it has ended."""
        self._turn_to(key)
        if over:
            self._current = _NO_CHOICE

    def take(self, key: Key, events: list[Event]) -> Iterator[Event]:
        """Take one choice's events; those of the current choice are shown now."""
        if self._current is _NO_CHOICE and any(type(event) is Delta for event in events):
            self._turn_to(key)
        if key != self._current and self._current is not _NO_CHOICE:
            self._waiting.setdefault(key, []).extend(events)
            return
        yield from self._show(events)
        if _ends(events) and key == self._current:
            self._current = _NO_CHOICE
            yield from self._next()

    def rest(self) -> Iterator[Event]:
        """The waiting events of all choices, finished or not."""
        while self._waiting:
            self._current = _NO_CHOICE
            yield from self._next()

    def _next(self) -> Iterator[Event]:
        while self._waiting and self._current is _NO_CHOICE:
            key = next(iter(self._waiting))
            events = self._waiting.pop(key)
            self._turn_to(key)
            yield from self._show(_merged(events))
            if _ends(events):
                self._current = _NO_CHOICE

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
                # a stream has one status: that of the choice with the worst end
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


def _merged(events: list[Event]) -> list[Event]:
    """The events, with neighbouring deltas of a channel merged."""
    found: list[Event] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, Delta) and isinstance(last, Delta) and last.channel == event.channel:
            found[-1] = Delta(event.channel, last.text + event.text)
        else:
            found.append(event)
    return found
