"""What opens on the board: two bars below the panes, and the summary over them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from streamdash.tui.screens.leaderboard.keys import has_models
from streamdash.tui.terminal.coverage import Backing
from streamdash.tui.terminal.frame_clock import Frame

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.tui.board.drawer.prompt_bar import PromptBar
    from streamdash.tui.board.drawer.search_bar import SearchBar
    from streamdash.tui.board.drawer.summary import Summary
    from streamdash.tui.board.grid.pane_grid import PaneGrid
    from streamdash.tui.board.offered_keys import Keyboard

SUMMARY_PERCENT = 45
"""The most of the screen's rows that the summary takes."""


class Drawer(Backing):
    """Opens and closes its parts, each made on first use; at most one bar is open at a time.

    They work on the current pane of `grid`, which gets the keyboard back. A replay has no prompt.
    """

    class Changed(Message):
        """A part has changed."""

    def __init__(self, run: Run, grid: PaneGrid, *, replay: bool) -> None:
        super().__init__()
        self._run = run
        self._grid = grid
        self._replay = replay
        self._summary: Summary | None = None
        self._prompt: PromptBar | None = None
        self._search: SearchBar | None = None

    def paint(self, at: float) -> Frame:
        """Go on counting the matches of a search."""
        more = self._search is not None and self._search.paint(at)
        return Frame.MORE if more else Frame.IDLE

    def fit(self, height: int) -> None:
        """Adapt to a screen of `height` rows."""
        if self._summary is not None:
            # a height in percent would not follow the screen: Textual caches the drawer's height
            self._summary.styles.max_height = max(1, height * SUMMARY_PERCENT // 100)
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

    def close_bar(self) -> None:
        """Close the open bar, if any, and return the keyboard to the panes."""
        for bar in (self._prompt, self._search):
            if bar is not None and bar.display:
                bar.close()
        self._grid.focus_current()

    def follow_grid(self) -> None:
        """Adapt to the panes now shown: a zoomed one has no summary; a search moves on."""
        if self._grid.zoomed:
            self.hide_summary()
        pane = self._grid.current_pane
        if pane is not None and self._search is not None:
            self._search.look_in(pane.transcript)

    def follow_run(self) -> None:
        """Adapt to the streams that the run has now; without any, only the panes' keys are left."""
        if self._grid.names.order:
            if self.summary_shown:
                self.show_summary()
        else:
            self.hide_summary()
            self.close_bar()
        self.follow_grid()

    # -- the summary ------------------------------------------------------------------------

    @property
    def summary_shown(self) -> bool:
        return self._summary is not None and self._summary.display

    def show_summary(self) -> None:
        """Show the table of all streams' results as of now."""
        # loaded here: the first frame needs none of it
        from streamdash.reporting.result import result_of
        from streamdash.streams.frozen_run import freeze
        from streamdash.tui.board.drawer.summary_proof import proof_of

        if self._summary is None:
            from streamdash.tui.board.drawer.summary import Summary

            self._summary = Summary()
            # over the panes, so that nothing that is read moves
            self._grid.mount(self._summary)
            self.fit(self.screen.size.height)
        run, names = self._run, self._grid.names
        results = [
            names.result(index, result_of(run, index, earlier=False)) for index in names.order
        ]
        in_rounds = run.plan.in_rounds
        prove = None
        if in_rounds or (not names.blind and has_models(run)):
            prove = partial(proof_of, freeze(run), results, blind=names.blind)
        self._summary.show_results(results, run.lag.p99_s, prove, in_rounds=in_rounds)

    def hide_summary(self) -> None:
        if self._summary is not None:
            self._summary.display = False

    def close_summary(self) -> None:
        """Hide the summary and return the keyboard to the panes."""
        self.hide_summary()
        self._grid.focus_current()

    def action_summary(self) -> None:
        """Show or close the summary, which has nothing to show before anything is asked."""
        if self.summary_shown:
            self.close_summary()
        else:
            self.show_summary()
        self.post_message(self.Changed())

    # -- the prompt bar ---------------------------------------------------------------------

    @property
    def prompting(self) -> bool:
        return self._prompt is not None and self._prompt.display

    async def action_prompt(self) -> None:
        """Open the prompt bar, with the keyboard."""
        if not self._grid.names.order or self._replay:
            return
        if self._search is not None:
            self._search.close()
        if self._prompt is None:
            from streamdash.tui.board.drawer.prompt_bar import PromptBar

            self._prompt = PromptBar(self._run)
            await self.mount(self._prompt, before=self._search)
        await self._prompt.open(self._grid.current, self._current_label)
        self.post_message(self.Changed())

    @property
    def _current_label(self) -> str:
        return self._grid.names.label(self._run.states[self._grid.current])

    def show_current(self) -> None:
        """Name the current stream in an open prompt bar."""
        if self._prompt is not None and self._prompt.display:
            self._prompt.show_reach(self._grid.current, self._current_label)

    def on_prompt_bar_closed(self) -> None:
        self.close_bar()
        self.post_message(self.Changed())

    # -- the search bar ---------------------------------------------------------------------

    @property
    def searching(self) -> bool:
        return self._search is not None and self._search.display

    async def action_search(self) -> None:
        """Open the search bar, with the keyboard, on the last text that was searched for."""
        pane = self._grid.current_pane
        if pane is None:
            return
        if self._prompt is not None:
            self._prompt.close()
        if self._search is None:
            from streamdash.tui.board.drawer.search_bar import SearchBar

            self._search = SearchBar()
            await self.mount(self._search)
        await self._search.open(pane.transcript)
        self.post_message(self.Changed())

    def action_find(self, by: int) -> None:
        """Go to the next or previous match."""
        if self._search is not None:
            self._search.go(by)

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        event.stop()
        if event.left:
            self._grid.focus_current()
        self.post_message(self.Changed())
