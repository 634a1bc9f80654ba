"""The keys of the inspector."""

from __future__ import annotations

from streamdash.tui.widgets.keys import Key

KEYS = (
    Key("escape", "back", "esc", "back", "back", 0),
    Key("i", "back", "", "", toggles="inspector"),
    Key("slash", "search", "/", "only events that contain a text", "search", 1),
    Key("f", "follow", "f", "follow the newest event", "follow", 2),
    Key("right,tab", "stream(1)", "→", "next stream", "next stream", 3),
    Key("left,shift+tab", "stream(-1)", "←", "previous stream", "previous", 4),
    Key("", "", "↑↓", "move", "move", 5),
    Key("shift+down,space", "read(1)", "space", "scroll the event", "scroll event", 6),
    Key("shift+up", "read(-1)", "", ""),
    Key("q", "app.leave", "q", "quit", "quit", 7),
)
LIST_KEYS = (
    Key("up,k", "move(-1)", "", "choose an event"),
    Key("down,j", "move(1)", "", "choose an event"),
    Key("pageup", "page(-1)", "", "choose an event"),
    Key("pagedown", "page(1)", "", "choose an event"),
    Key("home,g", "first", "", "choose an event"),
    Key("end,G", "last", "", "choose an event"),
)
"""Those of the list of events."""
