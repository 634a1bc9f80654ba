"""The text area of the prompt bar; a module of its own, because importing one takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
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
    SUGGESTIONS: ClassVar = (
        "Explain how a bicycle stays upright, in three sentences.",
        "Write a haiku about a slow network.",
    )
    """Prompts for a first question; each shows how models differ."""

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

    def __init__(self, *, suggests: bool = False) -> None:
        """`suggests` says whether an empty field offers a prompt, which → and ↓ act on."""
        super().__init__()
        self._suggestion = 0
        self._suggests = suggests
        self.suggest(suggests)

    def suggest(self, suggests: bool) -> None:
        """Offer a prompt in the empty field, or none."""
        self._suggests = suggests
        # a string would be read as markup
        text = f"{self.SUGGESTIONS[self._suggestion]}" if suggests else ""
        self.placeholder = Content(text)

    def action_cursor_right(self, select: bool = False) -> None:
        """Take the suggestion into an empty field, else move the cursor."""
        if self._suggests and not self.text:
            self.insert(self.SUGGESTIONS[self._suggestion])
        else:
            super().action_cursor_right(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Offer another prompt in an empty field, else move the cursor."""
        if self._suggests and not self.text:
            self._suggestion = (self._suggestion + 1) % len(self.SUGGESTIONS)
            self.suggest(True)
        else:
            super().action_cursor_down(select)

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
