"""Two streams' answers as one text that marks their differences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.reporting.figures import count
from streamdash.tui.screens.text_screen import TextScreen
from streamdash.tui.screens.word_diff import LONGEST, diff_rows, word_diff
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.keys import Key, bindings
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.rows_view import RowsView

if TYPE_CHECKING:
    from typing import ClassVar

    from rich.style import Style
    from textual.binding import BindingType

    from streamdash.streams.state import StreamState
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.screens.text_screen import DrawnText

KEYS = (
    Key("escape,d", "back", "esc", "back", "back", 0),
    Key("right,tab", "other(1)", "→", "compare with the next stream", "next", 1),
    Key("left,shift+tab", "other(-1)", "←", "compare with the previous stream", "previous", 2),
    Key("o", "swap", "o", "swap the two streams", "swap", 3),
    Key("q", "app.leave", "q", "quit", "quit", 4),
)


class DiffRows(RowsView):
    """The rows of the merged text."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"diff-rows--removed", "diff-rows--added"}


class Diff(TextScreen):
    """Compares the answer of stream `index` with another one's, as both are when it opens.

    It compares again when one of them ends or is rerun.
    """

    CSS_PATH: ClassVar = ["../widgets/rows_view.tcss", "text_screen.tcss", "diff.tcss"]
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, context: ScreenContext, index: int) -> None:
        super().__init__(DiffRows())
        self._run = context.run
        self._names = context.names
        self._before = index
        self._after = self._names.step(index, 1)
        self._compared: list[tuple[StreamState, bool]] = []

    def paint(self, _at: float) -> Frame:
        """Compare again when one of the streams has ended, been rerun or been removed."""
        self._follow_run()
        if self._compared and self._compared != self._versions():
            self.update_text()
        return Frame.IDLE

    def _follow_run(self) -> None:
        """Compare the streams after those that were removed; close without two of them."""
        names = self._names
        if len(names.order) < 2:
            self.close_soon()
            return
        self._before, self._after = names.nearest(self._before), names.nearest(self._after)
        if self._before == self._after:
            self._after = names.step(self._before, 1)

    def _states(self) -> tuple[StreamState, StreamState]:
        return self._run.states[self._before], self._run.states[self._after]

    def _versions(self) -> list[tuple[StreamState, bool]]:
        """The two states, each with whether it has ended."""
        return [(state, state.status.final) for state in self._states()]

    def update_text(self) -> None:
        """Compare the answers as they are now."""
        self._compared = self._versions()
        before, after = (state.text for state in self._states())
        if max(before.chars, after.chars) > LONGEST:
            self.show_note(f"too long to compare: more than {count(LONGEST)} characters")
        elif not (before.chars or after.chars):
            self.show_note("no answer yet")
        else:
            style = self._text.get_component_rich_style
            work = partial(
                _compare, before.value(), after.value(), self._text.text_width,
                style("diff-rows--removed"), style("diff-rows--added"),
            )  # fmt: skip
            self.draw(work, "comparing…")

    def title_parts(self, note: str) -> list[Part]:
        before, after = self._states()
        return [
            Part(f"[-{self._names.label(before)}-]", 0, "bad", flexible=True),
            Part(f"{{+{self._names.label(after)}+}}", 0, "good", flexible=True),
            Part(note, 1, "quiet", at_right=True),
        ]

    # -- keys -------------------------------------------------------------------------------

    def action_other(self, by: int) -> None:
        """Compare with the stream `by` places further, wrapping around."""
        if len(self._names.order) < 2:
            return
        self._after = self._names.step(self._after, by)
        if self._after == self._before:
            self._after = self._names.step(self._after, by)
        self.update_text()

    def action_swap(self) -> None:
        self._before, self._after = self._after, self._before
        self.update_text()


def _compare(before: str, after: str, width: int, removed: Style, added: Style) -> DrawnText:
    pieces, share = word_diff(before, after)
    return diff_rows(pieces, width, removed, added), f"{share:.0%} of the words in common"
