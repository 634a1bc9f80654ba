"""The terminal under the screen, which may be slow, stuck or gone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from streamdash.outlet import Outlet
from streamdash.tui.disputed import settle
from streamdash.tui.foreground import ForegroundDriver

if TYPE_CHECKING:
    from typing import Any

    from textual.app import App
    from textual.geometry import Size

__all__ = ["TerminalDriver"]

HUNG_UP = 129
"""The app's result when its terminal has gone, as a shell reports a SIGHUP."""
BEHIND = 1 << 16
"""Characters on their way to the terminal from which the next frame waits."""
CLOSE_S = 1.0


class TerminalDriver(ForegroundDriver):
    """Never lets the event loop wait for the terminal.

    Textual's own queue holds thirty writes; then a terminal that is not read, or that has gone
    and taken the writing thread with it, stops the loop, and with it every stream and signal.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: Size | tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._outlet: Outlet | None = None

    @property
    def behind(self) -> bool:
        """Whether the terminal has yet to take most of the last frame."""
        return self._outlet is not None and self._outlet.waiting > BEHIND

    def start_application_mode(self) -> None:
        assert sys.__stderr__ is not None  # noqa: S101  # for the type: launch has a terminal there
        self._outlet = Outlet(sys.__stderr__, lost=lambda: self._app.exit(HUNG_UP))
        super().start_application_mode()

    def write(self, data: str) -> None:
        self.write_settled(settle(data))

    def write_settled(self, data: str) -> None:
        """Write text of which the width is beyond dispute."""
        if self._outlet is not None:
            self._outlet.put(data)

    def close(self) -> None:
        """Write what is left, unless the terminal takes nothing for a second."""
        super().close()
        if self._outlet is not None:
            self._outlet.close(CLOSE_S)
