"""What opens at the bottom of the board: the summary, the prompt bar, the search bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from streamdash.tui.terminal.coverage import Backing
from streamdash.tui.terminal.frame_clock import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.result import StreamResult
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from streamdash.tui.board.keys import Keyboard
    from streamdash.tui.board.prompt_bar import PromptBar
    from streamdash.tui.board.search_bar import SearchBar
    from streamdash.tui.board.summary import Summary
    from streamdash.tui.transcript.transcript import Transcript


class Drawer(Backing):
    """Opens and closes its parts, each made on first use; at most one bar is open at a time."""

    class Changed(Message):
        """A part has changed; `released` if the keyboard should return to the panes."""

        def __init__(self, *, released: bool) -> None:
            super().__init__()
            self.released = released

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._summary: Summary | None = None
        self._prompt: PromptBar | None = None
        self._search: SearchBar | None = None

    def paint(self, at: float) -> Frame:
        """Go on counting the matches of a search."""
        more = self._search is not None and self._search.paint(at)
        return Frame.MORE if more else Frame.IDLE

    def fit(self, height: int) -> None:
        """Adapt to a screen of `height` rows."""
        if self._prompt is not None:
            self._prompt.fit(height)

    @property
    def keyboard(self) -> Keyboard:
        """Which keys the open bar offers."""
        if self.prompting:
            return "prompt bar"
        if self._search is not None and self.searching:
            return "search entry" if self._search.typing else "matches"
        return "panes"

    def close_bar(self) -> bool:
        """Close the bar that is open; False if there is none."""
        for bar in (self._prompt, self._search):
            if bar is not None and bar.display:
                bar.close()
                return True
        return False

    # -- the summary ------------------------------------------------------------------------

    @property
    def summary_shown(self) -> bool:
        return self._summary is not None and self._summary.display

    def show_summary(self, results: Sequence[StreamResult]) -> None:
        """Show the table of these results."""
        if self._summary is None:
            from streamdash.tui.board.summary import Summary

            self._summary = Summary()
            self.mount(self._summary, before=0 if self.children else None)
        self._summary.show_results(results)

    def hide_summary(self) -> None:
        if self._summary is not None:
            self._summary.display = False

    # -- the prompt bar ---------------------------------------------------------------------

    @property
    def prompting(self) -> bool:
        return self._prompt is not None and self._prompt.display

    async def open_prompt(self, state: StreamState, label: str) -> None:
        """Open the prompt bar, with the keyboard; `state` is the current stream's."""
        if self._search is not None:
            self._search.close()
        if self._prompt is None:
            from streamdash.tui.board.prompt_bar import PromptBar

            self._prompt = PromptBar(self._run)
            await self.mount(self._prompt, before=self._search)
        await self._prompt.open(state.index, label)

    def show_current(self, state: StreamState, label: str) -> None:
        """Tell an open prompt bar which stream is current."""
        if self._prompt is not None and self._prompt.display:
            self._prompt.show_reach(state.index, label)

    def on_prompt_bar_closed(self) -> None:
        self.close_bar()
        self.post_message(self.Changed(released=True))

    # -- the search bar ---------------------------------------------------------------------

    @property
    def searching(self) -> bool:
        return self._search is not None and self._search.display

    async def open_search(self, transcript: Transcript) -> None:
        """Open the search bar, with the keyboard, on the last text that was searched for."""
        if self._prompt is not None:
            self._prompt.close()
        if self._search is None:
            from streamdash.tui.board.search_bar import SearchBar

            self._search = SearchBar()
            await self.mount(self._search)
        await self._search.open(transcript)

    def search_in(self, transcript: Transcript) -> None:
        """Continue an open search in another transcript."""
        if self._search is not None:
            self._search.look_in(transcript)

    def find(self, by: int) -> None:
        """Go to the next or previous match."""
        if self._search is not None:
            self._search.go(by)

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(released=event.left))
