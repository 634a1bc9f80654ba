"""The keys of the diff."""

from __future__ import annotations

from streamdash.tui.widgets.keys import Key

KEYS = (
    Key("escape", "back", "esc", "back", "back", 0),
    Key("d", "back", "", "", toggles="diff"),
    Key("right,tab", "other(1)", "→", "compare with the next answer", "next", 1),
    Key("left,shift+tab", "other(-1)", "←", "compare with the previous answer", "previous", 2),
    Key("o", "swap", "o", "swap the two answers", "swap", 3),
    Key("q", "app.leave", "q", "quit", "quit", 4),
)
