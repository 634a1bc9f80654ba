"""The text area of the prompt bar; a module of its own, because importing one takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from streamdash.tui.text.pasted import pasted_text

if TYPE_CHECKING:
    from typing import ClassVar

    from textual import events
    from textual.binding import BindingType


class PromptText(TextArea):
    """A text of several lines in which enter sends and ctrl+j begins a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", show=False, priority=True),
        Binding("ctrl+j,shift+enter", "new_line", show=False, priority=True),
        Binding("tab,ctrl+t", "switch", show=False, priority=True),
        Binding("ctrl+o", "cut", show=False, priority=True),
        Binding("escape", "close", show=False, priority=True),
    ]

    class Sent(Message):
        """The text is to be asked."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Switched(Message):
        """Ask all, or only the current stream."""

    class CutWanted(Message):
        """Send answers on that were cut, or not after all."""

    class Closed(Message):
        """Nothing is to be asked now."""

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            compact=True,
        )
        self.cursor_blink = False

    # A binding of priority overtakes the keys that were typed before it and are still on their
    # way here, so each action queues behind them.

    def action_send(self) -> None:
        self.call_later(self._send)

    def action_new_line(self) -> None:
        self.call_later(self.insert, "\n")

    def action_switch(self) -> None:
        self.call_later(self.post_message, self.Switched())

    def action_cut(self) -> None:
        self.call_later(self.post_message, self.CutWanted())

    def action_close(self) -> None:
        self.call_later(self.post_message, self.Closed())

    def _send(self) -> None:
        if self.text.strip():
            self.post_message(self.Sent(self.text))

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Take what was copied here; answers are copied as they came."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        """Put text in the place of what is selected, clean: it is drawn as it is."""
        self.replace(pasted_text(text), *self.selection, maintain_selection_offset=False)
