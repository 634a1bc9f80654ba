"""The bar in which a prompt is typed, for all streams or for the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from streamdash.streams.conversation import is_cut
from streamdash.tui.board.run_control import nothing_asked
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part, cut

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from streamdash.streams.run import Run
    from streamdash.tui.board.drawer.prompt_text import PromptText

LABEL_CELLS = 60
MOST_ROWS = 8
"""The most rows of text shown at once."""
ROOMY = 24
"""From this many rows of the screen on, the field for a first prompt has a frame."""
FRAME_ROWS = 2


class PromptBar(Widget):
    """A text field under a line that names its recipients; the text survives closing."""

    class Asked(Message):
        """Send `text` to all streams, or to the current one; see `Run.ask` for `with_cut`."""

        def __init__(self, text: str, *, everyone: bool, with_cut: bool) -> None:
            super().__init__()
            self.text = text
            self.everyone = everyone
            self.with_cut = with_cut

    class Closed(Message):
        """The user closed the bar."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._index = 0
        self._label = ""
        self._everyone = True
        self._with_cut = False
        self._line = PartLine()
        self._entry: PromptText | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        yield self._line

    async def open(self, index: int, label: str) -> None:
        """Show the bar and give it the keyboard; both arguments are the current stream's.

        An empty field is filled with the stream's unsent follow-ups.
        """
        if self._entry is None:
            from streamdash.tui.board.drawer.prompt_text import PromptText

            self._entry = PromptText()
            await self.mount(self._entry, after=self._line)
        self._entry.suggest(self.first)
        self.fit(self.screen.size.height)
        self.display = True
        unsent = self._run.unsent[index]
        if unsent and not self._entry.value:
            self._entry.value = "\n".join(question.text for question in unsent)
            # it may have been sent to other streams already
            self._everyone = all(self._run.unsent[one] == unsent for one in self._run.present)
        self.show_reach(index, label)
        self.screen.set_focus(self._entry)

    @property
    def first(self) -> bool:
        """Whether nothing has been asked yet."""
        return nothing_asked(self._run)

    def fit(self, height: int) -> None:
        """Take at most half of a screen `height` rows high."""
        if self._entry is not None:
            framed = self.first and height >= ROOMY
            self.set_class(framed, "-framed")
            rows = MOST_ROWS + FRAME_ROWS if framed else MOST_ROWS
            self._entry.styles.max_height = max(1, min(rows, height // 2 - 1))
            self.call_after_refresh(self._entry.scroll_cursor_visible)

    def close(self) -> None:
        """Hide the bar."""
        self.display = False

    def show_reach(self, index: int, label: str) -> None:
        """Show who receives the text and its delays; both arguments are the current stream's."""
        self._index, self._label = index, label
        states, streams = self._run.states, len(self._run.present)
        if streams == 1:
            whom = cut(label, LABEL_CELLS)
        elif self._everyone:
            whom = f"all {streams} streams"
        else:
            whom = f"{cut(label, LABEL_CELLS)} only"
        what = "Follow-up" if states[index].spec.messages else "Prompt"
        self._line.show(
            [Part(f"{what} to {whom}", 0, "title", flexible=True), *self._consequences()]
        )

    def _consequences(self) -> list[Part]:
        """Notes about live answers, which delay the prompt, and about cut ones."""
        run = self._run
        reached = run.present_states if self._everyone else [run.states[self._index]]
        one = len(reached) == 1
        parts = []
        live = sum(not state.status.final and state.attempts > 0 for state in reached)
        if live:
            whose = "its answer" if one else f"{live} answer{'' if live == 1 else 's'}"
            parts.append(Part(f"waits for the end of {whose}", 1, "note", short=f"{live} wait"))
        cuts = sum(is_cut(state) for state in reached)
        if cuts or live:
            whose = "the cut answer" if one and cuts else "cut answers"
            plural = whose.endswith("s")
            included, left_out = ("are sent", "stay out") if plural else ("is sent", "stays out")
            effect = included if self._with_cut else left_out
            part = Part(f"{whose} {effect}: ctrl+o", 2, "warn" if cuts else "quiet", short="ctrl+o")
            parts.append(part)
        return parts

    def on_prompt_text_switched(self, event: PromptText.Switched) -> None:
        event.stop()
        self._everyone = not self._everyone
        self.show_reach(self._index, self._label)

    def on_prompt_text_cut_wanted(self, event: PromptText.CutWanted) -> None:
        event.stop()
        self._with_cut = not self._with_cut
        self.show_reach(self._index, self._label)

    def on_prompt_text_sent(self, event: PromptText.Sent) -> None:
        event.stop()
        if self._entry is not None:
            self._entry.value = ""
        with_cut, self._with_cut = self._with_cut, False
        self.post_message(self.Asked(event.text, everyone=self._everyone, with_cut=with_cut))

    def on_prompt_text_closed(self, event: PromptText.Closed) -> None:
        event.stop()
        self.post_message(self.Closed())
