"""The screens that open over the board, by name; each module is loaded on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from streamdash.tui.context import ScreenContext
    from streamdash.tui.screens.diff import Diff
    from streamdash.tui.screens.inspector.screen import Inspector
    from streamdash.tui.screens.leaderboard.screen import Leaderboard

    LiveScreen: TypeAlias = Inspector | Leaderboard | Diff
    """Painted on the frame clock; its result is the stream that the board goes to, if any."""

ScreenName = Literal["inspector", "diff", "leaderboard"]


class CannotOpenError(Exception):
    """Says why a screen cannot open now, in words for the user."""


def live_screen(name: ScreenName, context: ScreenContext, index: int) -> LiveScreen:
    """A new screen that shows stream `index`. Raises CannotOpenError."""
    streams = len(context.names.order)
    if not streams:
        raise CannotOpenError("there is no stream to show")
    match name:
        case "inspector":
            if context.names.blind:
                raise CannotOpenError("the wire names the model: b ends blind mode")
            from streamdash.tui.screens.inspector.screen import Inspector

            return Inspector(context, index)
        case "diff":
            if streams < 2:
                raise CannotOpenError("a diff needs another pane")
            from streamdash.tui.screens.diff import Diff

            return Diff(context, index)
        case "leaderboard":
            from streamdash.tui.screens.leaderboard.screen import Leaderboard

            return Leaderboard(context, index)


class FrontScreens:
    """Opens screens over the board, one at a time.

    `closed` is called with the stream that a closed screen chose, if any.
    """

    def __init__(self, closed: Callable[[int | None], None]) -> None:
        self._closed = closed
        self.shown: LiveScreen | None = None
        """The open screen, which is painted instead of the panes."""

    def open(self, app: App[int], name: ScreenName, context: ScreenContext, index: int) -> None:
        """Open a screen on stream `index`. Raises CannotOpenError."""
        self.shown = live_screen(name, context, index)
        app.push_screen(self.shown, self._close)

    def _close(self, chosen: int | None) -> None:
        self.shown = None
        self._closed(chosen)
