"""Where a further prompt is typed, for all streams or for the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from streamdash.streams.text import clean
from streamdash.tui.cells import Part
from streamdash.tui.part_line import PartLine

if TYPE_CHECKING:
    from typing import ClassVar

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

LABEL_LIMIT = 60


class PromptText(TextArea):
    """A text of several lines in which enter sends and ctrl+j begins a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", show=False, priority=True),
        Binding("ctrl+j,shift+enter", "new_line", show=False, priority=True),
        Binding("tab,ctrl+t", "switch", show=False, priority=True),
        Binding("escape", "close", show=False, priority=True),
    ]

    class Sent(Message):
        """The text is to be asked."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Switched(Message):
        """Ask all, or only the current stream."""

    class Closed(Message):
        """Nothing is to be asked now."""

    def action_send(self) -> None:
        if self.text.strip():
            self.post_message(self.Sent(self.text))

    def action_new_line(self) -> None:
        self.insert("\n")

    def action_switch(self) -> None:
        self.post_message(self.Switched())

    def action_close(self) -> None:
        self.post_message(self.Closed())

    async def _on_paste(self, event: events.Paste) -> None:
        """Take pasted text without its control characters: it is drawn as it is."""
        event.prevent_default()
        self.insert(clean(event.text))


class PromptBar(Widget):
    """The text under a line that says whom it goes to."""

    class Asked(Message):
        """Put `text` to all streams, or to the current one."""

        def __init__(self, text: str, *, everyone: bool) -> None:
            super().__init__()
            self.text = text
            self.everyone = everyone

    class Closed(Message):
        """The bar is no longer wanted."""

    def __init__(self, *, first: bool) -> None:
        super().__init__()
        self._first = first
        self._everyone = True
        self._streams = 0
        self._label = ""

    def compose(self) -> ComposeResult:
        self._line = PartLine()
        self.entry = PromptText(
            "",
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            compact=True,
        )
        self.entry.cursor_blink = False
        yield self._line
        yield self.entry

    def show_reach(self, streams: int, label: str) -> None:
        """Say whom the text goes to; `label` is the current stream's."""
        self._streams, self._label = streams, clean(label)
        self._show()

    def _show(self) -> None:
        what = "Prompt" if self._first else "Follow-up"
        if self._streams == 1:
            whom = self._label
        elif self._everyone:
            whom = f"all {self._streams} streams"
        else:
            whom = f"{self._label} only"
        self._line.show([Part(f"{what} to {whom}", 0, "title", flexible=True)])

    def asked(self) -> None:
        """The text has been sent: the next one is a follow-up."""
        self._first = False
        self.entry.clear()

    def on_prompt_text_switched(self, event: PromptText.Switched) -> None:
        event.stop()
        if self._streams > 1:
            self._everyone = not self._everyone
            self._show()

    def on_prompt_text_sent(self, event: PromptText.Sent) -> None:
        event.stop()
        self.post_message(self.Asked(event.text, everyone=self._everyone))

    def on_prompt_text_closed(self, event: PromptText.Closed) -> None:
        event.stop()
        self.post_message(self.Closed())
