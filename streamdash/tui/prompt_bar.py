"""Where a further prompt is typed, for all streams or for the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from streamdash.tui.cells import Part, cut
from streamdash.tui.part_line import PartLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.prompt_text import PromptText

LABEL_CELLS = 60
MOST_ROWS = 8
"""Rows of text that are seen at once, where the screen has room for them."""


class PromptBar(Widget):
    """The text under a line that says whom it goes to; it keeps what was typed when it closes."""

    class Asked(Message):
        """Put `text` to all streams, or to the current one."""

        def __init__(self, text: str, *, everyone: bool) -> None:
            super().__init__()
            self.text = text
            self.everyone = everyone

    class Closed(Message):
        """The bar is no longer wanted."""

    def __init__(self, streams: int) -> None:
        super().__init__()
        self._streams = streams
        self._spec: StreamSpec | None = None
        self._label = ""
        self._everyone = True
        self._line = PartLine()
        self._entry: PromptText | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        yield self._line

    async def open(self, spec: StreamSpec, label: str) -> None:
        """Show the bar and give it the keyboard at once; both are the current stream's."""
        if self._entry is None:
            from streamdash.tui.prompt_text import PromptText

            self._entry = PromptText()
            await self.mount(self._entry, after=self._line)
        self.fit(self.screen.size.height)
        self.display = True
        self.show_reach(spec, label)
        self.screen.set_focus(self._entry)

    def fit(self, height: int) -> None:
        """Take at most half of a screen `height` rows high."""
        if self._entry is not None:
            self._entry.styles.max_height = max(1, min(MOST_ROWS, height // 2 - 1))
            self.call_after_refresh(self._entry.scroll_cursor_visible)

    def close(self) -> None:
        """Hide the bar."""
        self.display = False

    def show_reach(self, spec: StreamSpec, label: str) -> None:
        """Say whom the text goes to; both are the current stream's."""
        self._spec, self._label = spec, label
        if self._streams == 1:
            whom = cut(label, LABEL_CELLS)
        elif self._everyone:
            whom = f"all {self._streams} streams"
        else:
            whom = f"{cut(label, LABEL_CELLS)} only"
        what = "Follow-up" if spec.messages else "Prompt"
        self._line.show([Part(f"{what} to {whom}", 0, "title", flexible=True)])

    def on_prompt_text_switched(self, event: PromptText.Switched) -> None:
        event.stop()
        if self._spec is not None:
            self._everyone = not self._everyone
            self.show_reach(self._spec, self._label)

    def on_prompt_text_sent(self, event: PromptText.Sent) -> None:
        event.stop()
        if self._entry is not None:
            self._entry.clear()
        self.post_message(self.Asked(event.text, everyone=self._everyone))

    def on_prompt_text_closed(self, event: PromptText.Closed) -> None:
        event.stop()
        self.post_message(self.Closed())
