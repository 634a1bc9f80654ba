"""Shows on the board what a watched prompt file does to the run."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, cast

from streamdash.output.safe_text import clean_line
from streamdash.tui.board.watch_line import WatchLine, standing_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.tui.board.drawer.drawer import Drawer
    from streamdash.tui.board.grid.pane_grid import PaneGrid
    from streamdash.tui.board.run_control import RunControl
    from streamdash.tui.board.title_line import TitleLine
    from streamdash.tui.screens.file_problems import FileProblems
    from streamdash.tui.terminal.internals import OpenApp
    from streamdash.tui.widgets.chosen_keys import ChosenKeys
    from streamdash.watching.file_watch import FileWatch, Question

_SAID_S = 5.0
_WARNING_S = 20.0
UNREAD_S = 0.5
"""A question this young has not been read yet, and `y` is meant to copy."""


class FileFollower:
    """The board's side of a `FileWatch`; its `WatchScreen`."""

    def __init__(
        self,
        watch: FileWatch,
        grid: PaneGrid,
        title_line: TitleLine,
        drawer: Drawer,
        wake: Callable[[], None],
        chosen: ChosenKeys,
    ) -> None:
        self.watch = watch
        self.line = WatchLine(watch)
        self._grid = grid
        self._title_line = title_line
        self._drawer = drawer
        self._wake = wake
        self._chosen = chosen
        self._control: RunControl | None = None
        self._problems: FileProblems | None = None
        self._question: Question | None = None
        self._asked_at = 0.0

    def start(self, control: RunControl) -> None:
        """Watch, now that the streams have begun."""
        self._control = control
        self._title_line.standing = (standing_part(self.watch),)
        self.watch.start(self)

    @property
    def asks(self) -> bool:
        """Whether `y` and `n` answer a question now."""
        return self._answerable and monotonic() - self._asked_at >= UNREAD_S

    @property
    def _answerable(self) -> bool:
        """Whether there is a question, and nobody types a text."""
        return self.watch.asking and self._drawer.keyboard in ("panes", "matches")

    def show(self) -> None:
        """Bring the line up to date; what is the same is not drawn again."""
        self.line.show_watch(typing=not self._answerable)
        # a notice leaves this line free as well
        self._grid.screen.set_class(self.line.display, "-watch-line")

    def open(self) -> None:
        """Show all problems, or ask again what was declined, or say that all is well."""
        watch = self.watch
        if watch.problems:
            from streamdash.tui.screens.file_problems import FileProblems

            self._problems = FileProblems(watch, self._chosen)
            self._grid.app.push_screen(self._problems)
        elif watch.question is not None:
            watch.ask_again()
        else:
            self.say(f"{watch.watched.name} is watched and in order")

    # -- what the watch calls -------------------------------------------------------------------

    def before_launch(self) -> None:
        if self._control is not None:
            self._control.before_launch()

    def follow_file(self) -> None:
        if self.watch.question is not self._question:
            self._question, self._asked_at = self.watch.question, monotonic()
        self._title_line.retitle(self.watch.title)
        self._title_line.standing = (standing_part(self.watch),)
        if self._grid.views.leaving != self.watch.gone:
            self._grid.views.leaving = self.watch.gone
            self._grid.relabel()
        self._wake()
        if self._problems is not None and self._problems.is_active:
            self._problems.update_text()
        if self.watch.asking and self._grid.app.screen is not self._grid.screen:
            self.say(f"{self.watch.watched.name} changed: the board asks what to do")

    def say(self, sentence: str, *, warning: bool = False) -> None:
        self._grid.app.notify(
            clean_line(sentence, 300),
            severity="warning" if warning else "information",
            timeout=_WARNING_S if warning else _SAID_S,
            markup=False,
        )

    def crashed(self, error: Exception) -> None:
        cast("OpenApp", self._grid.app).crashed(error)
