"""The board's key line, which offers what the keys do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.offered_keys import KeyMode, visible_keys
from streamdash.tui.board.run_control import nothing_asked
from streamdash.tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.tui.board.drawer.drawer import Drawer
    from streamdash.tui.board.grid.pane_grid import PaneGrid
    from streamdash.tui.board.playback import Playback
    from streamdash.tui.widgets.chosen_keys import ChosenKeys


class BoardKeyLine(KeyLine):
    """Chooses its keys by the state of the run, the grid and the drawer."""

    def __init__(
        self,
        run: Run,
        grid: PaneGrid,
        drawer: Drawer,
        playback: Playback | None,
        chosen: ChosenKeys,
    ) -> None:
        super().__init__()
        self._chosen = chosen
        self._run = run
        self._grid = grid
        self._drawer = drawer
        self._playback = playback
        self._mode: KeyMode | None = None
        """What the line was drawn for."""

    @property
    def outdated(self) -> bool:
        """Whether the keys have changed since they were drawn."""
        return self._mode != self._mode_now()

    def show_mode(self) -> None:
        """Draw the keys of this moment, if they have changed."""
        mode = self._mode_now()
        if mode != self._mode:
            self._mode = mode
            self.show_keys(visible_keys(mode, self._chosen))

    def _mode_now(self) -> KeyMode:
        grid, names = self._grid, self._grid.names
        return KeyMode(
            keyboard=self._drawer.keyboard,
            replay=self._playback is not None,
            paused=self._playback is not None and self._playback.paused,
            live=self._run.live,
            closable=grid.zoomed or self._drawer.summary_shown or names.revealed,
            blind=names.blind,
            pages=grid.plan.pages,
            zoomed=grid.zoomed,
            empty=not names.order,
            streams=len(names.order),
            unasked=self._playback is None and nothing_asked(self._run),
            source=grid.current_pane is not None and not grid.current_pane.transcript.markdown,
            answers=grid.current_pane is not None and bool(grid.current_pane.answer.words),
        )
