"""A driver that takes the terminal's size from the system, and can be stopped by the shell."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from textual import events
from textual.drivers.linux_driver import LinuxDriver

from streamdash.output.terminal import known_size, terminal_size

if TYPE_CHECKING:
    from typing import Any

    from textual.app import App
    from textual.geometry import Size
    from textual.message import Message


class ForegroundDriver(LinuxDriver):
    """Takes the size only from the system, and leaves the terminal to the shell while stopped.

    Private names of Textual: `_get_terminal_size`, `_query_in_band_window_resize`, the two signal
    handlers, `_auto_restart`, `_size`, and `_must_signal_resume`, which makes the next start of
    the application mode publish the app's resume signal.
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
        if self._size is None:
            # otherwise the first layout has the size that Rich takes from COLUMNS
            self._size = self._get_terminal_size()
        self._active = False
        self._stopping = False

    # -- the size ---------------------------------------------------------------------------

    def _get_terminal_size(self) -> tuple[int, int]:
        return terminal_size()

    def _query_in_band_window_resize(self) -> None:
        """Send no query: SIGWINCH and the system report the size, which input cannot fake."""

    def process_message(self, message: Message) -> None:
        """Pass a message on, but not a size from the terminal if the system knows the size."""
        if isinstance(message, events.Resize) and known_size() is not None:
            return
        super().process_message(message)

    # -- stopped and continued --------------------------------------------------------------

    def start_application_mode(self) -> None:
        self._active = True
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's

    def stop_application_mode(self) -> None:
        self._active = False
        super().stop_application_mode()

    def _sigtstp_application(self, *_: object) -> None:
        """Give the terminal back and stop the whole job, as ctrl+z does in other programs.

        The default action of SIGTSTP does it, not SIGSTOP: the system ignores it where no shell
        could continue the job.
        """
        if self._stopping:
            return
        if not (self._active and self._auto_restart):
            # another program has the terminal already, and was stopped too
            os.kill(os.getpid(), signal.SIGSTOP)
            return
        self._stopping = True
        try:
            self.suspend_application_mode()
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.kill(0, signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, self._sigtstp_application)
            self._resume()
        finally:
            self._stopping = False

    def _sigcont_application(self, *_: object) -> None:
        """Set the terminal up again: the shell may have used it after a SIGSTOP."""
        if self._active and self._auto_restart and not self._stopping:
            self.suspend_application_mode()
            self._resume()

    # -- lent to another program ------------------------------------------------------------

    def lend(self) -> None:
        """Leave the terminal, as it was before the start, to another program until `reclaim`.

        A stop or a size meanwhile is that program's business.
        """
        self._auto_restart = False
        self.suspend_application_mode()

    def reclaim(self) -> None:
        """Set the terminal up again, with its present size; the app's resume signal follows."""
        self._auto_restart = True
        self._resume()

    def _resume(self) -> None:
        self._must_signal_resume = True
        self.resume_application_mode()
