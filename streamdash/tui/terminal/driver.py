"""The terminal under the screen, which may be slow, stuck or gone."""

from __future__ import annotations

import os
import selectors
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from streamdash.output.background_writer import BackgroundWriter
from streamdash.tui.terminal.foreground import ForegroundDriver
from streamdash.tui.terminal.terminal_input import TerminalInput
from streamdash.tui.text.disputed_widths import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from textual.app import App
    from textual.geometry import Size

__all__ = ["TerminalDriver"]

HUNG_UP = 129
"""The app's result when its terminal has gone, as a shell reports a SIGHUP."""
BEHIND = 1 << 16
"""Characters on their way to the terminal from which the next frame waits."""
CLOSE_S = 1.0
LOOK_S = 0.1
"""How often the thread that reads looks whether it is still wanted."""
AT_ONCE = 1 << 16


class TerminalDriver(ForegroundDriver):
    """Never lets the event loop wait for the terminal.

    Textual's own queue holds thirty writes; then a terminal that is not read, or that has gone
    and taken the writing thread with it, stops the loop, and with it every stream and signal.
    Its reading thread ends at the first byte that it does not understand, and the app with it.
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
        self._outlet: BackgroundWriter | None = None

    @property
    def behind(self) -> bool:
        """Whether the terminal has yet to take most of the last frame."""
        return self._outlet is not None and self._outlet.waiting > BEHIND

    def start_application_mode(self) -> None:
        assert sys.__stderr__ is not None  # noqa: S101  # for the type: launch has a terminal there
        self._outlet = BackgroundWriter(sys.__stderr__, lost=lambda: self._app.exit(HUNG_UP))
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

    # -- what comes from the terminal -------------------------------------------------------

    def _run_input_thread(self) -> None:
        """Read until it is over; what breaks here breaks the app as if it were in its loop."""
        try:
            self.run_input_thread()
        except Exception as error:
            self._in_loop(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Hand on what the terminal sends; where it has gone, the app ends."""
        read = TerminalInput(lambda: self._app.size, monotonic)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                patience = read.patience
                if selector.select(LOOK_S if patience is None else min(LOOK_S, patience)):
                    data = self._read()
                    if data == b"":
                        self.exit_event.wait()
                        return
                    received = read.feed(data or b"")
                else:
                    received = read.idle()
                for message in received:
                    self.process_message(message)

    def _read(self) -> bytes | None:
        """What there is; None if somebody else has read it, nothing if no more will come."""
        try:
            data = os.read(self.fileno, AT_ONCE)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data and self.input_tty:
            self._in_loop(self._app.exit, HUNG_UP)
        return data

    def _in_loop(self, call: Callable[..., object], argument: object) -> None:
        """Call in the app's loop, unless that has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, argument)
