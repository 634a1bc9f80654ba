"""An answer with its Markdown rendered, on a screen of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.reporting.figures import count
from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.screens.markdown_text import LONGEST, render
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import Key, bindings
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.rows_view import RowsView
from streamdash.tui.widgets.status_marks import mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar

    from rich.segment import Segment
    from rich.style import Style
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from streamdash.tui.context import ScreenContext

KEYS = (
    Key("escape,m", "back", "esc", "back", "plain", 0),
    Key("right,tab", "stream(1)", "→", "next stream", "next", 2),
    Key("left,shift+tab", "stream(-1)", "←", "previous stream", "previous", 3),
    Key("y", "copy", "y", "copy the answer as it came", "copy", 4),
    Key("q", "app.leave", "q", "quit", "quit", 5),
)
_STYLES = (
    "h1", "h2", "h3", "h4", "code", "code_block", "block_quote", "item.bullet", "item.number",
    "link", "link_url", "hr", "table.border", "table.header",
)  # fmt: skip


def _component(style: str) -> str:
    return f"md--{style.replace('.', '-').replace('_', '-')}"


class MarkdownRows(RowsView):
    """Rendered Markdown, and the theme's styles for it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_component(style) for style in _STYLES}

    def styles_by_name(self) -> dict[str, Style]:
        """The theme's styles by Rich's names."""
        named = {
            f"markdown.{style}": self.get_component_rich_style(_component(style))
            for style in _STYLES
        }
        return {**named, "markdown.h5": named["markdown.h4"], "markdown.h6": named["markdown.h4"]}


class MarkdownScreen(FrontScreen[int | None]):
    """Stream `index`'s answer as Markdown: as it stood when asked for, and again when it ends.

    The result is the stream that is shown last.
    """

    CSS_PATH: ClassVar = ["../widgets/rows_view.tcss", "markdown.tcss"]
    AUTO_FOCUS = "MarkdownRows"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, context: ScreenContext, index: int) -> None:
        super().__init__()
        self._run = context.run
        self._names = context.names
        self._index = index
        self._copy = context.copy
        self._state = self._run.states[index]
        self._chars = 0
        self._ended = False
        self._rendering: LatestJob[tuple[list[list[Segment]], str]] = LatestJob(self)

    def compose(self) -> ComposeResult:
        self._title = PartLine(id="title")
        self._text = MarkdownRows()
        self._keys = KeyLine(id="keys")
        yield self._title
        yield self._text
        yield self._keys

    def on_mount(self) -> None:
        self._keys.show_keys([key for key in KEYS if key.brief])
        # the rows have the theme's styles in them
        self.app.theme_changed_signal.subscribe(self, lambda _: self.call_after_refresh(self._take))

    def on_resize(self) -> None:
        self.call_after_refresh(self._take)

    def paint(self, _at: float) -> Frame:
        """Render again what is another answer now, or has ended; nothing else changes here."""
        state = self._run.states[self._index]
        if state is not self._state or (state.status.final and not self._ended):
            self._take()
        return Frame.IDLE

    def _take(self) -> None:
        """Render the answer as it stands now."""
        self._state = state = self._run.states[self._index]
        self._ended = state.status.final
        answer = state.text if state.text.chars else state.refusal
        self._chars = answer.chars
        self._rendering.drop()
        if answer.chars > LONGEST:
            self._show([], f"too long to render: more than {count(LONGEST)} characters")
        elif not answer.chars:
            self._show([], "no answer yet" if not self._ended else "no answer")
        else:
            self._show(None, "rendering…")
            width, styles = self._text.text_width, self._text.styles_by_name()
            work = partial(_rendered, answer.value(), width, styles)
            self._rendering.want(work, lambda found: self._show(*found))

    def _show(self, rows: list[list[Segment]] | None, note: str) -> None:
        """Show rows, if there are new ones, and say what there is to know about them."""
        if rows is not None:
            self._text.show(rows)
        state = self._state
        mark = mark_of(state)
        parts = [
            Part(self._names.label(state), 0, "title", flexible=True, least=8),
            Part(self._names.target(state), 4, "quiet", flexible=True),
            Part(f"{mark.sign} {state.stage}", 1, mark.tone, short=mark.sign),
            Part(f"{count(self._chars)} ch", 3),
        ]
        if not self._ended and not note:
            note = "as it stood when asked for"
        parts.append(Part(note, 2, "note", at_right=True))
        self._title.show(parts)

    # -- keys -------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.dismiss(self._index)

    def action_stream(self, by: int) -> None:
        """Another stream's answer."""
        self._index = self._names.step(self._index, by)
        self._text.scroll_home(animate=False)
        self._take()

    def action_copy(self) -> None:
        if self._state.text.chars:
            self._copy(self._state.text.value())

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.run_action(event.action)


def _rendered(
    text: str, width: int, styles: Mapping[str, Style]
) -> tuple[list[list[Segment]], str]:
    """The rows, and what there is to say of them."""
    try:
        return render(text, width, styles), ""
    except Exception as error:
        return [], f"cannot be rendered: {type(error).__name__}"
