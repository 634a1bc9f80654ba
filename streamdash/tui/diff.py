"""Two streams' answers as one text that shows where they differ."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.screen import Screen

from streamdash.tui.cells import Part
from streamdash.tui.figures import count
from streamdash.tui.key_line import KeyLine
from streamdash.tui.keys import Key, bindings
from streamdash.tui.part_line import PartLine
from streamdash.tui.rows_view import RowsView
from streamdash.tui.threads import in_thread
from streamdash.tui.word_diff import LONGEST, diff_rows, word_diff

if TYPE_CHECKING:
    from typing import ClassVar

    from rich.segment import Segment
    from rich.style import Style
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from streamdash.tui.names import Names
    from streamdash.tui.word_diff import WordDiff

KEYS = (
    Key("escape,d", "back", "esc", "back", "back", 0),
    Key("right,tab", "other(1)", "→", "against the next stream", "against next", 1),
    Key("left,shift+tab", "other(-1)", "←", "against the previous stream", "previous", 2),
    Key("o", "swap", "o", "the other way round", "swap", 3),
    Key("q", "app.leave", "q", "quit", "quit", 4),
)


class _Wanted(NamedTuple):
    """What is to be compared, and how it is shown."""

    texts: tuple[str, str]
    width: int
    removed: Style
    added: Style


class DiffText(RowsView):
    """The text of both."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"diff--removed", "diff--added"}


class Diff(Screen[None]):
    """Stream `index`'s answer against another one's, as they stood when asked for or ended."""

    CSS_PATH: ClassVar = ["rows_view.tcss", "diff.tcss"]
    AUTO_FOCUS = "DiffText"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, run: Run, names: Names, index: int) -> None:
        super().__init__()
        self._run = run
        self._names = names
        self._before = index
        self._after = names.step(index, 1)
        self._compared: list[tuple[StreamState, bool]] = []
        self._wanted: _Wanted | None = None
        self._comparing = False
        self._known: tuple[tuple[str, str], WordDiff] | None = None
        """The texts that were compared last, and what came of it."""

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

    def paint(self, _at: float) -> bool:
        """Compare again when one of them has ended or begun anew; nothing else changes here."""
        if self._compared and self._compared != self._now():
            self._take()
        return False

    def _states(self) -> tuple[StreamState, StreamState]:
        return self._run.states[self._before], self._run.states[self._after]

    def _now(self) -> list[tuple[StreamState, bool]]:
        return [(state, state.status.final) for state in self._states()]

    def _take(self) -> None:
        """Compare the answers as they stand now."""
        self._compared = self._now()
        before, after = (state.text for state in self._states())
        self._wanted = None
        if max(before.chars, after.chars) > LONGEST:
            self._show([], f"too long to compare: more than {count(LONGEST)} characters")
        elif not (before.chars or after.chars):
            self._show([], "no answer yet")
        else:
            self._show(None, "comparing…")
            style = self._text.get_component_rich_style
            self._wanted = _Wanted(
                (before.value(), after.value()), self._text.text_width,
                style("diff--removed"), style("diff--added"),
            )  # fmt: skip
            if not self._comparing:
                self._comparing = True
                self.run_worker(self._compare())

    async def _compare(self) -> None:
        """Compare what is wanted, one pair after another: a thread cannot be told to stop."""
        try:
            while self._wanted is not None:
                wanted = self._wanted
                diff, rows = await in_thread(partial(_compared, wanted, self._known))
                self._known = wanted.texts, diff
                if self._wanted == wanted:
                    self._wanted = None
                    self._show(rows, f"{diff.share:.0%} of the words in common")
        finally:
            self._comparing = False

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
    wanted: _Wanted, known: tuple[tuple[str, str], WordDiff] | None
) -> tuple[WordDiff, list[list[Segment]]]:
    diff = known[1] if known is not None and known[0] == wanted.texts else word_diff(*wanted.texts)
    return diff, diff_rows(diff.pieces, wanted.width, wanted.removed, wanted.added)
