"""The keys of the form."""

from __future__ import annotations

from streamdash.tui.widgets.keys import Key

SEND = Key("enter", "send(False)", "enter", "rerun the pane with the changes", "rerun", 0)
SEND_ALL = Key("ctrl+t", "send(True)", "ctrl+t", "the same in all panes", "all", 1)
MODELS = Key("ctrl+o", "models", "ctrl+o", "choose a model from a list", "models", 2)
NEW_LINE = Key("", "", "ctrl+j", "new line", "new line", 2)
NEXT = Key("tab", "step(1)", "tab", "next field", "next", 3)
PREVIOUS = Key("shift+tab", "step(-1)", "shift+tab", "previous field")
TAKE_BACK = Key("ctrl+l", "swap", "ctrl+l", "the request as it is; as it was typed", "undo", 3)
CLOSE = Key("escape", "close", "esc", "close; what was typed stays", "close", 0)
KEYS = (SEND, SEND_ALL, MODELS, NEXT, PREVIOUS, TAKE_BACK, CLOSE)
