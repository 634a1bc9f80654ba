"""The line in which a search is typed; it follows the current pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from streamdash.tui.board.drawer.search import Search
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widgets import Input

    from streamdash.tui.board.drawer.search_entry import SearchEntry
    from streamdash.tui.transcript.transcript import Transcript

TICK_S = 0.1


class SearchBar(Widget):
    """Shows the search text and the number of matches."""

    class Changed(Message):
        """The marked matches changed; `left` if the panes should get the keyboard focus back."""

        def __init__(self, *, left: bool = False) -> None:
            super().__init__()
            self.left = left

    def __init__(self) -> None:
        super().__init__()
        self._search = Search()
        self._found = PartLine()
        self._entry: SearchEntry | None = None
        self._tick_at = 0.0
        self.display = False

    def compose(self) -> ComposeResult:
        yield self._found

    async def open(self, transcript: Transcript | None) -> None:
        """Show the bar, give it the keyboard, and repeat the last search in `transcript`."""
        if self._entry is None:
            from streamdash.tui.board.drawer.search_entry import SearchEntry

            self._entry = SearchEntry()
            await self.mount(self._entry, before=0)
        self.display = True
        self.screen.set_focus(self._entry)
        self._entry.select_all()
        self.look_in(transcript)

    def close(self) -> None:
        """Hide the bar and remove all marks."""
        self.display = False
        self._search.close()

    def look_in(self, transcript: Transcript | None) -> None:
        """Continue the search in this transcript."""
        if self.display:
            self._search.seek(self._search.needle, transcript)
            self._changed()

    def go(self, by: int) -> None:
        """Go to the next or previous match."""
        if self.display:
            self._search.go(by)
            self._changed()

    def paint(self, at: float) -> bool:
        """Count matches in new text and update their number; True if more text is left."""
        if not self.display:
            return False
        left = self._search.count()
        if at >= self._tick_at:
            self._tick_at = at + TICK_S
            self._say()
        return left

    @property
    def typing(self) -> bool:
        """Whether the entry has the keyboard."""
        return self.screen.focused is self._entry

    def _say(self) -> None:
        said = self._search.said
        tone = "warn" if said == "no match" else "figures"
        self._found.show([Part(said, 0, tone, at_right=True)])

    def _changed(self, *, left: bool = False) -> None:
        self._search.count()
        self._say()
        self.post_message(self.Changed(left=left))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search.seek(event.value)
        self._changed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._changed(left=True)
