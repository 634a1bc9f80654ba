"""The text area of the prompt bar; a module of its own, because importing one takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message

from streamdash.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.binding import BindingType


class PromptText(TextField):
    """A text of several lines in which enter sends and ctrl+j begins a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", show=False, priority=True),
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

    # A priority binding overtakes keys that were typed before it and have not arrived yet, so each
    # action queues behind them.

    def action_send(self) -> None:
        self.call_later(self._send)

    def action_switch(self) -> None:
        self.call_later(self.post_message, self.Switched())

    def action_cut(self) -> None:
        self.call_later(self.post_message, self.CutWanted())

    def action_close(self) -> None:
        self.call_later(self.post_message, self.Closed())

    def _send(self) -> None:
        if self.value.strip():
            self.post_message(self.Sent(self.value))
