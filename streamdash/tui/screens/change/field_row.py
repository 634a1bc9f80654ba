"""One field of the form: its name, the text that is edited, and a note about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static

from streamdash.tui.screens.change.field_texts import LONGEST_LINE, SEVERAL_LINES
from streamdash.tui.widgets.entry import Entry
from streamdash.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from streamdash.tui.screens.change.field_texts import FieldName

_FOCUS_MARK, _CHANGE_MARK = "›", "•"


class FieldRow(Widget, can_focus=False):
    """A field that knows the text it began with; `known` are texts that complete what is typed."""

    class Edited(Message):
        """The text has changed."""

    def __init__(self, field: FieldName, original: str, known: Sequence[str] = ()) -> None:
        super().__init__(id=field)
        self.field = field
        self._label = Static(classes="label")
        self._note = Static(classes="note")
        self._note.display = False
        self.editor: Entry | TextField
        if field in SEVERAL_LINES:
            self.editor = TextField()
        else:
            suggester = SuggestFromList(known, case_sensitive=False) if known else None
            self.editor = Entry("", longest=LONGEST_LINE, suggester=suggester)
        self.original = original
        self._problem = ""
        self._judged: str | None = None
        """The text that was sent or found wrong, unless it was edited since."""
        self._hint = ""

    def compose(self) -> ComposeResult:
        yield self._label
        with Vertical():
            yield self.editor
            yield self._note

    def on_mount(self) -> None:
        self.text = self.original
        # the editor may store the text in another form, with other line ends for example
        self.original = self.text
        self.show_state()

    @property
    def text(self) -> str:
        """The current text."""
        return self.editor.value

    @text.setter
    def text(self, text: str) -> None:
        if text != self.editor.value:
            self.editor.value = text
        if isinstance(self.editor, Entry):
            self.editor.cursor_position = len(text)

    @property
    def changed(self) -> bool:
        """Whether the text differs from the original one."""
        return self.editor.value != self.original

    def fit(self, height: int) -> None:
        """Take at most a third of a screen `height` rows high."""
        lines = SEVERAL_LINES.get(self.field)
        if lines is not None:
            most = max(1, min(lines.most, height // 3))
            self.editor.styles.max_height = most
            self.editor.styles.min_height = min(lines.least, most)

    def show_cursor(self) -> None:
        """Scroll the text to the row of the cursor."""
        if isinstance(self.editor, TextField):
            self.editor.scroll_cursor_visible()

    def show_state(self) -> None:
        """Mark the field as focused and as changed."""
        focused = self.editor.has_focus
        name = Content.assemble(
            f"{_FOCUS_MARK if focused else ' '} ",
            (self.field, "bold" if focused else ""),
            f" {_CHANGE_MARK}" if self.changed else "",
        )
        self._label.update(name)
        self._label.set_class(focused, "-focused")
        self._label.set_class(self.changed, "-changed")

    def show_hint(self, hint: str, placeholder: str) -> None:
        """Show advice below the field, and what an empty field stands for."""
        self._hint = hint
        self.editor.placeholder = placeholder
        self._show_note()

    def judge(self, problem: str) -> None:
        """Show what is wrong with the text until it is edited; empty if nothing is."""
        self._judged = self.text
        self._problem = problem
        self._show_note()

    def _show_note(self) -> None:
        note = self._problem or self._hint
        self._note.update(Content(note))
        self._note.set_class(bool(self._problem), "-problem")
        self._note.display = bool(note)

    def on_descendant_focus(self) -> None:
        self.show_state()

    def on_descendant_blur(self) -> None:
        self.show_state()

    def on_click(self, event: events.Click) -> None:
        """Focus the field whose name was clicked."""
        if event.widget is not self.editor:
            self.editor.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._edited()

    def on_text_area_changed(self, event: TextField.Changed) -> None:
        event.stop()
        self._edited()

    def _edited(self) -> None:
        if self.text == self._judged:
            # the message is late: the text was judged already
            return
        self._judged = None
        self._problem = ""
        self._show_note()
        self.show_state()
        self.post_message(self.Edited())
