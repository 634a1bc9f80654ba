"""The entry of the search bar; a module of its own, because importing one takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import Input

from streamdash.streams.text import clean_line

if TYPE_CHECKING:
    from typing import ClassVar

    from textual import events
    from textual.binding import BindingType

LONGEST = 200


class SearchEntry(Input):
    """One line of clean text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.find(-1)", show=False),
        Binding("down", "screen.find(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="find in this pane", compact=True, max_length=LONGEST)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        """Take pasted text without its control characters: it is drawn as it is."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(clean_line(event.text, LONGEST))
