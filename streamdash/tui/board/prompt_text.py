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
        """The user sent the text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Switched(Message):
        """The user switched between all streams and the current one."""

    class CutWanted(Message):
        """The user switched whether cut answers stay in the conversation."""

    class Closed(Message):
        """The user closed the bar without sending."""

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            compact=True,
        )
        self.cursor_blink = False

    # A priority binding overtakes keys that were typed before it and have not arrived yet, so each
    # action queues behind them.

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
        """Paste text copied in the app, such as an answer, which may hold unsafe characters."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        """Replace the selection with `text`, cleaned because it is drawn unchanged."""
        self.replace(pasted_text(text), *self.selection, maintain_selection_offset=False)
