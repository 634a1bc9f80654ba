"""Hides a stream's keys from its listeners and from the inspector.

The state folds raw deltas at once. An event whose text may contain the start of a key reaches the
listeners later, with its own time: when more text decides, or at the end of the stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import Channel, Delta, End, Event, Wire
from streamdash.streams.redaction.secrets import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streamdash.streams.redaction.secrets import Secrets
    from streamdash.streams.state import StreamState

_FORGOTTEN = 1 << 12


class _HeldEvent:
    """An event that waits, in the form in which listeners will receive it."""

    __slots__ = ("at", "event", "number", "pieces", "raw", "waits")

    def __init__(self, event: Event, at: float) -> None:
        self.event = event
        self.at = at
        self.waits = 0
        """How many undecided deltas it depends on: itself, or those that it brought."""
        self.raw: Wire | None = None
        """The wire event as it came; None for other events."""
        self.number = 0
        self.pieces: list[tuple[str, str]] = []
        """The texts in it that contain a part of a key, each with its replacement."""


class _Window:
    """The end of a channel's text that may contain a key, and the deltas that it came in."""

    __slots__ = ("parts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[tuple[int, _HeldEvent, _HeldEvent | None]] = []
        """For each delta its place in the text, itself, and the wire event that brought it."""

    def forget(self, longest: int) -> None:
        """Drop the text that is too far before the first delta to share a key with it."""
        far = self.parts[0][0] - longest
        if far > _FORGOTTEN:
            self.text = self.text[far:]
            self.parts = [(start - far, held, wire) for start, held, wire in self.parts]


class SecretFilter:
    """Decides which events of one stream its listeners receive, and when."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._ends: dict[Channel, str] = {}
        """The last characters of each channel whose text ends like the start of a key."""
        self._windows: dict[Channel, _Window] = {}
        self._held: list[_HeldEvent] = []
        self._wire: _HeldEvent | None = None
        """The last wire event, if it waits."""

    def passes(self, event: Event) -> bool:
        """Whether listeners may receive the event unchanged, which is nearly always so."""
        if self._ends or self._held:
            return False
        kind = type(event)
        secrets = self._secrets
        if kind is Delta:
            text: str = event[1]  # type: ignore[misc, assignment]  # the type was compared
            for seed in secrets.seeds:
                if seed in text:
                    return False
            return not text.endswith(secrets.starts)
        if kind is Wire:
            raw: str | None = event[1]  # type: ignore[misc, assignment]  # the type was compared
            if raw is None:
                return True
            for seed in secrets.seeds:
                if seed in raw:
                    return False
            return "\\u00" not in raw and "\\/" not in raw
        return False

    def fold(self, state: StreamState, event: Event, at: float) -> Iterable[tuple[Event, float]]:
        """Fold the event into the state; returns the events that listeners may receive now."""
        kind = type(event)
        if kind is Delta:
            state.apply(event, at)
            return self._delta(state, cast("Delta", event), at)
        if kind is Wire:
            return self._fold_wire(state, cast("Wire", event), at)
        event = self._without_keys(event)
        if kind is End:
            for channel in [*self._windows]:
                self._settle(channel, state, len(self._windows[channel].text), ended=True)
        state.apply(event, at)
        self._wire = None
        return self._queue(_HeldEvent(event, at))

    def _fold_wire(
        self, state: StreamState, wire: Wire, at: float
    ) -> Iterable[tuple[Event, float]]:
        self._wire = None
        suspicious = wire.raw is not None and self._secrets.may_hold(wire.raw)
        if not suspicious and not self._ends and not self._windows:
            state.apply(wire, at)
            return self._queue(_HeldEvent(wire, at)) if self._held else ((wire, at),)
        shown = self._hidden(wire, []) if suspicious else wire
        state.apply(shown, at)
        free = self._release() if self._held else ()
        self._wire = held = _HeldEvent(shown, at)
        held.raw, held.number = wire, state.wire_count
        self._held.append(held)
        return free

    def _delta(self, state: StreamState, delta: Delta, at: float) -> Iterable[tuple[Event, float]]:
        channel, text = delta
        secrets = self._secrets
        window = self._windows.get(channel)
        if window is None:
            before = self._ends.pop(channel, "") if self._ends else ""
            joined = before + text if before else text
            for seed in secrets.seeds:
                if seed in joined:
                    break
            else:
                if joined.endswith(secrets.starts):
                    self._ends[channel] = joined[-SHOWN:]
                return self._queue(_HeldEvent(delta, at)) if self._held else ((delta, at),)
            window = self._windows[channel] = _Window(before)
        held = _HeldEvent(delta, at)
        self._held.append(held)
        wire = self._wire
        for waiting in (held, wire):
            if waiting is not None:
                waiting.waits += 1
        window.parts.append((len(window.text), held, wire))
        window.text += text
        readable = secrets.readable(window.text)
        if readable < len(window.text) and wire is not None:
            # The inspector shows nothing of this text before it is decided.
            self._rewrite(state, wire, [*wire.pieces, (text, "*" * len(text))])
        self._settle(channel, state, readable)
        return self._release()

    def _settle(
        self, channel: Channel, state: StreamState, readable: int, *, ended: bool = False
    ) -> None:
        """Decide on the deltas that make up the first `readable` characters."""
        window = self._windows[channel]
        shown = self._secrets.hide(window.text, ended=ended)
        settled = 0
        for start, held, wire in window.parts:
            text = cast("Delta", held.event).text
            end = start + len(text)
            if end > readable:
                break
            settled += 1
            held.waits -= 1
            held.event = Delta(channel, shown[start:end])
            if wire is not None:
                wire.waits -= 1
                if shown[start:end] != text:
                    wire.pieces.append((text, shown[start:end]))
                self._rewrite(state, wire, wire.pieces)
        del window.parts[:settled]
        if window.parts:
            window.forget(self._secrets.longest)
            return
        del self._windows[channel]
        if window.text.endswith(self._secrets.starts):
            self._ends[channel] = window.text[-SHOWN:]

    def _rewrite(self, state: StreamState, held: _HeldEvent, pieces: list[tuple[str, str]]) -> None:
        if held.raw is not None:
            held.event = shown = self._hidden(held.raw, pieces)
            state.wire.rewrite(held.number, shown.raw)

    def _hidden(self, wire: Wire, pieces: list[tuple[str, str]]) -> Wire:
        if wire.raw is None:
            return wire
        raw = self._secrets.hide_raw(wire.raw, tuple(pieces))
        return Wire(self._secrets.replaced(wire.type), raw, wire.chunk)

    def _queue(self, held: _HeldEvent) -> Iterable[tuple[Event, float]]:
        self._held.append(held)
        return self._release()

    def _release(self) -> Iterable[tuple[Event, float]]:
        """The events before the first one that has to wait."""
        held = self._held
        if held[0].waits:
            return ()
        free = next((place for place, item in enumerate(held) if item.waits), len(held))
        self._held = held[free:]
        return [(item.event, item.at) for item in held[:free]]

    def _without_keys(self, event: Event) -> Event:
        """The event, which is not a part of the answer's text, with `***` for every key."""
        values = tuple(event)
        changed = tuple(map(self._without_key, values))
        make = cast("Callable[..., Event]", type(event))
        return event if changed == values else make(*changed)

    def _without_key(self, value: object) -> object:
        if type(value) is str:
            return self._secrets.replaced(value)
        if isinstance(value, ErrorInfo):
            return value._replace(message=self._secrets.replaced(value.message, cut=True))
        return value
