"""The description of a key for all screens: its binding, its words in the key line, its help."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.tui.widgets.action_names import action_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import Binding


class Key(NamedTuple):
    """One or more keys that do the same thing.

    Only a key with a `brief` appears in the key line, where the highest `rank` is dropped first.
    A key without an action is bound by the widget that has the keyboard, and is listed for the
    help or the key line only. Rows without `shown` share the words of the row above them.
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
    toggles: str = ""
    """The name of the action that opened what this key closes, so that its key closes it too."""

    @property
    def name(self) -> str:
        """The action's name in the config's `[keys]`; empty if its keys are fixed."""
        return self.toggles or action_name(self.action)


class KeySection(NamedTuple):
    """Keys that the help lists under one title."""

    title: str
    keys: tuple[Key, ...]


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """Textual's bindings of these keys, hidden from Textual's own footer.

    Their ids are the names of the actions, by which the app changes their keys.
    """
    # loaded here: the tables are also read where there is no screen
    from textual.binding import Binding

    return [
        Binding(
            key.keys,
            key.action,
            key.does,
            show=False,
            key_display=key.shown,
            id=key.name or None,
        )
        for key in keys
        if key.action and key.keys
    ]
