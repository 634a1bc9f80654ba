"""A screen for one text that a thread draws: a title line, the text's rows, the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rich.segment import Segment

from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.part_line import PartLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from streamdash.tui.widgets.chosen_keys import ChosenKeys
    from streamdash.tui.widgets.keys import Key
    from streamdash.tui.widgets.parts import Part
    from streamdash.tui.widgets.rows_view import RowsView

DrawnText: TypeAlias = tuple[list[list[Segment]], str]
"""Rows of segments, and a note about them for the title line."""


class TextScreen(FrontScreen[int | None]):
    """Shows the rows of one text, drawn again for another width or theme.

    A subclass lists its `KEYS`, writes the title, and draws the text in `update_text`.
    """

    AUTO_FOCUS = "RowsView"
    KEYS: ClassVar[tuple[Key, ...]] = ()

    def __init__(self, text: RowsView, chosen_keys: ChosenKeys) -> None:
        super().__init__()
        self._text = text
        self._chosen_keys = chosen_keys
        self._drawing: LatestJob[DrawnText] = LatestJob(self)

    def compose(self) -> ComposeResult:
        self._title = PartLine(id="title")
        self._keys = KeyLine(id="keys")
        yield self._title
        yield self._text
        yield self._keys

    def on_mount(self) -> None:
        self._keys.show_keys([key for key in self._chosen_keys.apply(self.KEYS) if key.brief])
        # the rows contain the theme's styles
        self.app.theme_changed_signal.subscribe(
            self, lambda _: self.call_after_refresh(self.update_text)
        )

    def on_resize(self) -> None:
        self.call_after_refresh(self.update_text)

    def update_text(self) -> None:
        """Show the text as it is now, by `draw` or `show_note`."""
        raise NotImplementedError

    def title_parts(self, note: str) -> list[Part]:
        """The title line, with a note about the text at its end."""
        raise NotImplementedError

    def draw(self, work: Callable[[], DrawnText], note: str) -> None:
        """Draw the text in a thread; until that is done the old rows stay under `note`."""
        self._title.show(self.title_parts(note))
        self._drawing.want(work, self._show_drawn)

    def show_note(self, note: str) -> None:
        """Show a note in the title line and no text."""
        self._drawing.drop()
        self._show_drawn(([], note))

    def _show_drawn(self, drawn: DrawnText) -> None:
        rows, note = drawn
        self._text.show(rows)
        self._title.show(self.title_parts(note))

    def action_back(self) -> None:
        self.dismiss()

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.run_action(event.action)
