"""The driver between the screen and a terminal that may be slow, stuck or gone."""

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
"""With more unwritten characters than this, the next frame waits."""
CLOSE_S = 1.0
"""Seconds that the last output may take at the end."""
POLL_S = 0.1
"""Seconds between two checks of the reading thread whether it should end."""
READ_BYTES = 1 << 16


class TerminalDriver(ForegroundDriver):
    """Never lets the event loop wait for the terminal.

    Textual's queue holds thirty writes. Once it is full, a terminal that takes nothing stops the
    loop, and with it every stream and signal. Textual's reading thread ends at the first byte that
    it does not understand, and the app with it.
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
        self._writer: BackgroundWriter | None = None

    @property
    def behind(self) -> bool:
        """Whether so much output is unwritten that the next frame should wait."""
        return self._writer is not None and self._writer.waiting > BEHIND

    def start_application_mode(self) -> None:
        assert sys.__stderr__ is not None  # noqa: S101  # for the type: without a terminal there is no screen
        self._writer = BackgroundWriter(sys.__stderr__, lost=lambda: self._app.exit(HUNG_UP))
        super().start_application_mode()

    def write(self, data: str) -> None:
        self.write_settled(settle(data))

    def write_settled(self, data: str) -> None:
        """Write text that `settle` has been applied to."""
        if self._writer is not None:
            self._writer.put(data)

    def close(self) -> None:
        """Write the remaining output, for up to `CLOSE_S`."""
        super().close()
        if self._writer is not None:
            self._writer.close(CLOSE_S)

    # -- input ------------------------------------------------------------------------------

    def _run_input_thread(self) -> None:
        """Read input; an error here is handled like one in the app's loop."""
        try:
            self.run_input_thread()
        except Exception as error:
            self._in_loop(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Pass on input until the app ends; end the app if the terminal has gone."""
        read = TerminalInput(lambda: self._app.size, monotonic)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                patience = read.patience
                if selector.select(POLL_S if patience is None else min(POLL_S, patience)):
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
        """The available bytes; None if another reader took them, empty at the end."""
        try:
            data = os.read(self.fileno, READ_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data and self.input_tty:
            self._in_loop(self._app.exit, HUNG_UP)
        return data

    def _in_loop(self, call: Callable[..., object], argument: object) -> None:
        """Call `call(argument)` in the app's loop, unless the loop has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, argument)
