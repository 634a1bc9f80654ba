"""The description of a key for all screens: its binding, its words in the key line, its help."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable


class Key(NamedTuple):
    """One or more keys that do the same thing.

    Only a key with a `brief` appears in the key line, where the highest `rank` is dropped first.
    A key without an action is bound by the widget that has the keyboard, and is listed for the
    help or the key line only.
    """

    keys: str
    """Textual's names, separated by commas."""
    action: str
    shown: str
    """The keys as people read them; empty to leave them out of the help."""
    does: str
    brief: str = ""
    rank: int = 99
    command: str = ""
    """The title in the command palette; empty to leave it out there."""


class KeySection(NamedTuple):
    """Keys that the help lists under one title."""

    title: str
    keys: tuple[Key, ...]


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """Textual's bindings of these keys, hidden from Textual's own footer."""
    return [
        Binding(key.keys, key.action, key.does, show=False, key_display=key.shown)
        for key in keys
        if key.action
    ]
