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
"""Seconds that the reading thread waits for input at a time."""
READ_BYTES = 1 << 16
UNDO = (
    # SGR, character set, scroll region, origin, insert, cursor and keypad keys, cursor shape
    "\x1b[0m\x1b(B\x0f\x1b[?6l\x1b[r\x1b[4l\x1b[?1l\x1b>\x1b[0 q"
    # keyboard protocols, pasting, focus, mouse, synchronized output
    "\x1b[<99u\x1b[>4;0m\x1b[?2004l\x1b[?1004l"
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"
    "\x1b[?2026l\x1b[?7h\x1b[?1049l\x1b[?25h"
)
"""Switches off whatever another program may have left on."""


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
        self._input_stop: tuple[int, int] | None = None
        """A pipe that ends the reading thread's wait for input."""

    @property
    def behind(self) -> bool:
        """Whether so much output is unwritten that the next frame should wait."""
        return self._writer is not None and self._writer.waiting > BEHIND

    def start_application_mode(self) -> None:
        self._writer = self._new_writer()
        self._input_stop = os.pipe()
        super().start_application_mode()

    def _new_writer(self) -> BackgroundWriter:
        assert sys.__stderr__ is not None  # noqa: S101  # for the type: without a terminal there is no screen
        return BackgroundWriter(sys.__stderr__, lost=lambda: self._app.exit(HUNG_UP))

    def undo_modes(self) -> None:
        """Switch off what another program may have left on, while nothing of ours is on."""
        writer = self._new_writer()
        writer.put(UNDO)
        writer.close(CLOSE_S)

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
            self._writer = None

    def disable_input(self) -> None:
        """End the reading thread, without waiting for its next look whether it should end."""
        pipe, self._input_stop = self._input_stop, None
        if pipe is not None:
            os.write(pipe[1], b"\0")
        super().disable_input()
        for descriptor in pipe or ():
            os.close(descriptor)

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
        stop = self._input_stop
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            if stop is not None:
                selector.register(stop[0], selectors.EVENT_READ)
            while not self.exit_event.is_set():
                patience = read.patience
                ready = selector.select(POLL_S if patience is None else min(POLL_S, patience))
                if any(key.fd != self.fileno for key, _ in ready):
                    self.exit_event.wait(POLL_S)
                    received = []
                elif ready:
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
