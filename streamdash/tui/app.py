"""The Textual app: shows a run that lives outside it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding
from textual.filter import NoColor
from textual.geometry import Size

from streamdash.output.safe_text import clean_line
from streamdash.streams.timing import gc_tuning
from streamdash.tui.board.screen import Board
from streamdash.tui.context import ScreenContext
from streamdash.tui.contrast import grey_variables
from streamdash.tui.names import StreamNames
from streamdash.tui.terminal.clipboard import CLIPBOARD, Clipboard
from streamdash.tui.terminal.driver import TerminalDriver
from streamdash.tui.terminal.frame_clock import Frame, FrameClock
from streamdash.tui.terminal.internals import OpenApp

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

    from streamdash.recording.timeline import Timeline
    from streamdash.streams.run import Run
    from streamdash.tui.screens.export.exporter import Exporter

LEAST_COLUMNS = 12
INTERRUPTED = 130
"""The result after ctrl+c, as a shell reports it."""
NOTICE_S = 20.0
"""How long a notice stands that the user must have seen."""


class StreamdashApp(OpenApp):
    """Shows `run` and starts it behind the first frame; the result is 0, or 130 after ctrl+c.

    Leaving cancels what is live, but the run's tasks are not the app's: whoever runs the app
    drains them when it has returned. `start` replaces `run.start`; a plan without any message is
    started by the prompt bar. After a crash `crash` holds what was raised.

    `problem` says why the run is not, or no longer, recorded. `timeline` is a replay's.
    `started` is when the run began, by the wall clock in ISO format, and `recorded_in` its
    recording: an export tells the one and draws from the other. `rng` shuffles what is blind.
    `notices` are sentences that stand on the screen when the streams begin.
    """

    CSS_PATH: ClassVar = ["widgets/part_line.tcss", "board/screen.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]

    def __init__(
        self,
        run: Run,
        *,
        title: str = "",
        plain: bool = False,
        start: Callable[[], object] | None = None,
        problem: Callable[[], str | None] | None = None,
        timeline: Timeline | None = None,
        started: str = "",
        recorded_in: Path | None = None,
        rng: Random | None = None,
        notices: Sequence[str] = (),
    ) -> None:
        colourless = plain or bool(os.environ.get("NO_COLOR"))
        super().__init__(driver_class=TerminalDriver, ansi_color=True if colourless else None)
        self._colourless = colourless
        if colourless:
            self.theme = "ansi-dark"
            self.no_color = True
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
        self._board = Board(
            ScreenContext(run, StreamNames(len(run.states)), self.wake, self.copy, self._exporter),
            title,
            problem=problem,
            timeline=timeline,
            rng=rng,
        )
        self._clock: FrameClock | None = None

    def get_default_screen(self) -> Screen[None]:
        return self._board

    def on_mount(self) -> None:
        self._clock = FrameClock(self._paint)
        # the terminal's screen is empty after a stop
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """The first frame is on the screen: let the streams go."""
        gc_tuning.resume()
        for notice in self._notices:
            said = clean_line(notice, 300)
            self.notify(said, severity="warning", timeout=NOTICE_S, markup=False)
        if not self._board.unasked:
            self._start()
        self.wake()

    def _exporter(self) -> Exporter:
        from streamdash.tui.screens.export.exporter import Exporter

        return Exporter(self._run, self._started, self._recorded_in)

    # -- frames -----------------------------------------------------------------------------

    def wake(self) -> None:
        """Paint what has changed, and go on while there is more."""
        if self._clock is not None:
            self._clock.wake()

    @property
    def board(self) -> Board:
        """The main screen."""
        return self._board

    @property
    def painting(self) -> bool:
        """Whether another frame is due; an idle screen has none."""
        return self._clock is not None and self._clock.running

    def _paint(self, at: float) -> Frame:
        if isinstance(self.driver, TerminalDriver) and self.driver.behind:
            return Frame.MORE
        try:
            return self._board.paint(at)
        except Exception as error:
            self.call_later(_raise, error)
            return Frame.IDLE

    def exit(self, *args: object, **kwargs: object) -> None:
        """Leave; no frame is painted any more, and no stream goes on."""
        self._stop()
        super().exit(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.stop()
        # letting go of the terminal holds up the loop: what came meanwhile would be stamped late
        self._run.cancel_all()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Resize):
            # Textual's lists cannot be laid out in no columns; what is too wide is cut off
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
        # keys of the same breath may have been handed on before the one that leaves took effect
        if self.leaving:
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def crashed(self, error: Exception) -> None:
        """End, and leave the error to whoever started the app."""
        self._stop()
        self.crash = error
        self.panic()

    # -- looks ------------------------------------------------------------------------------

    def get_css_variables(self) -> dict[str, str]:
        """Textual's for the theme, and greys that can be read."""
        variables = super().get_css_variables()
        self.theme_variables = {**variables, **grey_variables(variables)}
        return self.theme_variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colours every segment goes out in the terminal's own."""
        return [NoColor()] if self._colourless else super().get_line_filters()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        if not self._colourless:
            yield self._command("Theme", "Choose the colours", self.action_change_theme)
        if screen is self._board:
            for command in self._board.commands():
                yield self._command(*command[:3])
        yield self._command("Quit", "Leave streamdash", self.action_leave)

    def _command(self, title: str, does: str, action: Callable[[], object]) -> SystemCommand:
        """A command that does nothing any more once the app is on its way out."""
        return SystemCommand(title, does, lambda: None if self.leaving else action())

    # -- leaving ----------------------------------------------------------------------------

    def action_leave(self) -> None:
        self.exit(0)

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
        """Ctrl+c copies what is selected, as people expect of it; else it quits."""
        selected = getattr(self.focused, "selected_text", "") or self.screen.get_selected_text()
        if not selected:
            self.exit(INTERRUPTED)
            return
        self.copy(selected)
        self.screen.clear_selection()

    def copy(self, text: str) -> None:
        """Put `text` into the clipboard, and say where it is once that is sure."""
        # a lone half of a surrogate pair has no place in the clipboard's encoding
        text = text.encode("utf-8", "replace").decode()
        self.set_clipboard(text)
        self.clipboards.copy(text, partial(self._copied, text))

    def copy_to_clipboard(self, text: str) -> None:
        """The same for Textual's own widgets, which know only the terminal's clipboard."""
        self.copy(text)

    def _copied(self, text: str, places: list[str]) -> None:
        chars = f"{len(text):,} chars"
        if CLIPBOARD in places:
            said = f"copied {chars}"
        elif places:
            said = f"copied {chars} to {' and '.join(places)}"
        else:
            # whether the terminal takes it nobody can know: there is no answer to this
            super().copy_to_clipboard(text)
            said = f"sent {chars} to the terminal's clipboard"
        self.notify(said, markup=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _raise(error: Exception) -> None:
    raise error
