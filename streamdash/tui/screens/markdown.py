"""One stream's answer with its Markdown rendered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.reporting.figures import count
from streamdash.tui.screens.markdown_text import LONGEST, render
from streamdash.tui.screens.text_screen import TextScreen
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.keys import Key, bindings
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.rows_view import RowsView
from streamdash.tui.widgets.status_marks import mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar

    from rich.style import Style
    from textual.binding import BindingType

    from streamdash.tui.context import ScreenContext
    from streamdash.tui.screens.text_screen import DrawnText

KEYS = (
    Key("escape,m", "back", "esc", "back", "plain", 0),
    Key("right,tab", "stream(1)", "→", "next stream", "next", 2),
    Key("left,shift+tab", "stream(-1)", "←", "previous stream", "previous", 3),
    Key("y", "copy", "y", "copy the answer as it arrived", "copy", 4),
    Key("q", "app.leave", "q", "quit", "quit", 5),
)
_STYLES = (
    "h1", "h2", "h3", "h4", "code", "code_block", "block_quote", "item.bullet", "item.number",
    "link", "link_url", "hr", "table.border", "table.header",
)  # fmt: skip


def _component(style: str) -> str:
    return f"markdown-rows--{style.replace('.', '-').replace('_', '-')}"


class MarkdownRows(RowsView):
    """Rows of rendered Markdown, and the theme's styles for them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_component(style) for style in _STYLES}

    def styles_by_name(self) -> dict[str, Style]:
        """The theme's styles under Rich's names for them."""
        named = {
            f"markdown.{style}": self.get_component_rich_style(_component(style))
            for style in _STYLES
        }
        return {**named, "markdown.h5": named["markdown.h4"], "markdown.h6": named["markdown.h4"]}


class MarkdownScreen(TextScreen):
    """Renders the answer of stream `index` as it is when the screen opens, and again when it ends.

    The result is the stream that is shown last.
    """

    CSS_PATH: ClassVar = ["../widgets/rows_view.tcss", "text_screen.tcss", "markdown.tcss"]
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, context: ScreenContext, index: int) -> None:
        self._rows = MarkdownRows()
        super().__init__(self._rows)
        self._run = context.run
        self._names = context.names
        self._index = index
        self._copy = context.copy
        self._state = self._run.states[index]
        self._chars = 0
        self._ended = False

    def paint(self, _at: float) -> Frame:
        """Render again when the answer has ended or the stream was rerun."""
        state = self._run.states[self._index]
        if state is not self._state or (state.status.final and not self._ended):
            self.update_text()
        return Frame.IDLE

    def update_text(self) -> None:
        """Render the answer as it is now."""
        self._state = state = self._run.states[self._index]
        self._ended = state.status.final
        answer = state.text if state.text.chars else state.refusal
        self._chars = answer.chars
        if answer.chars > LONGEST:
            self.show_note(f"too long to render: more than {count(LONGEST)} characters")
        elif not answer.chars:
            self.show_note("no answer yet" if not self._ended else "no answer")
        else:
            width, styles = self._rows.text_width, self._rows.styles_by_name()
            self.draw(partial(_render, answer.value(), width, styles), "rendering…")

    def title_parts(self, note: str) -> list[Part]:
        state = self._state
        mark = mark_of(state)
        if not self._ended and not note:
            note = "snapshot of a live answer"
        return [
            Part(self._names.label(state), 0, "title", flexible=True, least=8),
            Part(self._names.target(state), 4, "quiet", flexible=True),
            Part(f"{mark.sign} {state.stage}", 1, mark.tone, short=mark.sign),
            Part(f"{count(self._chars)} ch", 3),
            Part(note, 2, "note", at_right=True),
        ]

    # -- keys -------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.dismiss(self._index)

    def action_stream(self, by: int) -> None:
        """Render another stream's answer."""
        self._index = self._names.step(self._index, by)
        self._rows.scroll_home(animate=False)
        self.update_text()

    def action_copy(self) -> None:
        if self._state.text.chars:
            self._copy(self._state.text.value())


def _render(text: str, width: int, styles: Mapping[str, Style]) -> DrawnText:
    try:
        return render(text, width, styles), ""
    except Exception as error:
        return [], f"cannot be rendered: {type(error).__name__}"
