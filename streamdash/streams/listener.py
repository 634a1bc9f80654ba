"""Folds an event into its stream's state and passes it on to the listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.events import Event
    from streamdash.streams.state import StreamState


class Listener(Protocol):
    """Receives every event at the moment it is folded. Must return at once and never raise."""

    def on_event(self, state: StreamState, event: Event, at: float) -> None: ...


def announce(state: StreamState, event: Event, at: float, listeners: Iterable[Listener]) -> None:
    """Fold an event that happened at `at`; the listeners receive it with its secrets hidden.

    An event that may hold the start of a key reaches them later, with the same time.
    """
    secret_filter = state.secret_filter
    if secret_filter is None or secret_filter.passes(event):
        state.apply(event, at)
        for listener in listeners:
            listener.on_event(state, event, at)
        return
    for shown, then in secret_filter.fold(state, event, at):
        for listener in listeners:
            listener.on_event(state, shown, then)
