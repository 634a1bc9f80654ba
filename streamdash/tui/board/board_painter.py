"""Paints the frames of the board, or of the screen in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.tui.terminal.frame_clock import Frame

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.tui.board.board_key_line import BoardKeyLine
    from streamdash.tui.board.drawer import Drawer
    from streamdash.tui.board.pane_grid import PaneGrid
    from streamdash.tui.board.playback import Playback
    from streamdash.tui.board.roster import Roster
    from streamdash.tui.board.run_watch import RunWatch
    from streamdash.tui.board.title_line import TitleLine
    from streamdash.tui.screens.opening import FrontScreens, LiveScreen

TICK_S = 0.1
"""How often the title's counts and clock change."""
SETTLING_FRAMES = 6
"""Frames painted after a key while a replay is paused: its effect takes turns of the loop."""


class BoardPainter:
    """Paints panes in every frame; title and keys on a tick, after a key, and at the end."""

    def __init__(
        self,
        run: Run,
        grid: PaneGrid,
        drawer: Drawer,
        title_line: TitleLine,
        key_line: BoardKeyLine,
        *,
        roster: Roster,
        front: FrontScreens,
        watch: RunWatch,
        playback: Playback | None,
    ) -> None:
        self._run = run
        self._grid = grid
        self._drawer = drawer
        self._title_line = title_line
        self._key_line = key_line
        self._roster = roster
        self._front = front
        self._watch = watch
        self._playback = playback
        self._settling = 0
        self._tick_at = 0.0

    def expect_change(self) -> None:
        """Show the effect of a key or click in the next frames."""
        self._settling = SETTLING_FRAMES
        self._tick_at = 0.0

    def follow_run(self) -> bool:
        """Arrange streams that were added or removed; the frame after this paints them."""
        followed = self._grid.is_mounted and self._roster.follow()
        if followed:
            self.show_state()
        return followed

    def paint(self, at: float) -> Frame:
        """Paint what changed since the last frame."""
        self._roster.relabel()
        frame = self._paint_parts(at)
        self._settling = max(0, self._settling - 1)
        paused = self._playback is not None and self._playback.paused
        if self._run.live and (not paused or self._settling > 0):
            frame = max(frame, Frame.MORE)
        return frame

    def _paint_parts(self, at: float) -> Frame:
        shown: PaneGrid | LiveScreen = self._front.shown or self._grid
        if not shown.is_mounted:
            # nothing may wake the clock when it is
            return Frame.MORE
        if shown is not self._grid:
            self._grid.painter.drop()
        frame = shown.paint(at)
        if frame is Frame.RESUME:
            return frame
        frame = max(frame, self._drawer.paint(at))
        if self._watch.new_end():
            if self._drawer.summary_shown:
                self._drawer.show_summary()
            self.show_state()
        elif at >= self._tick_at or self._key_line.outdated:
            self._tick_at = at + TICK_S
            self.show_state()
        return frame

    def show_state(self) -> None:
        """Bring title, keys and prompt bar up to date; what is the same is not drawn again."""
        problem = self._watch.new_problem()
        if problem is not None:
            notice = clean_line(problem, 300)
            self._grid.notify(notice, severity="warning", timeout=10, markup=False)
        self._title_line.show_run(self._grid.shown, self._grid.names)
        self._key_line.show_mode()
        self._drawer.show_current()
