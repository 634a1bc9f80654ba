"""The form over a pane in which its request is changed and sent again."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from streamdash.output.safe_text import clean_line
from streamdash.promptfile.model_references import resolve
from streamdash.promptfile.values import Invalid
from streamdash.tui.screens.change import keys
from streamdash.tui.screens.change.checked_texts import check_texts
from streamdash.tui.screens.change.draft import Draft
from streamdash.tui.screens.change.field_row import FieldRow
from streamdash.tui.screens.change.field_texts import FIELDS, SEVERAL_LINES, FieldName, field_texts
from streamdash.tui.screens.change.hints import hint, placeholder
from streamdash.tui.screens.change.note import note_parts
from streamdash.tui.screens.change.placing import place_panel
from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.text.pasted import pasted_line
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Region

    from streamdash.promptfile.model_references import Target
    from streamdash.tui.screens.change.subject import FormSubject

BLIND = "model and settings are hidden: b on the board ends blind mode"


class ChangeForm(ModalScreen[Draft], FrontScreen[Draft]):
    """Lets the user change a request; `send(values, everyone)` sends it with the checked values.

    `send` returns why it did not, or an empty string; then the form closes. The result is what
    was typed and not sent. `pane` returns the place of the stream's pane, over which the form
    opens if the terminal is large enough.
    """

    CSS_PATH = "form.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.keys, key.action, show=False, priority=True) for key in keys.KEYS),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    def __init__(
        self,
        subject: FormSubject,
        draft: Draft,
        send: Callable[[Mapping[FieldName, Any], bool], Awaitable[str]],
        pane: Callable[[], Region],
        *,
        focus: FieldName = "prompt",
    ) -> None:
        super().__init__()
        self._subject = subject
        self._draft = draft
        self._send_values = send
        self._pane = pane
        self._last_field: FieldName = "prompt" if subject.blind else focus
        """The field that has the keyboard, or had it last."""
        self._endpoint = subject.spec.endpoint
        """That of the model that is typed, or the last one that was right."""
        self._caution = ""
        """What to know before something is sent there."""
        self._objection = ""

    def compose(self) -> ComposeResult:
        subject = self._subject
        texts = field_texts(subject.spec)
        fields = ("prompt",) if subject.blind else FIELDS
        self._rows = [
            FieldRow(name, texts[name], subject.known if name == "model" else ()) for name in fields
        ]
        self._title = PartLine(id="title")
        self._note = PartLine(id="note")
        self._keys = KeyLine(id="keys")
        self._panel = Vertical(id="panel")
        with self._panel:
            yield self._title
            with VerticalScroll(id="fields", can_focus=False):
                yield from self._rows
            yield self._note
            yield self._keys

    def on_mount(self) -> None:
        question = f"question {self._subject.spec.turn}" if self._subject.spec.turn > 1 else ""
        self._title.show(
            [
                Part(f"Change {self._subject.label}", 0, "title", flexible=True),
                Part(question, 1, "note", at_right=True),
            ]
        )
        for row in self._rows:
            row.text = self._draft.texts.get(row.field, row.text)
        self._show_hints()
        self._lay_out()
        self._focus(next(row for row in self._rows if row.field == self._last_field))

    # -- the look ---------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        self._lay_out()
        self.call_after_refresh(self._keep_focus_in_sight)

    def _lay_out(self) -> None:
        place_panel(self, self._panel, self._pane())
        for row in self._rows:
            row.fit(self.size.height)
        self.call_after_refresh(lambda: place_panel(self, self._panel, self._pane()))

    @property
    def _focused_row(self) -> FieldRow | None:
        # the editor itself learns later that it has the keyboard
        return next((row for row in self._rows if row.editor is self.focused), None)

    def _focus(self, row: FieldRow) -> None:
        # at once, so that the next key already goes there
        self.set_focus(row.editor, scroll_visible=False)
        self.call_after_refresh(self._keep_focus_in_sight)
        self._show_keys()

    def _keep_focus_in_sight(self) -> None:
        row = self._focused_row
        if row is not None:
            row.show_cursor()
            row.scroll_visible(animate=False)
            place_panel(self, self._panel, self._pane())

    def on_descendant_focus(self) -> None:
        row = self._focused_row
        if row is not None:
            self._last_field = row.field
        self._show_keys()

    def on_field_row_edited(self, event: FieldRow.Edited) -> None:
        event.stop()
        self._objection = ""
        self._show_hints()
        self._show_keys()
        self.call_after_refresh(self._keep_focus_in_sight)

    def _show_hints(self) -> None:
        subject = self._subject
        if subject.blind:
            self._rows[0].show_hint(BLIND, "")
            return
        for row in self._rows:
            if row.field == "model":
                self._follow_model(row)
        for row in self._rows:
            advice = hint(row.field, row.text, self._endpoint, subject.spec.endpoint)
            if row.field == "model" and row.changed:
                advice = self._caution
            row.show_hint(advice, placeholder(row.field, self._endpoint))

    def _follow_model(self, row: FieldRow) -> None:
        """Find the endpoint of the model that is typed."""
        with suppress(Invalid):
            endpoint = resolve(row.text, self._subject.names).endpoint
            if endpoint != self._endpoint:
                self._endpoint = endpoint
                self._caution = clean_line(self._subject.caution(endpoint), 300)

    def _show_keys(self) -> None:
        """Show the keys of the focused field, and what they would send."""
        row, subject = self._focused_row, self._subject
        field = None if row is None else row.field
        shown = [keys.SEND]
        if subject.streams > 1:
            shown.append(keys.SEND_ALL._replace(brief=f"all {subject.streams}"))
        if field == "model" and subject.picker is not None:
            shown.append(keys.MODELS)
        if field in SEVERAL_LINES:
            shown.append(keys.NEW_LINE)
        if len(self._rows) > 1:
            shown.append(keys.NEXT)
        if self._changes():
            shown.append(keys.TAKE_BACK)
        elif self._draft.set_aside:
            shown.append(keys.TAKE_BACK._replace(brief="redo"))
        self._keys.show_keys([*shown, keys.CLOSE])
        changed = [row.field for row in self._rows if row.changed]
        self._note.show(note_parts(changed, subject.streams, self._objection))

    # -- keys -------------------------------------------------------------------------------

    def action_step(self, by: int) -> None:
        """Go to the next or previous field, around the end."""
        row = self._focused_row
        at = -1 if row is None else self._rows.index(row)
        self._focus(self._rows[(at + by) % len(self._rows)])

    def action_close(self) -> None:
        self._after_typing(self._close)

    def _close(self) -> None:
        texts = self._changes()
        set_aside = {} if texts else self._draft.set_aside
        self.dismiss(Draft({**self._hidden_texts(), **texts}, set_aside, self._last_field))

    def _hidden_texts(self) -> dict[FieldName, str]:
        """What was typed into fields that blind mode hides now."""
        shown = {row.field for row in self._rows}
        return {field: text for field, text in self._draft.texts.items() if field not in shown}

    def action_swap(self) -> None:
        self._after_typing(self._swap)

    def _swap(self) -> None:
        """Take back what was typed, or type it again."""
        texts = self._changes()
        again = {} if texts else self._draft.set_aside
        self._draft = Draft(self._hidden_texts(), texts)
        for row in self._rows:
            row.text = again.get(row.field, row.original)
        self._show_keys()

    def action_models(self) -> None:
        """Choose a model on the picker's screen; elsewhere than in its field the key is free."""
        row = self._focused_row
        if row is not None and row.field == "model" and self._subject.picker is not None:
            self.app.push_screen(self._subject.picker(row.text), partial(self._picked, row))

    def _picked(self, row: FieldRow, target: Target | None) -> None:
        if target is not None:
            row.text = pasted_line(target.reference, len(target.reference))

    def action_send(self, everyone: bool) -> None:
        self._after_typing(partial(self._send, everyone and self._subject.streams > 1))

    def _after_typing(self, act: Callable[[], object]) -> None:
        """Act when every field has the keys that were typed into it.

        The keys of the form overtake those that a field has not handled yet.
        """
        waiting = {row.field for row in self._rows}

        def arrived(field: FieldName) -> None:
            waiting.discard(field)
            if not waiting:
                self.call_later(act)

        for row in self._rows:
            row.editor.call_later(arrived, row.field)

    def _changes(self) -> dict[FieldName, str]:
        return {row.field: row.text for row in self._rows if row.changed}

    async def _send(self, everyone: bool) -> None:
        """Send the values if all are right, else go to the first field that is wrong."""
        texts = self._changes()
        if not self._subject.spec.messages:
            texts.setdefault("prompt", "")
        values, problems = check_texts(texts, self._subject.names)
        for row in self._rows:
            row.judge(problems.get(row.field, ""))
        wrong = next((row for row in self._rows if row.field in problems), None)
        if wrong is not None:
            self._focus(wrong)
            return
        self._objection = await self._send_values(values, everyone)
        if self._objection:
            self._show_keys()
        else:
            self.dismiss(Draft(self._hidden_texts(), field=self._last_field))

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.run_action(event.action)
