"""The parts of the main screen: how they are made, painted and fitted to the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from streamdash.tui.board.board_key_line import BoardKeyLine
from streamdash.tui.board.board_painter import BoardPainter
from streamdash.tui.board.drawer.drawer import Drawer
from streamdash.tui.board.grid.pane_grid import PaneGrid
from streamdash.tui.board.playback import Playback
from streamdash.tui.board.request.board_requests import BoardRequests
from streamdash.tui.board.roster import Roster
from streamdash.tui.board.run_control import RunControl
from streamdash.tui.board.run_watch import RunWatch
from streamdash.tui.board.title_line import TitleLine
from streamdash.tui.screens.front_screen import LOW_ROWS
from streamdash.tui.screens.opening import FrontScreens
from streamdash.tui.terminal.coverage import is_covered
from streamdash.tui.terminal.direct_rows import DirectRows
from streamdash.tui.terminal.frame_clock import Frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Region
    from textual.strip import Strip

    from streamdash.tui.board.file_follower import FileFollower
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.shown_run import ShownRun


class BoardParts(Screen[None]):
    """Shows a run: grid, title, drawer, keys, and the line of a watched file.

    `rng` shuffles the panes in blind mode. `markdown` says whether answers are rendered at first.
    `close` leaves the board, if another is below it.
    """

    AUTO_FOCUS = ""

    def __init__(
        self,
        context: ScreenContext,
        shown: ShownRun,
        *,
        rng: Random | None = None,
        markdown: bool = True,
        close: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._close = close
        self._shared = context
        self._shown = shown
        self._run = run = context.run
        self.names = context.names
        """The streams' names on all screens."""
        self._rng = rng
        self.markdown = markdown
        """Whether panes begin with rendered answers."""
        self._playback = None if shown.timeline is None else Playback(shown.timeline)
        specs = () if shown.replay else run.plan.specs
        self.unasked = bool(specs) and all(not spec.messages for spec in specs)
        """No stream has a prompt yet: the board starts with the prompt bar open."""
        self._follower: FileFollower | None = None
        self._direct_rows = DirectRows()
        self._front = FrontScreens(self._front_closed)
        self._new = True

    def compose(self) -> ComposeResult:
        run, playback, keys = self._run, self._playback, self._shared.keys
        replay = self._shown.replay
        watch = RunWatch(run, self._shown.problem)
        grid = self.grid = PaneGrid(
            run,
            self._direct_rows,
            self.names,
            markdown=self.markdown,
            replay=replay,
            chosen=keys,
        )
        drawer = self._drawer = Drawer(run, grid, replay=replay)
        title = TitleLine(run, self._shown.title, self._direct_rows, playback=playback, watch=watch)
        key_line = BoardKeyLine(run, grid, drawer, playback, keys)
        control = self._control = RunControl(run, title, drawer, replay=replay, chosen=keys)
        self._requests = BoardRequests(self, self._shared, control, self.wake, replay=replay)
        self._painter = BoardPainter(
            run,
            grid,
            drawer,
            title,
            key_line,
            roster=Roster(run, grid, drawer, self._shared.names, replay=replay),
            front=self._front,
            watch=watch,
            playback=playback,
        )
        file_watch = self._shown.file_watch
        if file_watch is not None:
            from streamdash.tui.board.file_follower import FileFollower

            self._follower = FileFollower(file_watch, grid, title, drawer, self.wake, keys)
        lines = [] if self._follower is None else [self._follower.line]
        self._parts = (grid, *lines, title, drawer, key_line)
        yield from self._parts

    async def on_mount(self) -> None:
        self._painter.show_state()
        self.grid.choose(self.grid.current)
        if self.unasked:
            await self._drawer.action_prompt()
            if self._shown.check is not None:
                self.grid.invite_by(self._shown.check)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background where no part is."""
        return [] if is_covered(self, self._parts) else super().render_lines(crop)

    def paint(self, at: float) -> Frame:
        """Paint what changed since the last frame."""
        if self._painter.follow_run():
            # rows of panes that move must not be written where these still are
            return Frame.MORE
        self._direct_rows.begin(self)
        try:
            return self._painter.paint(at)
        finally:
            self._direct_rows.end()

    def wake(self) -> None:
        """Show the effect of a key or click in the next frame."""
        if self._follower is not None:
            self._follower.show()
        self._painter.expect_change()
        self._shared.wake()

    def warn(self, sentence: str, timeout_s: float | None = None) -> bool:
        """Show a sentence, if there is one."""
        if sentence:
            self.notify(sentence, severity="warning", timeout=timeout_s, markup=False)
        return bool(sentence)

    async def show_added(self) -> None:
        """Open the prompt bar for a stream that has just been added without a question."""
        # the bar names the pane, which has to be there
        self._painter.follow_run()
        await self._drawer.action_prompt()

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW_ROWS, "-low")
        self._drawer.fit(self.size.height)
        self.wake()

    def on_screen_suspend(self) -> None:
        self._direct_rows.cover()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self._new:
            # each widget's style has just been worked out
            self._new = event.refresh_styles = False
        # until then the terminal still shows the screen that was in front
        self.call_after_refresh(self._direct_rows.show)

    def _front_closed(self, chosen: int | None) -> None:
        """Go to the stream that the closed screen chose, if any."""
        if chosen is not None:
            self.grid.choose(chosen)
        self.wake()
