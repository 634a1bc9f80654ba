"""An input field of one line; a module of its own, because importing Textual's takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from streamdash.tui.text.pasted import pasted_line
from streamdash.tui.widgets.immediate_edit import edit_at_once

if TYPE_CHECKING:
    from textual import events
    from textual.suggester import Suggester

LONGEST = 200
"""Characters of a field, unless it has another limit."""
_SCROLLING = ("scroll_", "page_")
"""How the actions begin that Textual's scrolled widgets bind."""


class Entry(Input):
    """A field whose text stays one clean line, whatever is pasted into it."""

    def __init__(
        self,
        placeholder: str,
        *,
        longest: int = LONGEST,
        suggester: Suggester | None = None,
        id: str | None = None,  # noqa: A002  # Textual's
    ) -> None:
        super().__init__(
            placeholder=placeholder, compact=True, max_length=longest, suggester=suggester, id=id
        )
        self.cursor_blink = False
        self._longest = longest

    async def on_key(self, event: events.Key) -> None:
        await edit_at_once(self, event)

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Insert the text that was copied in this program."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        """Replace the selection by `text`, cleaned and cut to the space that is left."""
        start, end = sorted(self.selection)
        room = self._longest - len(self.value) + (end - start)
        self.replace(pasted_line(text, room), start, end)
