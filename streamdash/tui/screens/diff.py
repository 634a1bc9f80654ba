"""Two answers as one text that marks their differences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.reporting.figures import count
from streamdash.tui.screens.diff_keys import KEYS
from streamdash.tui.screens.diff_sides import Side, sides_of
from streamdash.tui.screens.text_screen import TextScreen
from streamdash.tui.screens.word_diff import LONGEST, diff_rows, word_diff
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.keys import bindings
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.rows_view import RowsView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from rich.style import Style
    from textual.binding import BindingType

    from streamdash.streams.state import StreamState
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.screens.text_screen import DrawnText


class DiffRows(RowsView):
    """The rows of the merged text."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"diff-rows--removed", "diff-rows--added"}


class Diff(TextScreen):
    """Compares two answers as both are when it opens, and again when one of them ends or is rerun.

    The first is the one that pane `index` shows. The second is the current one of the same pane if
    that is an `earlier` one, else the next pane's.
    """

    CSS_PATH: ClassVar = ["../widgets/rows_view.tcss", "text_screen.tcss", "diff.tcss"]
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, context: ScreenContext, index: int, earlier: StreamState | None) -> None:
        super().__init__(DiffRows(), context.keys)
        self._run = context.run
        self._shared = context
        self._names = context.names
        self._earlier_texts = context.earlier_texts
        self._sides = sides_of(context, index)
        self._before = Side(index, earlier)
        self._after = self._sides[1] if earlier is None else self._sides[0]
        self._compared: list[tuple[StreamState, bool]] = []

    def paint(self, _at: float) -> Frame:
        """Compare again when one of the streams has ended, been rerun or been removed."""
        self._follow_run()
        if self._compared and self._compared != self._versions():
            self.update_text()
        return Frame.IDLE

    def _follow_run(self) -> None:
        """Compare the answers after those that were removed; close without two of them."""
        names = self._names
        gone = [
            side
            for side in (self._before, self._after)
            if names.nearest(side.stream) != side.stream
        ]
        if not gone and names.order:
            return
        self._sides = sides_of(self._shared, names.nearest(self._before.stream))
        if len(self._sides) < 2:
            self.close_soon()
            return
        if self._before in gone:
            self._before = self._sides[0]
        if self._after in gone or self._after == self._before:
            self._after = next(side for side in self._sides if side != self._before)

    def _states(self) -> tuple[StreamState, StreamState]:
        return self._before.state(self._run), self._after.state(self._run)

    def _versions(self) -> list[tuple[StreamState, bool]]:
        """The two states, each with whether it has ended."""
        return [(state, state.status.final) for state in self._states()]

    def update_text(self) -> None:
        """Compare the answers as they are now."""
        self._compared = self._versions()
        states = self._states()
        before, after = (state.text for state in states)
        if max(before.chars, after.chars) > LONGEST:
            self.show_note(f"too long to compare: more than {count(LONGEST)} characters")
        elif any(state in self._run.texts.lost for state in states):
            self.show_note("the text of an earlier answer is no longer kept")
        elif any(state.texts_dropped for state in states):
            self.show_note("reading the recording…")
            self.run_worker(self._bring(states), exclusive=True)
        elif not (before.chars or after.chars):
            self.show_note("no answer yet")
        else:
            style = self._text.get_component_rich_style
            work = partial(
                _compare, before.value(), after.value(), self._text.text_width,
                style("diff-rows--removed"), style("diff-rows--added"),
            )  # fmt: skip
            self.draw(work, "comparing…")

    async def _bring(self, states: Sequence[StreamState]) -> None:
        await self._earlier_texts.bring(states)
        if states == self._states():
            self.update_text()

    def title_parts(self, note: str) -> list[Part]:
        before, after = (side.title(self._run, self._names) for side in (self._before, self._after))
        return [
            Part(f"[-{before}-]", 0, "bad", flexible=True),
            Part(f"{{+{after}+}}", 0, "good", flexible=True),
            Part(note, 1, "quiet", at_right=True),
        ]

    # -- keys -------------------------------------------------------------------------------

    def action_other(self, by: int) -> None:
        """Compare with the answer `by` places further, wrapping around."""
        others = [side for side in self._sides if side != self._before]
        at = others.index(self._after) if self._after in others else 0
        self._after = others[(at + by) % len(others)]
        self.update_text()

    def action_swap(self) -> None:
        self._before, self._after = self._after, self._before
        self.update_text()


def _compare(before: str, after: str, width: int, removed: Style, added: Style) -> DrawnText:
    pieces, share = word_diff(before, after)
    return diff_rows(pieces, width, removed, added), f"{share:.0%} of the words in common"
