"""The main screen: title, panes, summary, prompt bar, keys."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.screen import Screen

from streamdash.output.safe_text import clean_line
from streamdash.reporting.result import result_of
from streamdash.tui.board.keys import (
    LEAVING,
    MOVING,
    PROMPTING,
    READING,
    REPLAYING,
    RUNNING,
    sections,
)
from streamdash.tui.board.pane_grid import PaneGrid
from streamdash.tui.board.playback import Playback
from streamdash.tui.board.title_line import TitleLine
from streamdash.tui.names import StreamNames
from streamdash.tui.screens.front_screen import LOW_ROWS
from streamdash.tui.terminal.coverage import is_covered
from streamdash.tui.terminal.direct_rows import DirectRows
from streamdash.tui.terminal.frame_clock import UNFINISHED
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import bindings
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random
    from typing import ClassVar, TypeAlias

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Region
    from textual.strip import Strip

    from streamdash.recording.timeline import Timeline
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from streamdash.tui.app import StreamdashApp
    from streamdash.tui.board.pane import Pane
    from streamdash.tui.board.playback import Move
    from streamdash.tui.board.prompt_bar import PromptBar
    from streamdash.tui.board.search_bar import SearchBar
    from streamdash.tui.board.summary import Summary, SummaryRows
    from streamdash.tui.screens.diff import Diff
    from streamdash.tui.screens.export.exporter import Exporter
    from streamdash.tui.screens.inspector.screen import Inspector
    from streamdash.tui.screens.leaderboard.screen import Leaderboard
    from streamdash.tui.screens.markdown import MarkdownScreen

    Surface: TypeAlias = Inspector | Leaderboard | MarkdownScreen | Diff

TICK_S = 0.1
"""How often the title's counts and its clock move."""
SURE_S = 5.0
"""How long a rerun of what is live waits for the same key again."""
SETTLING_FRAMES = 6
"""Frames after a key while a replay stands still: what it asked for takes turns of the loop."""
_BLIND = Part("blind", 0, "warn", at_right=True)
_NOT_RECORDED = Part("! not recorded", 0, "warn", at_right=True)


