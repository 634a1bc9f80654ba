"""The main screen: panes, title, drawer, keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from streamdash.tui.board.answer_walk import bring_texts, walk
from streamdash.tui.board.board_key_line import BoardKeyLine
from streamdash.tui.board.board_painter import BoardPainter
from streamdash.tui.board.drawer import Drawer
from streamdash.tui.board.keys import BOARD_KEYS, PART_KEYS, key_sections, palette_keys, part_of
from streamdash.tui.board.pane_grid import PaneGrid
from streamdash.tui.board.playback import Playback
from streamdash.tui.board.request.board_requests import BoardRequests
from streamdash.tui.board.request_change import RequestChange
from streamdash.tui.board.rerun_guard import CONFIRM_S
from streamdash.tui.board.roster import Roster
from streamdash.tui.board.run_control import RunControl
from streamdash.tui.board.run_watch import RunWatch
from streamdash.tui.board.title_line import TitleLine
from streamdash.tui.screens.front_screen import LOW_ROWS
from streamdash.tui.screens.opening import CannotOpenError, FrontScreens
from streamdash.tui.terminal.coverage import is_covered
from streamdash.tui.terminal.direct_rows import DirectRows
from streamdash.tui.terminal.frame_clock import Frame
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

    from streamdash.promptfile.model_references import Target
    from streamdash.recording.timeline import Timeline
    from streamdash.tui.board.file_follower import FileFollower
    from streamdash.tui.board.keys import PartName
    from streamdash.tui.board.pane.invitation import EndpointCheck
    from streamdash.tui.board.pane.pane import Pane
    from streamdash.tui.board.playback import Move
    from streamdash.tui.board.prompt_bar import PromptBar
    from streamdash.tui.board.summary import SummaryRows
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.opening import ScreenName
    from streamdash.tui.terminal.internals import OpenApp
    from streamdash.tui.widgets.key_line import KeyLine
    from streamdash.watching.file_watch import FileWatch


class Board(Screen[None]):
    """Shows a run.

    `problem` returns why the run is not recorded, or None. `timeline` is the time of a replay.
    `rng` shuffles the panes in blind mode. `markdown` says whether answers are rendered at first.
    `check` looks up whether endpoints could answer, for a board without a prompt.
    `file_watch` follows the run's prompt file. `close` leaves the board, if another is below it.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(BOARD_KEYS),
        # these keys work as well while neither the grid nor the drawer has the keyboard
        *bindings(
            key._replace(action=f"in_part({key.action!r})", toggles=key.name) for key in PART_KEYS
        ),
        Binding("y", "consent(True)", show=False, priority=True),
        Binding("n", "consent(False)", show=False, priority=True),
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
        check: EndpointCheck | None = None,
        file_watch: FileWatch | None = None,
        close: Callable[[], object] | None = None,
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
        self._check = check
        self._file_watch = file_watch
        self._close = close
        self._follower: FileFollower | None = None
        self._direct_rows = DirectRows()
        self._front = FrontScreens(self._front_closed)
        self._new = True

    def compose(self) -> ComposeResult:
        run, playback = self._run, self._playback
        replay = playback is not None
        watch = RunWatch(run, self._problem)
        grid = self.grid = PaneGrid(
            run,
            self._direct_rows,
            self.names,
            markdown=self.markdown,
            replay=replay,
            chosen=self._shared.keys,
        )
        drawer = self._drawer = Drawer(run, grid, replay=replay)
        title = TitleLine(run, self._title, self._direct_rows, playback=playback, watch=watch)
        keys = BoardKeyLine(run, grid, drawer, playback, self._shared.keys)
        control = RunControl(run, title, drawer, replay=replay, chosen=self._shared.keys)
        self._control = control
        self._changing = RequestChange(control)
        self._requests = BoardRequests(self, self._shared, control, self._wake, replay=replay)
        self._painter = BoardPainter(
            run,
            grid,
            drawer,
            title,
            keys,
            roster=Roster(run, grid, drawer, self._shared.names, replay=replay),
            front=self._front,
            watch=watch,
            playback=playback,
        )
        if self._file_watch is not None:
            from streamdash.tui.board.file_follower import FileFollower

            self._follower = FileFollower(
                self._file_watch, grid, title, drawer, self._wake, self._shared.keys
            )
        lines = [] if self._follower is None else [self._follower.line]
        self._parts = (grid, *lines, title, drawer, keys)
        yield from self._parts

    async def on_mount(self) -> None:
        self._painter.show_state()
        self.grid.choose(self.grid.current)
        if self.unasked:
            await self._drawer.action_prompt()
            if self._check is not None:
                self.grid.invite_by(self._check)

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

    def _wake(self) -> None:
        """Show the effect of a key or click in the next frame."""
        if self._follower is not None:
            self._follower.show()
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
        if action == "summary" and self._warn(self._control.unasked_note):
            return
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
        elif self._close is not None:
            self._close()
        self._wake()

    def action_reasoning(self, everywhere: bool) -> None:
        self.grid.views.toggle_reasoning(self.grid, everywhere=everywhere)
        self._wake()

    def action_markdown(self, everywhere: bool) -> None:
        self.grid.views.toggle_markdown(self.grid, everywhere=everywhere)
        self._wake()

    def action_copy(self) -> None:
        pane = self.grid.current_pane
        if pane is None or not pane.state.text.chars:
            self._warn(self._control.unasked_note or "no answer to copy yet")
        elif pane.state.texts_dropped:
            self._warn("this answer is not in memory")
        else:
            self._shared.copy(pane.state.text.value())

    def action_answer(self, by: int) -> None:
        objection = walk(self.grid, by)
        if objection:
            self.notify(objection, markup=False)
        self._wake()

    async def on_pane_texts_wanted(self, event: Pane.TextsWanted) -> None:
        work = bring_texts(self.grid, self._shared.earlier_texts, event.state, self._wake)
        self.run_worker(work)

    def on_pane_grid_turned(self) -> None:
        self._drawer.follow_grid()
        self._wake()

    def on_drawer_changed(self) -> None:
        self._wake()

    def on_summary_rows_picked(self, event: SummaryRows.Picked) -> None:
        # a stream may have been removed since the row was drawn
        for index in self.names.order[event.place : event.place + 1]:
            self.grid.choose(index)
        self._wake()

    def on_pane_chosen(self, event: Pane.Chosen) -> None:
        self.grid.choose(event.index)
        if event.twice:
            self.grid.action_zoom()
        self._wake()

    def commands(self) -> Iterable[SystemCommand]:
        """The commands for the palette."""
        for key in palette_keys(replay=self._playback is not None, chosen=self._shared.keys):
            does = key.does[0].upper() + key.does[1:] + (f" ({key.shown})" if key.shown else "")
            yield SystemCommand(key.command, does, partial(self.action_in_part, key.action))

    def action_open(self, name: ScreenName) -> None:
        """Open a screen on the current stream, or say why it cannot open."""
        if self._warn(self._control.unasked_note):
            return
        context = self._shared._replace(names=self.names)
        try:
            current, earlier = self.grid.current, self.grid.earlier_shown
            self._front.open(cast("OpenApp", self.app), name, context, current, earlier)
        except CannotOpenError as error:
            self._warn(str(error))
        else:
            self._wake()

    def _front_closed(self, chosen: int | None) -> None:
        """Go to the stream that the closed screen chose, if any."""
        if chosen is not None:
            self.grid.choose(chosen)
        self._wake()

    def action_help(self) -> None:
        from streamdash.tui.screens.help import HelpScreen

        replay, chosen = self._playback is not None, self._shared.keys
        self.app.push_screen(HelpScreen(key_sections(replay=replay, chosen=chosen)))

    def action_export(self) -> None:
        if not self._warn(self._control.unasked_note):
            self._shared.exporter().offer(cast("OpenApp", self.app))

    def action_write(self) -> None:
        self._requests.write()

    def action_edit(self) -> None:
        self._requests.edit()

    def action_blind(self) -> None:
        """Hide which stream is which; the next time reveal it."""
        from streamdash.tui.blind_names import next_names

        if len(self.names.order) < 2:
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
        streams = self._run.present
        return [index for index in streams if everyone or index == self.grid.current]

    def action_add(self) -> None:
        """Choose a model, and add a stream that asks it what the current pane asks."""
        from streamdash.tui.board.new_stream import open_picker

        open_picker(self, self._shared._replace(names=self.names), self._added)

    async def _added(self, target: Target | None) -> None:
        models = self._shared.models
        if target is None or models is None or cast("OpenApp", self.app).leaving:
            return
        if self._control.add(target, self.grid.current, models.defaults):
            # the bar names the pane, which has to be there
            self._painter.follow_run()
            await self._drawer.action_prompt()
        self._wake()

    def action_cancel(self, everyone: bool) -> None:
        self._cancel(self._reached(everyone))

    def _cancel(self, indices: Sequence[int]) -> None:
        self._warn(self._control.cancel(indices))
        self._wake()

    def _warn(self, sentence: str) -> bool:
        """Show a sentence, if there is one."""
        if sentence:
            self.notify(sentence, severity="warning", markup=False)
        return bool(sentence)

    async def action_rerun(self, everyone: bool) -> None:
        await self._rerun(self._reached(everyone), everyone=everyone)

    def action_remove(self) -> None:
        objection = self._control.remove(self._reached(everyone=False))
        if objection:
            self.notify(objection, severity="warning", timeout=CONFIRM_S, markup=False)
        self._wake()

    def action_change(self) -> None:
        if self._run.present and self._playback is None:
            context = self._shared._replace(names=self.names)
            app, grid = cast("OpenApp", self.app), self.grid
            self._changing.open(app, context, grid.current, grid.pane_region)

    async def on_pane_pressed(self, event: Pane.Pressed) -> None:
        """Rerun the stream if it has ended, else cancel it."""
        if self._run.states[event.index].status.final:
            await self._rerun([event.index])
        else:
            self._cancel([event.index])

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

    # -- the watched file -------------------------------------------------------------------

    def follow_file(self) -> None:
        """Follow the prompt file from now on, if it is watched."""
        if self._follower is not None:
            self._follower.start(self._control)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool:
        """Leave `y` and `n` to others while there is nothing to consent to."""
        return action != "consent" or (self._follower is not None and self._follower.asks)

    def action_consent(self, consent: bool) -> None:
        if self._follower is not None:
            self._follower.watch.answer(consent)

    def action_file(self) -> None:
        """Show what is wrong with the watched file."""
        if self._follower is not None:
            self._follower.open()
        else:
            self.notify("no file is watched: start with --watch", markup=False)

    def action_play(self, move: Move) -> None:
        """Move the time of a replay."""
        if self._playback is not None and not self._playback.move(move):
            self.notify("nothing is left to play", markup=False)
        self._wake()
