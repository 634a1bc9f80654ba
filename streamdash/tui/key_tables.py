"""The actions of all screens whose keys the config can change; loads no part of Textual."""

from __future__ import annotations

from streamdash.config.keymap import KeyAction
from streamdash.tui.board.keys import ALL_KEYS
from streamdash.tui.screens import diff_keys
from streamdash.tui.screens.inspector import keys as inspector_keys
from streamdash.tui.screens.leaderboard import keys as leaderboard_keys

_TABLES = {
    "on the board": ALL_KEYS,
    "in the diff": diff_keys.KEYS,
    "in the inspector": (*inspector_keys.KEYS, *inspector_keys.LIST_KEYS),
    "in the leaderboard": leaderboard_keys.KEYS,
}


def key_actions() -> dict[str, list[KeyAction]]:
    """The actions of each screen, by words such as "on the board"."""
    tables = {}
    for screen, rows in _TABLES.items():
        actions, does = [], ""
        for row in rows:
            # rows without words of their own share those above
            does = row.does or does
            if row.keys:
                actions.append(KeyAction(row.name, tuple(row.keys.split(",")), does))
        tables[screen] = actions
    return tables