class Board(Screen[None]):
    """Shows a run; `wake` asks the frame clock to look at it again, `copy` fills the clipboard.

    `problem` says why the run is not recorded, as soon as it is not. In a replay `timeline` is
    what the keys move. `rng` shuffles the panes in blind mode.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(MOVING),
        *bindings(READING),
        *bindings(RUNNING),
        *bindings(REPLAYING),
        *bindings(LEAVING),
    ]

    def __init__(
        self,
        run: Run,
        title: str,
        *,
        wake: Callable[[], None],
        copy: Callable[[str], None],
        exporter: Callable[[], Exporter],
        problem: Callable[[], str | None] | None = None,
        timeline: Timeline | None = None,
        rng: Random | None = None,
    ) -> None:
        super().__init__()
        self._run = run
        self._title = title
        self._wake_clock = wake
        self._copy = copy
        self._make_exporter = exporter
        self._problem = problem
        self._unrecorded = False
        self._rng = rng
        self.names = StreamNames(len(run.states))
        """What the streams are called on all screens."""
        self._playback = None if timeline is None else Playback(timeline)
        self._sections = sections(replay=timeline is not None)
        self._settling = 0
        self._new = True
        specs = run.plan.specs if timeline is None else ()
        self.unasked = bool(specs) and all(not spec.messages for spec in specs)
        """Nothing has been asked yet: the run begins with the prompt bar."""
        self._glass = DirectRows()
        self._tick_at = 0.0
        self._was_live = False
        self._summary: Summary | None = None
        self._prompt: PromptBar | None = None
        self._search: SearchBar | None = None
        self._asked_to_cancel: tuple[frozenset[StreamState], float] = (frozenset(), 0.0)
        """The live answers that a rerun would cancel, and when it was asked for."""
        self._over: Surface | None = None
        """The screen in front, if it is painted on the frame clock too."""

    def compose(self) -> ComposeResult:
        self._title_line = TitleLine(self._run, self._title, self._glass)
        self.grid = PaneGrid(self._run, self._glass, self.names)
        self._key_line = KeyLine()
        yield self._title_line
        yield self.grid
        yield self._key_line

    async def on_mount(self) -> None:
        self._show_title()
        self._show_keys()
        self.grid.choose(0)
        if self.unasked:
            await self.action_prompt()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background where no part is."""
        bars = [bar for bar in (self._summary, self._prompt, self._search) if bar is not None]
        if is_covered(self, [self._title_line, self.grid, *bars, self._key_line]):
            return []
        return super().render_lines(crop)

    # -- painting ---------------------------------------------------------------------------

    def paint(self, at: float) -> int:
        """Draw what is new since the last frame; as `FrameClock` has it, whether there is more."""
        self._glass.begin(self)
        try:
            left = self._paint(at)
        finally:
            self._glass.end()
        live = self._run.live
        self._settling = max(0, self._settling - 1)
        return left or (live and (not self._stands_still or self._settling > 0))

    def _paint(self, at: float) -> int:
        surface: PaneGrid | Surface = self._over or self.grid
        if not surface.is_mounted:
            # what was asked for is not there yet, and nothing may wake the clock when it is
            return True
        if surface is not self.grid:
            self.grid.give_up()
        left: int = surface.paint(at)
        if left & UNFINISHED:
            return left
        if self._search is not None:
            left |= self._search.paint(at)
        if self._run.live != self._was_live:
            self._was_live = self._run.live
            self._turned(live=self._was_live)
        elif at >= self._tick_at:
            self._tick_at = at + TICK_S
            self._watch_recording()
            self._show_title()
            self._show_reach()
        return left

    def _wake(self) -> None:
        """Ask for frames."""
        self._settling = SETTLING_FRAMES
        self._wake_clock()

    @property
    def _stands_still(self) -> bool:
        """Whether nothing happens until a key is pressed."""
        return self._playback is not None and self._playback.paused

    def _watch_recording(self) -> None:
        """Say once that the run is not recorded any more."""
        problem = None if self._problem is None or self._unrecorded else self._problem()
        if problem is not None:
            self._unrecorded = True
            self.notify(clean_line(problem, 300), severity="warning", timeout=10, markup=False)

    def _show_title(self) -> None:
        further = [] if self._playback is None else [self._playback.part()]
        if self.names.blind:
            further.append(_BLIND)
        if self._unrecorded:
            further.append(_NOT_RECORDED)
        self._title_line.show_run(self.grid.shown, further)

    def _show_keys(self) -> None:
        if self._prompting:
            self._key_line.show_keys(PROMPTING)
            return
        if self._search is not None and self._search.display:
            self._key_line.show_keys(self._search.keys)
            return
        hidden = set()
        names = self.names
        if not (self.grid.zoomed or self._summary_shown or names.told):
            hidden.add("back")
        hidden.add("summary" if self._run.live else "cancel")
        if names.blind:
            hidden.add("inspect")
        if self.grid.plan.pages == 1:
            hidden.add("turn(1)")
        keys = [key for _, keys in self._sections for key in keys]
        shown = [key for key in keys if key.brief and key.action not in hidden]
        if self._stands_still:
            shown = [k._replace(brief="go on") if k.brief == "pause" else k for k in shown]
        if names.blind:
            shown = [k._replace(brief="reveal", rank=2) if k.brief == "blind" else k for k in shown]
        # help and quit are needed most and stand last, where they are looked for
        self._key_line.show_keys(sorted(shown, key=lambda key: (key.rank < 2, key.rank)))

    def _turned(self, *, live: bool) -> None:
        """The first stream is live, or the last one has ended."""
        self._watch_recording()
        self._show_title()
        self._show_reach()
        if not live and not self.grid.zoomed:
            self._show_summary()
        self._show_keys()

    def _show_summary(self) -> None:
        if self._summary is None:
            from streamdash.tui.board.summary import Summary

            self._summary = Summary()
            self.mount(self._summary, after=self.grid)
        names = self.names
        results = [names.result(index, result_of(self._run, index)) for index in names.order]
        self._summary.show_results(results)
        self._show_keys()

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW_ROWS, "-low")
        if self._prompt is not None:
            self._prompt.fit(self.size.height)
        self._wake()

    def on_screen_suspend(self) -> None:
        self._glass.cover()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self._new:
            # each widget's style has just been worked out
            self._new = event.refresh_styles = False
        # until then the glass still shows what was in front
        self.call_after_refresh(self._glass.show)

    # -- keys -------------------------------------------------------------------------------

    def commands(self) -> Iterable[SystemCommand]:
        """What the palette offers for the run."""
        yield SystemCommand("Cancel all", "End every live stream", self.action_cancel_all)
        yield SystemCommand("Rerun all", "Ask everything again", self.action_rerun_all)
        if self._playback is None:
            yield SystemCommand("Prompt", "Ask a follow-up", self.action_prompt)
        yield SystemCommand("Search", "Find a text in the pane", self.action_search)
        yield SystemCommand("Inspector", "The pane's wire events", self.action_inspect)
        yield SystemCommand("Markdown", "Render the pane's answer", self.action_markdown)
        yield SystemCommand("Diff", "Against another pane", self.action_diff)
        yield SystemCommand("Leaderboard", "Rank the streams", self.action_leaderboard)
        yield SystemCommand("Summary", "Show or hide the table", self.action_summary)
        yield SystemCommand("Blind", "Hide who is who, or tell", self.action_blind)
        yield SystemCommand("Export", "Write the run into a file", self.action_export)
        yield SystemCommand("Help", "Every key", self.action_help)

    def _state(self) -> StreamState | None:
        states = self._run.states
        return states[self.grid.current] if states else None

    def action_step(self, by: int) -> None:
        self.grid.step(by)

    def action_reach(self, dx: int, dy: int) -> None:
        self.grid.reach(dx, dy)

    def action_nth(self, number: int) -> None:
        self.grid.nth(number)

    def action_turn(self, by: int) -> None:
        self.grid.turn(by)

    def action_enter(self) -> None:
        """The next match while something is sought, else zoom."""
        if self._seeking:
            self.action_find(1)
        else:
            self.action_zoom()

    def action_zoom(self) -> None:
        self._zoom(not self.grid.zoomed)

    def _zoom(self, zoomed: bool) -> None:
        self.grid.zoom(zoomed)
        if zoomed:
            self._put_summary_away()
        self._show_keys()
        self._wake()

    def action_back(self) -> None:
        """Close what was opened last: the prompt bar, the search, the zoom, the summary."""
        if self.get_selected_text() is not None:
            self.clear_selection()
        elif self._prompting:
            self._close_prompt()
        elif self._seeking:
            self._close_search()
        elif self.grid.zoomed:
            self._zoom(False)
        elif self._summary_shown:
            self._hide_summary()
        elif self.names.told:
            self._call(StreamNames(len(self._run.states)))

    def action_summary(self) -> None:
        if self._summary_shown:
            self._hide_summary()
        else:
            self._show_summary()

    @property
    def _summary_shown(self) -> bool:
        return self._summary is not None and self._summary.display

    def _put_summary_away(self) -> None:
        if self._summary is not None:
            self._summary.display = False

    def _hide_summary(self) -> None:
        self._put_summary_away()
        self._show_keys()
        self.grid.choose(self.grid.current)

    def action_reasoning(self, everywhere: bool) -> None:
        pane = self.grid.current_pane
        if pane is None:
            return
        shown = not pane.transcript.show_reasoning
        for each in self.grid.panes if everywhere else [pane]:
            each.transcript.show_reasoning = shown
        self._wake()

    def action_copy(self) -> None:
        state = self._state()
        if state is None or not state.text.chars:
            self.notify("no answer to copy yet", severity="warning", markup=False)
        else:
            self._copy(state.text.value())

    def action_help(self) -> None:
        from streamdash.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self._sections))

    def action_inspect(self) -> None:
        if self.names.blind:
            said = "the wire names the model: b ends blind mode"
            self.notify(said, severity="warning", markup=False)
        elif self._run.states:
            from streamdash.tui.screens.inspector.screen import Inspector

            self._front(Inspector(self._run, self.grid.current, self.grid.choose))

    def action_markdown(self) -> None:
        if self._run.states:
            from streamdash.tui.screens.markdown import MarkdownScreen

            self._front(
                MarkdownScreen(
                    self._run, self.names, self.grid.current, self.grid.choose, self._copy
                )
            )

    def action_diff(self) -> None:
        if len(self._run.states) < 2:
            self.notify("a diff needs another pane", severity="warning", markup=False)
        else:
            from streamdash.tui.screens.diff import Diff

            self._front(Diff(self._run, self.names, self.grid.current))

    def action_leaderboard(self) -> None:
        if self._run.states:
            from streamdash.tui.screens.leaderboard.screen import Leaderboard

            self._front(Leaderboard(self._run, self.names, self.grid.current))

    def _front(self, surface: Surface) -> None:
        """Lay a screen over this one, and paint that instead."""
        self._over = surface
        self.app.push_screen(surface, self._returned)
        self._wake()

    def _returned(self, chosen: int | None) -> None:
        """The screen in front has closed, and may have chosen a pane."""
        self._over = None
        if chosen is not None:
            self.grid.choose(chosen)
        self._wake()

    def action_export(self) -> None:
        self._make_exporter().offer(self.app)

    # -- blind mode -------------------------------------------------------------------------

    def action_blind(self) -> None:
        """Hide who is who; the next time tell it."""
        from streamdash.tui.blind_names import BlindNames, RevealedNames

        names, count = self.names, len(self._run.states)
        if count < 2:
            self.notify("one stream alone: there is nothing to hide", markup=False)
        elif isinstance(names, BlindNames):
            self._call(RevealedNames(names))
        else:
            self.clear_selection()
            self._call(BlindNames(count, self._rng))
            # the pane that was current would be known by it
            self.grid.choose(self.names.order[0])

    def _call(self, names: StreamNames) -> None:
        """Let the streams go by these names everywhere."""
        self.names = names
        self.grid.call(names)
        if self._summary_shown:
            self._show_summary()
        self._wake()

    # -- search -----------------------------------------------------------------------------

    async def action_search(self) -> None:
        """Open the search bar; what was sought last is sought again."""
        pane = self.grid.current_pane
        if pane is None:
            return
        if self._prompt is not None:
            self._prompt.close()
        if self._search is None:
            from streamdash.tui.board.search_bar import SearchBar

            self._search = SearchBar()
            await self.mount(self._search, before=self._key_line)
        await self._search.open(pane.transcript)

    def action_find(self, by: int) -> None:
        if self._search is not None:
            self._search.go(by)

    @property
    def _seeking(self) -> bool:
        return self._search is not None and self._search.display

    def _close_search(self) -> None:
        if self._search is not None and self._search.display:
            self._search.close()
            self._show_keys()
            self.grid.choose(self.grid.current)

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        if event.left:
            self.grid.choose(self.grid.current)
        self._show_keys()
        self._wake()

    # -- the run ----------------------------------------------------------------------------

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

    @property
    def _leaving(self) -> bool:
        """Whether what was clicked or sent comes too late."""
        return cast("StreamdashApp", self.app).leaving

    async def _rerun(self, indices: Iterable[int]) -> None:
        indices = list(indices)
        states = self._run.states
        if not states or self._leaving:
            return
        unasked = any(not states[index].spec.messages for index in indices)
        if unasked and self._playback is None:
            await self.action_prompt()
            return
        if not self._may_cancel(indices):
            return
        self._launched()
        if len(indices) == len(states):
            self._run.rerun_all()
        else:
            for index in indices:
                self._run.rerun(index)
        self._wake()

    def _may_cancel(self, indices: Iterable[int]) -> bool:
        """Whether a rerun may cancel what is live: once it has been asked for twice."""
        live = [state for state in map(self._run.states.__getitem__, indices)
                if not state.status.final and state.attempts]  # fmt: skip
        doomed = frozenset(live)
        asked, self._asked_to_cancel = self._asked_to_cancel, (doomed, monotonic())
        if self._playback is not None or not doomed:
            return True
        if doomed <= asked[0] and monotonic() - asked[1] < SURE_S:
            return True
        whose = "the answer is" if len(live) == 1 else f"{len(live)} answers are"
        said = f"{whose} still coming: the same key again cancels and reruns"
        self.notify(said, severity="warning", timeout=SURE_S, markup=False)
        return False

    def _launched(self) -> None:
        """Streams start again: the summary is out of date, the time begins anew."""
        if not self._run.live:
            self._title_line.begin_anew()
        self._put_summary_away()
        self._show_keys()

    async def action_prompt(self) -> None:
        """Open the prompt bar; what is typed from now on goes into it."""
        state = self._state()
        if state is not None and self._playback is None:
            self._close_search()
            if self._prompt is None:
                from streamdash.tui.board.prompt_bar import PromptBar

                self._prompt = PromptBar(self._run)
                await self.mount(self._prompt, before=self._search or self._key_line)
            await self._prompt.open(state.index, self.names.label(state))
            self._show_keys()

    @property
    def _prompting(self) -> bool:
        return self._prompt is not None and self._prompt.display

    def _show_reach(self) -> None:
        """Say in the prompt bar whom its text goes to, and which answers it would wait for."""
        state = self._state()
        if state is not None and self._prompt is not None and self._prompt.display:
            self._prompt.show_reach(state.index, self.names.label(state))

    def _close_prompt(self) -> None:
        if self._prompt is not None:
            self._prompt.close()
        self._show_keys()
        self.grid.choose(self.grid.current)

    def on_prompt_bar_closed(self) -> None:
        self._close_prompt()

    def on_prompt_bar_asked(self, event: PromptBar.Asked) -> None:
        if self._leaving:
            return
        everyone = range(len(self._run.states))
        asked = everyone if event.everyone else [self.grid.current]
        self._launched()
        waiting = self._run.ask(event.text, asked, with_cut=event.with_cut)
        if waiting:
            whose = "the answer" if len(waiting) == 1 else f"{len(waiting)} answers"
            self.notify(f"the follow-up waits for the end of {whose}", markup=False)
        self._close_prompt()
        self._wake()

    # -- a replay's time --------------------------------------------------------------------

    def action_play(self, move: Move) -> None:
        """Move the replay's time, if there is one."""
        if self._playback is None:
            return
        if not self._playback.move(move):
            self.notify("nothing is left to play", markup=False)
        self._show_title()
        self._show_keys()
        self._wake()

    # -- what the widgets tell --------------------------------------------------------------

    def on_pane_grid_turned(self) -> None:
        self._show_title()
        self._show_keys()
        self._show_reach()
        if self.grid.current_pane is not None and self._search is not None:
            self._search.look_in(self.grid.current_pane.transcript)
        self._wake()

    def on_pane_chosen(self, event: Pane.Chosen) -> None:
        self.grid.choose(event.index)
        if event.twice:
            self._zoom(not self.grid.zoomed)

    async def on_pane_pressed(self, event: Pane.Pressed) -> None:
        if self._run.states[event.index].status.final:
            await self._rerun([event.index])
        else:
            self._cancel(event.index)

    def on_summary_rows_picked(self, event: SummaryRows.Picked) -> None:
        self.grid.choose(self.names.order[event.place])

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.run_action(event.action)
