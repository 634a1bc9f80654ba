"""The Textual app: shows a run that lives outside it."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding
from textual.filter import NoColor
from textual.geometry import Size

from streamdash.output.safe_text import clean_line
from streamdash.streams.timing import gc_tuning
from streamdash.streams.timing.side_work import giving_way
from streamdash.tui.board.screen import Board
from streamdash.tui.context import ScreenContext
from streamdash.tui.contrast import readable_variables
from streamdash.tui.earlier_texts import EarlierTexts
from streamdash.tui.names import StreamNames
from streamdash.tui.terminal.clipboard import CLIPBOARD, Clipboard
from streamdash.tui.terminal.driver import TerminalDriver
from streamdash.tui.terminal.frame_clock import Frame, FrameClock
from streamdash.tui.terminal.internals import OpenApp
from streamdash.tui.terminal.terminal_programs import TerminalPrograms
from streamdash.tui.widgets.chosen_keys import ChosenKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from random import Random
    from typing import ClassVar

    from textual.actions import ActionParseResult
    from textual.binding import BindingType
    from textual.dom import DOMNode
    from textual.filter import LineFilter
    from textual.screen import Screen
    from textual.theme import Theme

    from streamdash.models.model_sources import ModelSources
    from streamdash.promptfile.own_settings import OwnSettings
    from streamdash.recording.timeline import Timeline
    from streamdash.streams.run import Run
    from streamdash.tui.board.pane.invitation import EndpointCheck
    from streamdash.tui.recorded_runs import RecordedRuns
    from streamdash.tui.screens.export.exporter import Exporter
    from streamdash.watching.file_watch import FileWatch

LEAST_COLUMNS = 12
INTERRUPTED = 130
"""The result after ctrl+c, as a shell reports it."""
NOTICE_S = 20.0
"""Seconds that an important notice stays on the screen."""


class StreamdashApp(OpenApp):
    """Shows `run` and starts it after the first frame; the result is 0, or 130 after ctrl+c.

    Leaving cancels all live streams, but the app does not own the run's tasks: its caller drains
    them after it has returned. `start` replaces `run.start`; a plan without any message is started
    by the prompt bar. After a crash `crash` holds the exception.

    Without `markdown` the panes begin with the source of their answers.

    `problem` says why the run is not, or no longer, recorded. `timeline` is set for a replay.
    `started` is when the run began, by the wall clock in ISO format, and `recorded_in` its
    recording; exports use both. `rng` shuffles the panes of blind mode. `notices` are sentences
    that are on the screen when the streams begin. `theme` is the one to start with, if it exists;
    `theme_chosen` is called with each theme that the user picks, and returns why it is not kept.
    `models` are those that streams can be given; None in a replay.
    `keys` are those of actions that do not have their default ones; see `ChosenKeys`. `check`
    looks up whether endpoints could answer; see `Invitations`.
    `file_watch`, if there is one, is started with the streams; the caller closes it.
    `own` is what the user's config adds below prompt files.
    """

    CSS_PATH: ClassVar = [
        "widgets/part_line.tcss",
        "board/pane/pane_styles.tcss",
        "board/screen.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
        Binding("ctrl+p", "command_palette", show=False, priority=True, id="commands"),
    ]

    def __init__(
        self,
        run: Run,
        *,
        title: str = "",
        plain: bool = False,
        markdown: bool = True,
        start: Callable[[], object] | None = None,
        problem: Callable[[], str | None] | None = None,
        timeline: Timeline | None = None,
        started: str = "",
        recorded_in: Path | None = None,
        rng: Random | None = None,
        notices: Sequence[str] = (),
        theme: str | None = None,
        theme_chosen: Callable[[str], str | None] | None = None,
        models: ModelSources | None = None,
        keys: Mapping[str, tuple[str, ...]] | None = None,
        check: EndpointCheck | None = None,
        file_watch: FileWatch | None = None,
        own: OwnSettings | None = None,
    ) -> None:
        colourless = plain or bool(os.environ.get("NO_COLOR"))
        super().__init__(driver_class=TerminalDriver, ansi_color=True if colourless else None)
        self._colourless = colourless
        chosen = ChosenKeys(keys)
        self.set_keymap(chosen.keymap)
        if colourless:
            self.theme = "ansi-dark"
            self.no_color = True
        elif theme is not None:
            if theme in self.available_themes:
                self.theme = theme
            else:
                key = chosen.shown("commands", "ctrl+p")
                hint = f"; {key} lists all" if key else ""
                notices = (*notices, f"the config's theme {theme!r} is not known{hint}")
        if plain:
            self.animation_level = "none"
        self.title = clean_line(title, 80) or "streamdash"
        self.crash: Exception | None = None
        self.clipboards = Clipboard(os.environ)
        self._run = run
        self._start = start or run.start
        self._started = started or _now()
        self._recorded_in = recorded_in
        self._notices = notices
        self._theme_chosen = theme_chosen
        self._programs = TerminalPrograms(self, self.wake)
        names = StreamNames(len(run.states))
        self._shared = ScreenContext(
            run,
            names,
            self.wake,
            self.copy,
            self._exporter,
            EarlierTexts(run.texts, recorded_in),
            self._programs,
            models,
            chosen,
            own,
            recorded_in,
        )
        self._board = Board(
            self._shared,
            title,
            problem=problem,
            timeline=timeline,
            rng=rng,
            markdown=markdown,
            check=check,
            file_watch=file_watch,
        )
        self._written = timeline is None
        self._rng = rng
        self._recorded_runs: RecordedRuns | None = None
        self._clock: FrameClock | None = None

    def get_default_screen(self) -> Screen[None]:
        return self._board

    def on_mount(self) -> None:
        self._clock = FrameClock(self._paint)
        self._run.watchers.append(lambda *_: self.wake())
        # the terminal's screen is empty after a stop
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Start the streams, now that the first frame is on the screen."""
        gc_tuning.resume()
        for notice in self._notices:
            said = clean_line(notice, 300)
            self.notify(said, severity="warning", timeout=NOTICE_S, markup=False)
        if self._board.markdown:
            # loaded by the first answer, it would delay the time stamps of the others
            Thread(target=_load_markdown, daemon=True).start()
        if not self._board.unasked:
            self._start()
        self._board.follow_file()
        self.wake()

    def _keep_theme(self, theme: Theme) -> None:
        """Keep a theme that was picked; without colours none can be."""
        if self._theme_chosen is None or self._colourless:
            return
        problem = self._theme_chosen(theme.name)
        if problem is not None:
            self.notify(clean_line(problem, 300), severity="warning", markup=False)

    def _exporter(self) -> Exporter:
        from streamdash.tui.screens.export.exporter import Exporter

        return Exporter(self._run, self._started, self._recorded_in)

    # -- frames -----------------------------------------------------------------------------

    def wake(self) -> None:
        """Paint all changes, over as many frames as they need."""
        if self._clock is not None:
            self._clock.wake()

    @property
    def board(self) -> Board:
        """The main screen."""
        return self._board

    @property
    def front_board(self) -> Board:
        """The board of the recorded run that is open, else the main screen."""
        opened = None if self._recorded_runs is None else self._recorded_runs.board
        return opened or self._board

    @property
    def painting(self) -> bool:
        """Whether another frame is due; an idle screen has none."""
        return self._clock is not None and self._clock.running

    def _paint(self, at: float) -> Frame:
        if self._programs.running:
            return Frame.IDLE
        if isinstance(self.driver, TerminalDriver) and self.driver.behind:
            return Frame.MORE
        try:
            return self.front_board.paint(at)
        except Exception as error:
            self.call_later(_raise, error)
            return Frame.IDLE

    def exit(self, *args: object, **kwargs: object) -> None:
        """Leave: stop painting and cancel all streams."""
        self._stop()
        super().exit(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.stop()
        # restoring the terminal blocks the loop, so events would be stamped late
        self._run.cancel_all()
        if self._recorded_runs is not None:
            self._recorded_runs.end()
        self._programs.end()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Resize):
            # Textual cannot lay out its lists without columns; anything too wide is cut off
            size = Size(max(LEAST_COLUMNS, event.size.width), max(1, event.size.height))
            event = events.Resize(size, size)
        if not (self.leaving and isinstance(event, events.InputEvent)):
            await super().on_event(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        # keys read together with the one that leaves may arrive after it
        if self.leaving:
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def crashed(self, error: Exception) -> None:
        """End, and leave the error in `crash` for the app's caller."""
        self._stop()
        self.crash = error
        self.panic()

    # -- looks ------------------------------------------------------------------------------

    def get_css_variables(self) -> dict[str, str]:
        """Textual's variables for the theme, with colours that can be read."""
        self.theme_variables = readable_variables(super().get_css_variables())
        return self.theme_variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colours every segment has the terminal's default ones."""
        return [NoColor()] if self._colourless else super().get_line_filters()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The commands in the palette."""
        if not self._colourless:
            yield self._command("Theme", "Choose the colours", self.action_change_theme)
        if screen is self.front_board:
            for command in self.front_board.commands():
                yield self._command(*command[:3])
        yield self._command("Quit", "Leave streamdash", partial(self.exit, 0))

    def _command(self, title: str, does: str, action: Callable[[], object]) -> SystemCommand:
        """A command that does nothing once the app is leaving."""
        return SystemCommand(title, does, lambda: None if self.leaving else action())

    # -- leaving ----------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Close the recorded run if one is open, else quit."""
        if self._recorded_runs is None or not self._recorded_runs.close():
            self.exit(0)

    def action_open_recorded(self) -> None:
        """Choose a recorded run, and play it on a board over this one."""
        # a coroutine whose worker is cancelled before its first step would never be awaited
        self.run_worker(self._open_recorded)  # type: ignore[arg-type]  # Textual takes them

    async def _open_recorded(self) -> None:
        # loaded in the event loop, it would delay the time stamps of the streams
        make = await asyncio.to_thread(giving_way, _load_recorded_runs)
        if self._recorded_runs is None:
            self._recorded_runs = make(
                self, self._board, self._shared, written=self._written, rng=self._rng
            )
        if self.screen is self.front_board and not self.leaving:
            self._recorded_runs.choose()

    def action_command_palette(self) -> None:
        from streamdash.tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Choose a theme from a palette."""
        from textual.theme import ThemeProvider

        from streamdash.tui.screens.palette import Palette

        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    async def action_quit(self) -> None:
        self.exit(0)

    def action_interrupt(self) -> None:
        """Copy the selected text, as people expect of ctrl+c; without a selection, quit."""
        selected = getattr(self.focused, "selected_text", "") or self.screen.get_selected_text()
        if not selected:
            self.exit(INTERRUPTED)
            return
        self.copy(selected)
        self.screen.clear_selection()

    def copy(self, text: str) -> None:
        """Put `text` into the clipboard; a notice names the clipboards that took it."""
        # half of a surrogate pair cannot be encoded for the clipboard
        text = text.encode("utf-8", "replace").decode()
        self.set_clipboard(text)
        self.clipboards.copy(text, partial(self._copied, text))

    def copy_to_clipboard(self, text: str) -> None:
        """Send text copied in Textual's own widgets through `copy`."""
        self.copy(text)

    def _copied(self, text: str, places: list[str]) -> None:
        chars = f"{len(text):,} chars"
        if CLIPBOARD in places:
            said = f"copied {chars}"
        elif places:
            said = f"copied {chars} to {' and '.join(places)}"
        else:
            # terminals do not report whether they took the text
            super().copy_to_clipboard(text)
            said = f"sent {chars} to the terminal's clipboard"
        self.notify(said, markup=False)


def _load_markdown() -> None:
    """Load what renders Markdown."""
    from streamdash.tui.markdown.inline import warm

    giving_way(warm)


def _load_recorded_runs() -> type[RecordedRuns]:
    from streamdash.tui.recorded_runs import RecordedRuns

    return RecordedRuns


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _raise(error: Exception) -> None:
    raise error
