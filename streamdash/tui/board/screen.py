"""The main screen: title, panes, drawer, keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from streamdash.output.safe_text import clean_line
from streamdash.reporting.result import result_of
from streamdash.tui.board.drawer import Drawer
from streamdash.tui.board.keys import (
    BOARD_KEYS,
    PANE_KEYS,
    KeyMode,
    key_sections,
    palette_keys,
    visible_keys,
)
from streamdash.tui.board.pane_grid import PaneGrid
from streamdash.tui.board.playback import Playback
from streamdash.tui.board.rerun_guard import CONFIRM_S, RerunGuard
from streamdash.tui.board.title_line import TitleLine
from streamdash.tui.names import StreamNames
from streamdash.tui.screens.front_screen import LOW_ROWS
from streamdash.tui.screens.opening import CannotOpenError, live_screen
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

    from streamdash.recording.timeline import Timeline
    from streamdash.streams.state import StreamState
    from streamdash.tui.board.pane.pane import Pane
    from streamdash.tui.board.playback import Move
    from streamdash.tui.board.prompt_bar import PromptBar
    from streamdash.tui.board.summary import SummaryRows
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.screens.opening import LiveScreen, ScreenName
    from streamdash.tui.terminal.internals import OpenApp

TICK_S = 0.1
"""How often the title's counts and clock change."""
SETTLING_FRAMES = 6
"""Frames painted after a key while a replay is paused: its effect takes turns of the loop."""
_PANE_ACTIONS = {key.action for key in PANE_KEYS}


