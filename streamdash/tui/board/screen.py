"""The main screen: panes, title, drawer, keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from streamdash.tui.board.board_key_line import BoardKeyLine
from streamdash.tui.board.board_painter import BoardPainter
from streamdash.tui.board.drawer import Drawer
from streamdash.tui.board.keys import BOARD_KEYS, PART_KEYS, key_sections, palette_keys, part_of
from streamdash.tui.board.pane_grid import PaneGrid
from streamdash.tui.board.playback import Playback
from streamdash.tui.board.request.board_requests import BoardRequests
from streamdash.tui.board.rerun_guard import CONFIRM_S
from streamdash.tui.board.run_control import RunControl
from streamdash.tui.board.run_watch import RunWatch
from streamdash.tui.board.title_line import TitleLine
from streamdash.tui.screens.front_screen import LOW_ROWS
from streamdash.tui.screens.opening import CannotOpenError, FrontScreens
from streamdash.tui.terminal.coverage import is_covered
from streamdash.tui.terminal.direct_rows import DirectRows
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
    from streamdash.tui.board.keys import PartName
    from streamdash.tui.board.pane.pane import Pane
    from streamdash.tui.board.playback import Move
    from streamdash.tui.board.prompt_bar import PromptBar
    from streamdash.tui.board.summary import SummaryRows
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.opening import ScreenName
    from streamdash.tui.terminal.frame_clock import Frame
    from streamdash.tui.terminal.internals import OpenApp
    from streamdash.tui.widgets.key_line import KeyLine


class Board(Screen[None]):
    """Shows a run.

    `problem` returns why the run is not recorded, or None. `timeline` is the time of a replay.
    `rng` shuffles the panes in blind mode. `markdown` says whether answers are rendered at first.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(BOARD_KEYS),
        # these keys work as well while neither the grid nor the drawer has the keyboard
        *(Binding(key.keys, f"in_part({key.action!r})", show=False) for key in PART_KEYS),
    ]

    def __init__(
        self,
        context: ScreenContext,
        title: str,
        *,
        problem: Callable[[], str | None] | None = None,
        timeline: Timeline | None = None,
        rng: Random | None = None,
        markdown: bool = True,
    ) -> None:
        super().__init__()
        self._shared = context
        self._run = run = context.run
        self.names = context.names
        """The streams' names on all screens."""
        self._title = title
        self._problem = problem
        self._rng = rng
        self.markdown = markdown
        """Whether panes begin with rendered answers."""
        self._playback = None if timeline is None else Playback(timeline)
        specs = run.plan.specs if timeline is None else ()
        self.unasked = bool(specs) and all(not spec.messages for spec in specs)
        """No stream has a prompt yet: the board starts with the prompt bar open."""
        self._direct_rows = DirectRows()
        self._front = FrontScreens(self._front_closed)
        self._new = True

    def compose(self) -> ComposeResult:
        run, playback = self._run, self._playback
        replay = playback is not None
        watch = RunWatch(run, self._problem)
        grid = self.grid = PaneGrid(run, self._direct_rows, self.names, markdown=self.markdown)
        drawer = self._drawer = Drawer(run, grid, replay=replay)
        title = TitleLine(run, self._title, self._direct_rows, playback=playback, watch=watch)
        keys = BoardKeyLine(run, grid, drawer, playback)
        self._control = control = RunControl(run, title, drawer, replay=replay)
        self._requests = BoardRequests(self, self._shared, control, self._wake, replay=replay)
        self._painter = BoardPainter(
            run, grid, drawer, title, keys, front=self._front, watch=watch, playback=playback
        )
        self._parts = (grid, title, drawer, keys)
        yield from self._parts

    async def on_mount(self) -> None:
        self._painter.show_state()
        self.grid.choose(0)
        if self.unasked:
            await self._drawer.action_prompt()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background where no part is."""
        return [] if is_covered(self, self._parts) else super().render_lines(crop)

    def paint(self, at: float) -> Frame:
        """Paint what changed since the last frame."""
        self._direct_rows.begin(self)
        try:
            return self._painter.paint(at)
        finally:
            self._direct_rows.end()

    def _wake(self) -> None:
        """Show the effect of a key or click in the next frame."""
        self._painter.expect_change()
        self._shared.wake()

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

    async def action_in_part(self, action: str) -> None:
        """Run an action of the grid, of the drawer, or of the board itself."""
        parts: dict[PartName, Widget] = {"grid": self.grid, "drawer": self._drawer, "board": self}
        await self.app.run_action(action, parts[part_of(action)])

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.action_in_part(event.action)

    def action_enter(self) -> None:
        """Go to the next match of an open search, else zoom."""
        if self._drawer.searching:
            self._drawer.action_find(1)
        else:
            self.grid.action_zoom()

    def action_back(self) -> None:
        """Close the last thing opened: selection, bar, summary, zoom, revealed names."""
        if self.get_selected_text() is not None:
            self.clear_selection()
        elif self._drawer.keyboard != "panes":
            self._drawer.close_bar()
        elif self._drawer.summary_shown:
            self._drawer.close_summary()
        elif self.grid.zoomed:
            self.grid.zoom(False)
        elif self.names.revealed:
            self._use_names(self._shared.names)
        self._wake()

    def action_reasoning(self, everywhere: bool) -> None:
        self.grid.views.toggle_reasoning(self.grid, everywhere=everywhere)
        self._wake()

    def action_markdown(self, everywhere: bool) -> None:
        self.grid.views.toggle_markdown(self.grid, everywhere=everywhere)
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

    def on_summary_rows_picked(self, event: SummaryRows.Picked) -> None:
        self.grid.choose(self.names.order[event.place])
        self._wake()

    def on_pane_chosen(self, event: Pane.Chosen) -> None:
        self.grid.choose(event.index)
        if event.twice:
            self.grid.action_zoom()
        self._wake()

    def commands(self) -> Iterable[SystemCommand]:
        """The commands for the palette."""
        for key in palette_keys(replay=self._playback is not None):
            does = key.does[0].upper() + key.does[1:]
            yield SystemCommand(key.command, does, partial(self.action_in_part, key.action))

    def action_open(self, name: ScreenName) -> None:
        """Open a screen on the current stream, or say why it cannot open."""
        context = self._shared._replace(names=self.names)
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

    def action_write(self) -> None:
        self._requests.write()

    def action_edit(self) -> None:
        self._requests.edit()

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
        self.names = names
        self.grid.use_names(names)
        if self._drawer.summary_shown:
            self._drawer.show_summary()
        self._wake()

    def _reached(self, everyone: bool) -> Sequence[int]:
        """The indices of all streams, or of the current one."""
        streams = len(self._run.states)
        return range(streams) if everyone or not streams else [self.grid.current]

    def action_cancel(self, everyone: bool) -> None:
        for index in self._reached(everyone):
            self._run.cancel(index)
        self._wake()

    async def action_rerun(self, everyone: bool) -> None:
        await self._rerun(self._reached(everyone), everyone=everyone)

    async def on_pane_pressed(self, event: Pane.Pressed) -> None:
        """Rerun the stream if it has ended, else cancel it."""
        if self._run.states[event.index].status.final:
            await self._rerun([event.index])
        else:
            self._run.cancel(event.index)
            self._wake()

    async def _rerun(self, indices: Sequence[int], *, everyone: bool = False) -> None:
        """Rerun these streams, or say why not yet; a click while the app ends comes too late."""
        if not cast("OpenApp", self.app).leaving:
            objection = await self._control.rerun(indices, everyone=everyone)
            if objection:
                self.notify(objection, severity="warning", timeout=CONFIRM_S, markup=False)
            self._wake()

    def on_prompt_bar_asked(self, event: PromptBar.Asked) -> None:
        if not cast("OpenApp", self.app).leaving:
            indices = self._reached(event.everyone)
            waits = self._control.ask(event.text, indices, with_cut=event.with_cut)
            if waits:
                self.notify(waits, markup=False)
            self._wake()

    def action_play(self, move: Move) -> None:
        """Move the time of a replay."""
        if self._playback is not None and not self._playback.move(move):
            self.notify("nothing is left to play", markup=False)
        self._wake()
