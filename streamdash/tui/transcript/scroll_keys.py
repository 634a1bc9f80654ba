"""The keys that scroll a transcript."""

from __future__ import annotations

from streamdash.tui.widgets.keys import Key

SCROLL_KEYS = (
    Key("up", "scroll_up", "↑ ↓ pgup pgdn", "scroll the pane"),
    Key("down", "scroll_down", "", ""),
    Key("pageup", "page_up", "", ""),
    Key("pagedown", "page_down", "", ""),
    Key("home", "scroll_home", "home end", "first line; last line, and follow"),
    Key("end", "scroll_end", "", ""),
)