class Board(Screen[None]):
    """Shows a run.

    `problem` returns why the run is not recorded, or None. `timeline` is the time of a replay.
    `rng` shuffles the panes in blind mode.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(BOARD_KEYS),
        # the grid's keys work as well while a bar, or nothing at all, has the keyboard
        *(Binding(key.keys, f"in_panes({key.action!r})", show=False) for key in PANE_KEYS),
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
        self._problem = problem
        self._unrecorded = False
        self._rng = rng
        self._playback = None if timeline is None else Playback(timeline)
        specs = run.plan.specs if timeline is None else ()
        self.unasked = bool(specs) and all(not spec.messages for spec in specs)
        """No stream has a prompt yet: the board starts with the prompt bar open."""
        self._direct_rows = DirectRows()
        self._guard = RerunGuard()
        self._new = True
        self._settling = 0
        self._tick_at = 0.0
        self._key_mode: KeyMode | None = None
        """What the key line was drawn for."""
        self._ended: list[StreamState] = []
        """The states whose end has been shown."""
        self._over: LiveScreen | None = None
        """The screen in front, which is painted instead of the panes."""

    def compose(self) -> ComposeResult:
        self._title_line = TitleLine(self._run, self._title, self._direct_rows)
        self.grid = PaneGrid(self._run, self._direct_rows, self.names)
        self._drawer = Drawer(self._run)
        self._key_line = KeyLine()
        yield self._title_line
        yield self.grid
        yield self._drawer
        yield self._key_line

    async def on_mount(self) -> None:
        self._show_state()
        self.grid.choose(0)
        if self.unasked:
            await self.action_prompt()

    @property
    def names(self) -> StreamNames:
        """The streams' names on all screens."""
        return self._shared.names

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
        shown: PaneGrid | LiveScreen = self._over or self.grid
        if not shown.is_mounted:
            # nothing may wake the clock when it is
            return Frame.MORE
        if shown is not self.grid:
            self.grid.painter.drop()
        frame = shown.paint(at)
        if frame is Frame.RESUME:
            return frame
        frame = max(frame, self._drawer.paint(at))
        if self._end_is_new:
            self._show_end()
            self._show_state()
        elif at >= self._tick_at or self._key_mode != self._mode():
            self._tick_at = at + TICK_S
            self._show_state()
        return frame

    @property
    def _end_is_new(self) -> bool:
        """Whether all started streams have ended, and this is not shown yet."""
        states = self._run.states
        return (
            not self._run.live
            and states != self._ended
            and any(state.status.final for state in states)
        )

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
        self._check_recording()
        self._title_line.show_run(
            self.grid.shown,
            playback=self._playback,
            blind=self.names.blind,
            unrecorded=self._unrecorded,
        )
        mode = self._mode()
        if mode != self._key_mode:
            self._key_mode = mode
            self._key_line.show_keys(visible_keys(mode))
        state = self._current_state
        if state is not None:
            self._drawer.show_current(state, self.names.label(state))

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

    def _check_recording(self) -> None:
        """Notify once when the run is no longer recorded."""
        problem = None if self._problem is None or self._unrecorded else self._problem()
        if problem is not None:
            self._unrecorded = True
            self.notify(clean_line(problem, 300), severity="warning", timeout=10, markup=False)

    def _show_end(self) -> None:
        """Open the summary, unless a pane is zoomed."""
        self._ended = [*self._run.states]
        if not self.grid.zoomed:
            self._show_summary()

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

    @property
    def _current_state(self) -> StreamState | None:
        states = self._run.states
        return states[self.grid.current] if states else None

    async def action_in_panes(self, action: str) -> None:
        """Run an action of the grid."""
        await self.app.run_action(action, self.grid)

    def action_enter(self) -> None:
        """Go to the next match of an open search, else zoom."""
        if self._drawer.searching:
            self._drawer.find(1)
        else:
            self.grid.action_zoom()

    def action_back(self) -> None:
        """Close the last thing opened: selection, bar, zoom, summary, revealed names."""
        if self.get_selected_text() is not None:
            self.clear_selection()
        elif self._drawer.close_bar():
            self.grid.focus_current()
        elif self.grid.zoomed:
            self.grid.zoom(False)
        elif self._drawer.summary_shown:
            self._hide_summary()
        elif self.names.revealed:
            self._use_names(StreamNames(len(self._run.states)))
        self._wake()

    def action_reasoning(self, everywhere: bool) -> None:
        pane = self.grid.current_pane
        if pane is None:
            return
        shown = not pane.transcript.show_reasoning
        for each in self.grid.panes if everywhere else [pane]:
            each.transcript.show_reasoning = shown
        self._wake()

    def action_copy(self) -> None:
        state = self._current_state
        if state is None or not state.text.chars:
            self.notify("no answer to copy yet", severity="warning", markup=False)
        else:
            self._shared.copy(state.text.value())

    def on_pane_grid_turned(self) -> None:
        if self.grid.zoomed:
            self._drawer.hide_summary()
        if self.grid.current_pane is not None:
            self._drawer.search_in(self.grid.current_pane.transcript)
        self._wake()

    def on_pane_chosen(self, event: Pane.Chosen) -> None:
        self.grid.choose(event.index)
        if event.twice:
            self.grid.action_zoom()
        self._wake()

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        namespace = self.grid if event.action in _PANE_ACTIONS else self
        await self.app.run_action(event.action, namespace)

    # -- the drawer -------------------------------------------------------------------------

    def action_summary(self) -> None:
        if self._drawer.summary_shown:
            self._hide_summary()
        else:
            self._show_summary()
        self._wake()

    def _show_summary(self) -> None:
        names = self.names
        self._drawer.show_summary(
            [names.result(index, result_of(self._run, index)) for index in names.order]
        )

    def _hide_summary(self) -> None:
        self._drawer.hide_summary()
        self.grid.focus_current()

    def on_summary_rows_picked(self, event: SummaryRows.Picked) -> None:
        self.grid.choose(self.names.order[event.place])

    async def action_prompt(self) -> None:
        """Open the prompt bar; a recording cannot be prompted."""
        state = self._current_state
        if state is not None and self._playback is None:
            await self._drawer.open_prompt(state, self.names.label(state))
            self._wake()

    async def action_search(self) -> None:
        if self.grid.current_pane is not None:
            await self._drawer.open_search(self.grid.current_pane.transcript)
            self._wake()

    def action_find(self, by: int) -> None:
        self._drawer.find(by)

    def on_drawer_changed(self, event: Drawer.Changed) -> None:
        if event.released:
            self.grid.focus_current()
        self._wake()

    # -- screens in front -------------------------------------------------------------------

    def commands(self) -> Iterable[SystemCommand]:
        """The commands for the palette."""
        for key in palette_keys(replay=self._playback is not None):
            does = key.does[0].upper() + key.does[1:]
            yield SystemCommand(key.command, does, partial(self.run_action, key.action))

    def action_open(self, name: ScreenName) -> None:
        """Open a screen on the current stream, or say why it cannot open."""
        try:
            screen = live_screen(name, self._shared, self.grid.current)
        except CannotOpenError as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        self._over = screen
        self.app.push_screen(screen, self._returned)
        self._wake()

    def _returned(self, chosen: int | None) -> None:
        """Go to the stream that the closed screen chose, if any."""
        self._over = None
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
        from streamdash.tui.blind_names import BlindNames, RevealedNames

        names, count = self.names, len(self._run.states)
        if count < 2:
            self.notify("one stream alone: there is nothing to hide", markup=False)
        elif isinstance(names, BlindNames):
            self._use_names(RevealedNames(names))
        else:
            self.clear_selection()
            self._use_names(BlindNames(count, self._rng))
            # the stream that was current would give its pane away
            self.grid.choose(self.names.order[0])

    def _use_names(self, names: StreamNames) -> None:
        """Show the streams under these names everywhere."""
        self._shared = replace(self._shared, names=names)
        self.grid.use_names(names)
        if self._drawer.summary_shown:
            self._show_summary()
        self._wake()

    # -- the run ----------------------------------------------------------------------------

    @property
    def _leaving(self) -> bool:
        """Whether a click or prompt comes too late."""
        return cast("OpenApp", self.app).leaving

    def action_cancel(self) -> None:
        self._cancel(self.grid.current)

    def _cancel(self, index: int) -> None:
        if self._run.states:
            self._run.cancel(index)
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
            self._cancel(event.index)

    async def _rerun(self, indices: Sequence[int]) -> None:
        """Rerun these streams; those without a prompt get one first."""
        states = self._run.states
        if not states or self._leaving:
            return
        if self._playback is None:
            if any(not states[index].spec.messages for index in indices):
                await self.action_prompt()
                return
            objection = self._guard.objection(states[index] for index in indices)
            if objection:
                self.notify(objection, severity="warning", timeout=CONFIRM_S, markup=False)
                return
        self._before_launch()
        if len(indices) == len(states):
            self._run.rerun_all()
        else:
            for index in indices:
                self._run.rerun(index)
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
        self._before_launch()
        waiting = self._run.ask(event.text, indices, with_cut=event.with_cut)
        if waiting:
            answers = "the answer" if len(waiting) == 1 else f"{len(waiting)} answers"
            self.notify(f"the follow-up waits for the end of {answers}", markup=False)
        self._drawer.close_bar()
        self.grid.focus_current()
        self._wake()

    # -- a replay's time --------------------------------------------------------------------

    def action_play(self, move: Move) -> None:
        """Move the time of a replay."""
        if self._playback is None:
            return
        if not self._playback.move(move):
            self.notify("nothing is left to play", markup=False)
        self._wake()
