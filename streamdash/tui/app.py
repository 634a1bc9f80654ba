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
from textual.geometry import Size

from streamdash.output.safe_text import clean_line
from streamdash.streams.timing import gc_tuning
from streamdash.streams.timing.side_work import giving_way
from streamdash.tui.board.screen import Board
from streamdash.tui.context import ScreenContext
from streamdash.tui.earlier_texts import EarlierTexts
from streamdash.tui.end_notice import EndNotice
from streamdash.tui.names import StreamNames
from streamdash.tui.preferences import Preferences
from streamdash.tui.terminal.clipboard import Clipboard, copied_note
from streamdash.tui.terminal.driver import TerminalDriver
from streamdash.tui.terminal.frame_clock import Frame, FrameClock
from streamdash.tui.terminal.terminal_programs import TerminalPrograms
from streamdash.tui.themed_app import ThemedApp
from streamdash.tui.widgets.chosen_keys import ChosenKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from random import Random
    from typing import ClassVar

    from textual.actions import ActionParseResult
    from textual.binding import BindingType
    from textual.dom import DOMNode
    from textual.screen import Screen

    from streamdash.tui.recorded_runs import RecordedRuns
    from streamdash.tui.screens.export.exporter import Exporter
    from streamdash.tui.shown_run import ShownRun

DEFAULT_PREFERENCES = Preferences()
LEAST_COLUMNS = 12
INTERRUPTED = 130
"""The result after ctrl+c, as a shell reports it."""
NOTICE_S = 20.0
"""Seconds that an important notice stays on the screen."""


class StreamdashApp(ThemedApp):
    """Shows a run and starts it after the first frame; the result is 0, or 130 after ctrl+c.

    Leaving cancels all live streams, but the app does not own the run's tasks: its caller drains
    them after it has returned. `start` replaces `run.start`; a plan without any message is started
    by the prompt bar. After a crash `crash` holds the exception. `rng` shuffles the panes of blind
    mode.
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
        shown: ShownRun,
        preferences: Preferences = DEFAULT_PREFERENCES,
        *,
        start: Callable[[], object] | None = None,
        rng: Random | None = None,
    ) -> None:
        super().__init__(preferences)
        self._shown = shown
        self._run = run = shown.run
        self._start = start or run.start
        self._started = shown.started or _now()
        self._keys = ChosenKeys(preferences.keys)
        self.set_keymap(self._keys.keymap)
        self.title = clean_line(shown.title, 80) or "streamdash"
        self.crash: Exception | None = None
        self.clipboards = Clipboard(os.environ)
        self._programs = TerminalPrograms(self, self.wake)
        self._shared = ScreenContext(
            run,
            StreamNames(len(run.states)),
            self.wake,
            self.copy,
            self._exporter,
            EarlierTexts(run.texts, shown.recorded_in),
            self._programs,
            shown.models,
            self._keys,
            preferences.own,
            shown.recorded_in,
        )
        self._board = Board(self._shared, shown, rng=rng, markdown=preferences.markdown)
        kind = "off" if shown.replay else preferences.notice
        self._end_notice = EndNotice(run, kind, shown.title, self._write)
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
        self.keep_theme_changes()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Start the streams, now that the first frame is on the screen."""
        gc_tuning.resume()
        for notice in self._notices():
            said = clean_line(notice, 300)
            self.notify(said, severity="warning", timeout=NOTICE_S, markup=False)
        if self._board.markdown:
            # loaded by the first answer, it would delay the time stamps of the others
            Thread(target=_load_markdown, daemon=True).start()
        if not self._board.unasked:
            self._start()
        self._board.follow_file()
        self.wake()

    def _notices(self) -> Iterator[str]:
        """The sentences that are shown as the streams begin."""
        yield from self._shown.notices
        if self.unknown_theme is not None:
            key = self._keys.shown("commands", "ctrl+p")
            hint = f"; {key} lists all" if key else ""
            yield f"the config's theme {self.unknown_theme!r} is not known{hint}"

    def _exporter(self) -> Exporter:
        from streamdash.tui.screens.export.exporter import Exporter

        return Exporter(self._run, self._started, self._shown.recorded_in)

    # -- frames -----------------------------------------------------------------------------

    def wake(self) -> None:
        """Paint all changes, over as many frames as they need."""
        if self._clock is not None:
            self._clock.wake()

    def _write(self, codes: str) -> None:
        """Write codes that change nothing on the screen."""
        if isinstance(self.driver, TerminalDriver):
            self.driver.write_settled(codes)

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
        self._end_notice.follow()
        try:
            frame = self.front_board.paint(at)
        except Exception as error:
            self.call_later(_raise, error)
            return Frame.IDLE
        if frame is Frame.IDLE and self._end_notice.awaited:
            # a recorded run in front may sleep, but not the clock that sees the end of this one
            return Frame.MORE
        return frame

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

    # -- commands ---------------------------------------------------------------------------

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
                self, self._board, self._shared, written=not self._shown.replay, rng=self._rng
            )
        if self.screen is self.front_board and not self.leaving:
            self._recorded_runs.choose()

    def action_command_palette(self) -> None:
        from streamdash.tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

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
        if not places:
            # terminals do not report whether they took the text
            super().copy_to_clipboard(text)
        self.notify(copied_note(text, places), markup=False)


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
