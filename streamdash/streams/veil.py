"""Keeps a stream's keys out of what its listeners hear and what the inspector finds.

The state folds the raw deltas at once. Listeners hear an event later, with the time at which it
came, while the text before it may be the start of a key; at the latest at the stream's end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import Channel, Delta, End, Event, Wire
from streamdash.streams.secrets import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streamdash.streams.secrets import Secrets
    from streamdash.streams.state import StreamState

_FORGOTTEN = 1 << 12


class _Held:
    """An event that waits, as it is to be heard."""

    __slots__ = ("at", "event", "number", "pieces", "raw", "waits")

    def __init__(self, event: Event, at: float) -> None:
        self.event = event
        self.at = at
        self.waits = 0
        """Deltas, itself or those it brought, of which it is not clear yet what they are."""
        self.raw: Wire | None = None
        """Of a wire event, what came."""
        self.number = 0
        self.pieces: list[tuple[str, str]] = []
        """The texts in it that hold a part of a key, each with what is to be read instead."""


class _Window:
    """The end of a channel's text that may hold a key, and the deltas which that came in."""

    __slots__ = ("parts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[tuple[int, _Held, _Held | None]] = []
        """Where in the text each delta begins, itself, and the wire event that brought it."""

    def forget(self, longest: int) -> None:
        """Drop what is too far from the first delta to be in one key with it."""
        far = self.parts[0][0] - longest
        if far > _FORGOTTEN:
            self.text = self.text[far:]
            self.parts = [(start - far, held, wire) for start, held, wire in self.parts]


class Veil:
    """What one stream's listeners may hear."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._ends: dict[Channel, str] = {}
        """The last characters of a channel that ends as a key begins."""
        self._windows: dict[Channel, _Window] = {}
        self._held: list[_Held] = []
        self._wire: _Held | None = None
        """The last wire event, if it waits."""

    def passes(self, event: Event) -> bool:
        """Whether the event can be folded and heard as it is: nearly always, so at little cost."""
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
        """Have the state fold the event; returns what listeners may hear now."""
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
        return self._heard(_Held(event, at))

    def _fold_wire(
        self, state: StreamState, wire: Wire, at: float
    ) -> Iterable[tuple[Event, float]]:
        self._wire = None
        suspicious = wire.raw is not None and self._secrets.may_hold(wire.raw)
        if not suspicious and not self._ends and not self._windows:
            state.apply(wire, at)
            return self._heard(_Held(wire, at)) if self._held else ((wire, at),)
        shown = self._hidden(wire, []) if suspicious else wire
        state.apply(shown, at)
        free = self._release() if self._held else ()
        self._wire = held = _Held(shown, at)
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
                    self._ends[channel] = joined[-KEPT:]
                return self._heard(_Held(delta, at)) if self._held else ((delta, at),)
            window = self._windows[channel] = _Window(before)
        held = _Held(delta, at)
        self._held.append(held)
        wire = self._wire
        for waiting in (held, wire):
            if waiting is not None:
                waiting.waits += 1
        window.parts.append((len(window.text), held, wire))
        window.text += text
        readable = secrets.readable(window.text)
        if readable < len(window.text) and wire is not None:
            # until it is clear what this is, the inspector shows none of it
            self._rewrite(state, wire, [*wire.pieces, (text, "*" * len(text))])
        self._settle(channel, state, readable)
        return self._release()

    def _settle(
        self, channel: Channel, state: StreamState, readable: int, *, ended: bool = False
    ) -> None:
        """It is clear what the deltas are that make the first `readable` characters."""
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
            self._ends[channel] = window.text[-KEPT:]

    def _rewrite(self, state: StreamState, held: _Held, pieces: list[tuple[str, str]]) -> None:
        if held.raw is not None:
            held.event = shown = self._hidden(held.raw, pieces)
            state.wire.rewrite(held.number, shown.raw)

    def _hidden(self, wire: Wire, pieces: list[tuple[str, str]]) -> Wire:
        if wire.raw is None:
            return wire
        raw = self._secrets.hide_raw(wire.raw, tuple(pieces))
        return Wire(self._secrets.replaced(wire.type), raw, wire.chunk)

    def _heard(self, held: _Held) -> Iterable[tuple[Event, float]]:
        self._held.append(held)
        return self._release()

    def _release(self) -> Iterable[tuple[Event, float]]:
        """What listeners may hear: all that stands before the first event that must wait."""
        held = self._held
        if held[0].waits:
            return ()
        free = next((place for place, item in enumerate(held) if item.waits), len(held))
        self._held = held[free:]
        return [(item.event, item.at) for item in held[:free]]

    def _without_keys(self, event: Event) -> Event:
        """An event that carries no text of the answer, with `***` for every key in it."""
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
