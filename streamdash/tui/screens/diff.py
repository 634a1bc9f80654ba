"""Two streams' answers as one text that shows where they differ."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.reporting.figures import count
from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.screens.word_diff import LONGEST, diff_rows, word_diff
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import Key, bindings
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.rows_view import RowsView

if TYPE_CHECKING:
    from typing import ClassVar

    from rich.segment import Segment
    from rich.style import Style
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from streamdash.streams.state import StreamState
    from streamdash.tui.context import ScreenContext

KEYS = (
    Key("escape,d", "back", "esc", "back", "back", 0),
    Key("right,tab", "other(1)", "→", "against the next stream", "against next", 1),
    Key("left,shift+tab", "other(-1)", "←", "against the previous stream", "previous", 2),
    Key("o", "swap", "o", "the other way round", "swap", 3),
    Key("q", "app.leave", "q", "quit", "quit", 4),
)


class DiffText(RowsView):
    """The text of both."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"diff--removed", "diff--added"}


class Diff(FrontScreen[int | None]):
    """Stream `index`'s answer against another one's, as they stood when asked for or ended."""

    CSS_PATH: ClassVar = ["../widgets/rows_view.tcss", "diff.tcss"]
    AUTO_FOCUS = "DiffText"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, context: ScreenContext, index: int) -> None:
        super().__init__()
        self._run = context.run
        self._names = context.names
        self._before = index
        self._after = self._names.step(index, 1)
        self._compared: list[tuple[StreamState, bool]] = []
        self._comparison: LatestJob[tuple[list[list[Segment]], float]] = LatestJob(self)

    def compose(self) -> ComposeResult:
        self._title = PartLine(id="title")
        self._text = DiffText()
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
        """Compare again when one of them has ended or begun anew; nothing else changes here."""
        if self._compared and self._compared != self._now():
            self._take()
        return Frame.IDLE

    def _states(self) -> tuple[StreamState, StreamState]:
        return self._run.states[self._before], self._run.states[self._after]

    def _now(self) -> list[tuple[StreamState, bool]]:
        return [(state, state.status.final) for state in self._states()]

    def _take(self) -> None:
        """Compare the answers as they stand now."""
        self._compared = self._now()
        before, after = (state.text for state in self._states())
        self._comparison.drop()
        if max(before.chars, after.chars) > LONGEST:
            self._show([], f"too long to compare: more than {count(LONGEST)} characters")
        elif not (before.chars or after.chars):
            self._show([], "no answer yet")
        else:
            self._show(None, "comparing…")
            style = self._text.get_component_rich_style
            work = partial(
                _compared, before.value(), after.value(), self._text.text_width,
                style("diff--removed"), style("diff--added"),
            )  # fmt: skip
            self._comparison.want(work, self._show_compared)

    def _show_compared(self, found: tuple[list[list[Segment]], float]) -> None:
        rows, share = found
        self._show(rows, f"{share:.0%} of the words in common")

    def _show(self, rows: list[list[Segment]] | None, note: str) -> None:
        """Show rows, if there are new ones, and say what there is to know about them."""
        if rows is not None:
            self._text.show(rows)
        before, after = self._states()
        self._title.show(
            [
                Part(f"[-{self._names.label(before)}-]", 0, "bad", flexible=True),
                Part(f"{{+{self._names.label(after)}+}}", 0, "good", flexible=True),
                Part(note, 1, "quiet", at_right=True),
            ]
        )

    # -- keys -------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.dismiss()

    def action_other(self, by: int) -> None:
        """Against another stream, around the end."""
        self._after = self._names.step(self._after, by)
        if self._after == self._before:
            self._after = self._names.step(self._after, by)
        self._take()

    def action_swap(self) -> None:
        self._before, self._after = self._after, self._before
        self._take()

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.run_action(event.action)


def _compared(
    before: str, after: str, width: int, removed: Style, added: Style
) -> tuple[list[list[Segment]], float]:
    pieces, share = word_diff(before, after)
    return diff_rows(pieces, width, removed, added), share
