"""A field of several lines; a module of its own, because importing Textual's takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import TextArea

from streamdash.reporting.figures import count
from streamdash.tui.terminal.internals import bound_action
from streamdash.tui.text.pasted import pasted_text

if TYPE_CHECKING:
    from typing import ClassVar

    from textual import events
    from textual.binding import BindingType

MOST_BYTES, LONGEST_LINE = 100_000, 10_000
"""Bytes of a text, and of one of its lines, that are edited.

Textual wraps a whole line for each key, and all of them at every change of the width, in the
loop that stamps the streams' events.
"""
_SHOWN = 400
"""Characters that are shown of a longer text."""


class TextField(TextArea):
    """A text of several lines in which ctrl+j begins a new one, with clean text pasted into it.

    A text that is too long to be edited is kept as a whole: only its start is shown, what is
    pasted goes to its end, and ctrl+u empties the field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter", "new_line", show=False, priority=True),
        Binding("ctrl+u", "delete_to_start_of_line", show=False),
    ]

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            compact=True,
            placeholder=placeholder,
        )
        self.cursor_blink = False
        self._whole: str | None = None
        """The text, if it is too long to be edited."""

    @property
    def value(self) -> str:
        """The whole text."""
        return self.text if self._whole is None else self._whole

    @value.setter
    def value(self, text: str) -> None:
        long = _is_long(text)
        self._whole = text if long else None
        self.read_only = long
        self.load_text(_start(text) if long else text)
        self.move_cursor((0, 0) if long else self.document.end)

    # A priority binding overtakes keys that were typed before it and have not arrived yet, so the
    # action queues behind them.

    def action_new_line(self) -> None:
        self.call_later(self._new_line)

    def _new_line(self) -> None:
        if not self.read_only:
            self.replace("\n", *self.selection, maintain_selection_offset=False)

    def action_delete_to_start_of_line(self) -> None:
        """Delete to the start of the line, or all of a text that is too long to be edited."""
        if self._whole is None:
            super().action_delete_to_start_of_line()
        else:
            self.value = ""

    async def on_key(self, event: events.Key) -> None:
        """Edit at once: Textual would let text that was typed later overtake keys that edit."""
        action = bound_action(self, event.key)
        if action is not None and await self.app.run_action(action, self):
            event.stop()
            event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Paste text copied in the app, such as an answer, which may hold unsafe characters."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        """Replace the selection with `text`, cleaned because it is drawn unchanged."""
        text = pasted_text(text)
        if self._whole is not None:
            self.value = self._whole + text
            return
        start, end = sorted(self.selection)
        before = self.document.get_text_range((0, 0), start)
        whole = before + text + self.document.get_text_range(end, self.document.end)
        if _is_long(whole):
            self.value = whole
        else:
            self.replace(text, *self.selection, maintain_selection_offset=False)


def _is_long(text: str) -> bool:
    if len(text) <= LONGEST_LINE // 4:
        return False
    if len(text) > MOST_BYTES:
        return True
    data = text.encode("utf-8", "replace")
    return len(data) > MOST_BYTES or max(map(len, data.split(b"\n"))) > LONGEST_LINE


def _start(text: str) -> str:
    """How long a long text is, and its start."""
    start = "\n".join(text[:_SHOWN].splitlines()[:4]).rstrip()
    return f"({count(len(text))} characters, too many to edit; ctrl+u empties)\n{start}…"
