"""The main screen: title, panes, drawer, keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from streamdash.output.safe_text import clean_line
from streamdash.tui.board.drawer import Drawer
from streamdash.tui.board.keys import (
    BOARD_KEYS,
    DRAWER_KEYS,
    PANE_KEYS,
    KeyMode,
    key_sections,
    palette_keys,
    visible_keys,
)
from streamdash.tui.board.pane_grid import PaneGrid
from streamdash.tui.board.playback import Playback
from streamdash.tui.board.rerun_guard import CONFIRM_S
from streamdash.tui.board.run_control import RunControl
from streamdash.tui.board.run_watch import RunWatch
from streamdash.tui.board.title_line import TitleLine
from streamdash.tui.screens.front_screen import LOW_ROWS
from streamdash.tui.screens.opening import CannotOpenError, FrontScreens
from streamdash.tui.terminal.coverage import is_covered
from streamdash.tui.terminal.direct_rows import DirectRows
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import bindings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from random import Random
    from typing import ClassVar

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Region
    from textual.strip import Strip
    from textual.widget import Widget

    from streamdash.recording.timeline import Timeline
    from streamdash.tui.board.pane.pane import Pane
    from streamdash.tui.board.playback import Move
    from streamdash.tui.board.prompt_bar import PromptBar
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.opening import LiveScreen, ScreenName
    from streamdash.tui.terminal.internals import OpenApp

TICK_S = 0.1
"""How often the title's counts and clock change."""
SETTLING_FRAMES = 6
"""Frames painted after a key while a replay is paused: its effect takes turns of the loop."""
_PANE_ACTIONS = {key.action for key in PANE_KEYS}
_DRAWER_ACTIONS = {key.action for key in DRAWER_KEYS}


class Board(Screen[None]):
    """Shows a run.

    `problem` returns why the run is not recorded, or None. `timeline` is the time of a replay.
    `rng` shuffles the panes in blind mode.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(BOARD_KEYS),
        # these keys work as well while neither the grid nor the drawer has the keyboard
        *(
            Binding(key.keys, f"in_part({key.action!r})", show=False)
            for key in (*PANE_KEYS, *DRAWER_KEYS)
        ),
    ]

    def __init__(
        self,
        context: ScreenContext,
        title: str,
        *,
        problem: Callable[[], str | None] | None = None,
        timeline: Timeline | None = None,
        rng: Random | None = None,
    ) -> None:
        super().__init__()
        self._shared = context
        self._run = run = context.run
        self._title = title
        self._watch = RunWatch(run, problem)
        self._rng = rng
        self._playback = None if timeline is None else Playback(timeline)
        specs = run.plan.specs if timeline is None else ()
        self.unasked = bool(specs) and all(not spec.messages for spec in specs)
        """No stream has a prompt yet: the board starts with the prompt bar open."""
        self._direct_rows = DirectRows()
        self._control = RunControl(
            run, replay=timeline is not None, before_launch=self._before_launch
        )
        self._front = FrontScreens(self._front_closed)
        self._new = True
        self._settling = 0
        self._tick_at = 0.0
        self._key_mode: KeyMode | None = None
        """What the key line was drawn for."""

    def compose(self) -> ComposeResult:
        self._title_line = TitleLine(self._run, self._title, self._direct_rows)
        self.grid = PaneGrid(self._run, self._direct_rows, self._shared.names)
        self._drawer = Drawer(self._run, self.grid, replay=self._playback is not None)
        self._key_line = KeyLine()
        yield self._title_line
        yield self.grid
        yield self._drawer
        yield self._key_line

    async def on_mount(self) -> None:
        self._show_state()
        self.grid.choose(0)
        if self.unasked:
            await self._drawer.action_prompt()

    @property
    def names(self) -> StreamNames:
        """The streams' names on all screens."""
        return self.grid.names

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background where no part is."""
        if is_covered(self, [self._title_line, self.grid, self._drawer, self._key_line]):
            return []
        return super().render_lines(crop)

    # -- painting ---------------------------------------------------------------------------

    def paint(self, at: float) -> Frame:
        """Paint what changed since the last frame."""
        self._direct_rows.begin(self)
        try:
            frame = self._paint(at)
        finally:
            self._direct_rows.end()
        self._settling = max(0, self._settling - 1)
        if self._run.live and (not self._paused or self._settling > 0):
            frame = max(frame, Frame.MORE)
        return frame

    def _paint(self, at: float) -> Frame:
        shown: PaneGrid | LiveScreen = self._front.shown or self.grid
        if not shown.is_mounted:
            # nothing may wake the clock when it is
            return Frame.MORE
        if shown is not self.grid:
            self.grid.painter.drop()
        frame = shown.paint(at)
        if frame is Frame.RESUME:
            return frame
        frame = max(frame, self._drawer.paint(at))
        if self._watch.new_end():
            if not self.grid.zoomed:
                self._drawer.show_summary()
            self._show_state()
        elif at >= self._tick_at or self._key_mode != self._mode():
            self._tick_at = at + TICK_S
            self._show_state()
        return frame

    def _wake(self) -> None:
        """Show the effect of a key or click in the next frame."""
        self._settling = SETTLING_FRAMES
        self._tick_at = 0.0
        self._shared.wake()

    @property
    def _paused(self) -> bool:
        """Whether nothing happens until a key is pressed."""
        return self._playback is not None and self._playback.paused

    def _show_state(self) -> None:
        """Bring title, keys and prompt bar up to date; what is the same is not drawn again."""
        problem = self._watch.new_problem()
        if problem is not None:
            self.notify(clean_line(problem, 300), severity="warning", timeout=10, markup=False)
        self._title_line.show_run(
            self.grid.shown,
            playback=self._playback,
            blind=self.names.blind,
            unrecorded=self._watch.unrecorded,
        )
        mode = self._mode()
        if mode != self._key_mode:
            self._key_mode = mode
            self._key_line.show_keys(visible_keys(mode))
        self._drawer.show_current()

    def _mode(self) -> KeyMode:
        names = self.names
        return KeyMode(
            keyboard=self._drawer.keyboard,
            replay=self._playback is not None,
            paused=self._paused,
            live=self._run.live,
            closable=self.grid.zoomed or self._drawer.summary_shown or names.revealed,
            blind=names.blind,
            pages=self.grid.plan.pages,
        )

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW_ROWS, "-low")
        self._drawer.fit(self.size.height)
        self._wake()

    def on_screen_suspend(self) -> None:
        self._direct_rows.cover()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self._new:
            # each widget's style has just been worked out
            self._new = event.refresh_styles = False
        # until then the terminal still shows the screen that was in front
        self.call_after_refresh(self._direct_rows.show)

    # -- the panes --------------------------------------------------------------------------

    async def action_in_part(self, action: str) -> None:
        """Run an action of the grid, of the drawer, or of the board itself."""
        part: Widget = self
        if action in _PANE_ACTIONS:
            part = self.grid
        elif action in _DRAWER_ACTIONS:
            part = self._drawer
        await self.app.run_action(action, part)

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.action_in_part(event.action)

    def action_enter(self) -> None:
        """Go to the next match of an open search, else zoom."""
        if self._drawer.searching:
            self._drawer.action_find(1)
        else:
            self.grid.action_zoom()

    def action_back(self) -> None:
        """Close the last thing opened: selection, bar, zoom, summary, revealed names."""
        if self.get_selected_text() is not None:
            self.clear_selection()
        elif self._drawer.keyboard != "panes":
            self._drawer.close_bar()
        elif self.grid.zoomed:
            self.grid.zoom(False)
        elif self._drawer.summary_shown:
            self._drawer.close_summary()
        elif self.names.revealed:
            self._use_names(self._shared.names)
        self._wake()

    def action_reasoning(self, everywhere: bool) -> None:
        self.grid.show_reasoning(everywhere=everywhere)
        self._wake()

    def action_copy(self) -> None:
        states = self._run.states
        if not states or not states[self.grid.current].text.chars:
            self.notify("no answer to copy yet", severity="warning", markup=False)
        else:
            self._shared.copy(states[self.grid.current].text.value())

    def on_pane_grid_turned(self) -> None:
        self._drawer.follow_grid()
        self._wake()

    def on_drawer_changed(self) -> None:
        self._wake()

    def on_pane_chosen(self, event: Pane.Chosen) -> None:
        self.grid.choose(event.index)
        if event.twice:
            self.grid.action_zoom()
        self._wake()

    # -- screens in front -------------------------------------------------------------------

    def commands(self) -> Iterable[SystemCommand]:
        """The commands for the palette."""
        for key in palette_keys(replay=self._playback is not None):
            does = key.does[0].upper() + key.does[1:]
            yield SystemCommand(key.command, does, partial(self.action_in_part, key.action))

    def action_open(self, name: ScreenName) -> None:
        """Open a screen on the current stream, or say why it cannot open."""
        context = replace(self._shared, names=self.names)
        try:
            self._front.open(cast("OpenApp", self.app), name, context, self.grid.current)
        except CannotOpenError as error:
            self.notify(str(error), severity="warning", markup=False)
        else:
            self._wake()

    def _front_closed(self, chosen: int | None) -> None:
        """Go to the stream that the closed screen chose, if any."""
        if chosen is not None:
            self.grid.choose(chosen)
        self._wake()

    def action_help(self) -> None:
        from streamdash.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(key_sections(replay=self._playback is not None)))

    def action_export(self) -> None:
        self._shared.exporter().offer(cast("OpenApp", self.app))

    # -- blind mode -------------------------------------------------------------------------

    def action_blind(self) -> None:
        """Hide which stream is which; the next time reveal it."""
        from streamdash.tui.blind_names import next_names

        if len(self._run.states) < 2:
            self.notify("one stream alone: there is nothing to hide", markup=False)
            return
        names = next_names(self.names, self._rng)
        if names.blind:
            self.clear_selection()
        self._use_names(names)
        if names.blind:
            # the stream that was current would give its pane away
            self.grid.choose(names.order[0])

    def _use_names(self, names: StreamNames) -> None:
        """Show the streams under these names everywhere."""
        self.grid.use_names(names)
        if self._drawer.summary_shown:
            self._drawer.show_summary()
        self._wake()

    # -- the run ----------------------------------------------------------------------------

    @property
    def _leaving(self) -> bool:
        """Whether a click or prompt comes too late."""
        return cast("OpenApp", self.app).leaving

    def action_cancel(self) -> None:
        self._control.cancel(self.grid.current)
        self._wake()

    def action_cancel_all(self) -> None:
        self._run.cancel_all()
        self._wake()

    async def action_rerun(self) -> None:
        await self._rerun([self.grid.current])

    async def action_rerun_all(self) -> None:
        await self._rerun(range(len(self._run.states)))

    async def on_pane_pressed(self, event: Pane.Pressed) -> None:
        if self._run.states[event.index].status.final:
            await self._rerun([event.index])
        else:
            self._control.cancel(event.index)
            self._wake()

    async def _rerun(self, indices: Sequence[int]) -> None:
        """Rerun these streams; those without a prompt get one first."""
        if not self._run.states or self._leaving:
            return
        if self._control.needs_prompt(indices):
            await self._drawer.action_prompt()
        elif objection := self._control.rerun(indices):
            self.notify(objection, severity="warning", timeout=CONFIRM_S, markup=False)
        else:
            self._wake()

    def _before_launch(self) -> None:
        """Hide the summary, which will be out of date; the clock starts again if none is live."""
        if not self._run.live:
            self._title_line.begin_anew()
        self._drawer.hide_summary()

    def on_prompt_bar_asked(self, event: PromptBar.Asked) -> None:
        if self._leaving:
            return
        everyone = range(len(self._run.states))
        indices = everyone if event.everyone else [self.grid.current]
        waits = self._control.ask(event.text, indices, with_cut=event.with_cut)
        if waits:
            self.notify(waits, markup=False)
        self._drawer.close_bar()
        self._wake()

    # -- a replay's time --------------------------------------------------------------------

    def action_play(self, move: Move) -> None:
        """Move the time of a replay."""
        if self._playback is None:
            return
        if not self._playback.move(move):
            self.notify("nothing is left to play", markup=False)
        self._wake()
