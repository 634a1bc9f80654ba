"""Another program in the foreground of our terminal, as a shell runs its jobs."""

from __future__ import annotations

import asyncio
import os
import signal
import termios
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

END_S = 1.0
"""Seconds that the program has to end after each of SIGTERM and SIGKILL."""
RETRY_S = 0.2
"""Seconds between two looks whether the shell has given us the terminal again."""
_DEFAULT_SIGNALS = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGTTOU, signal.SIGTTIN)
"""Signals that the interpreter or we may ignore, which a program would inherit."""


class TerminalJob:
    """A program that is started at once, in a process group of its own.

    So what is typed there, ctrl+c included, is its business alone. If it stops (ctrl+z), we stop
    with it, and both go on together. The event loop is never blocked; `ended` is the program's
    exit code, negative for a signal. `take_back` or `end` must be called afterwards. Raises OSError
    if the program cannot be started. `terminal` is a descriptor.
    """

    def __init__(self, arguments: Sequence[str], terminal: int, environ: Mapping[str, str]) -> None:
        self._terminal = terminal
        self._attributes = _attributes(terminal)
        # without a terminal that is ours to give, the program shares our group
        self._own_group = _foreground(terminal) == os.getpgrp()
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[int] = self._loop.create_future()
        self._over = threading.Event()
        group: dict[str, Any] = {"setpgroup": 0} if self._own_group else {}
        self._pid = os.posix_spawnp(
            arguments[0], list(arguments), environ, setsigdef=_DEFAULT_SIGNALS, **group
        )
        self._give()
        threading.Thread(target=self._watch, name="terminal-job", daemon=True).start()

    def take_back(self) -> None:
        """Make our group the foreground one again, with the terminal's attributes as before.

        A shell that has put us into the background keeps its terminal.
        """
        if self._own_group and _foreground(self._terminal) == self._pid:
            _set_foreground(self._terminal, os.getpgrp())
        if self._attributes is not None and _foreground(self._terminal) == os.getpgrp():
            with suppress(termios.error):
                termios.tcsetattr(self._terminal, termios.TCSANOW, self._attributes)

    def end(self) -> None:
        """End the program, for at most twice `END_S`, and take the terminal back."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._over.is_set():
                break
            self._signal(number)
            # a stopped program takes no signal but SIGKILL
            self._signal(signal.SIGCONT)
            self._over.wait(END_S)
        self.take_back()

    def _watch(self) -> None:
        """In a thread: report each stop of the program, then its end."""
        while True:
            try:
                _, status = os.waitpid(self._pid, os.WUNTRACED)
            except ChildProcessError:
                status = 0
            stopped = os.WIFSTOPPED(status)
            if not stopped:
                self._over.set()
            with suppress(RuntimeError):  # the loop has ended
                if stopped:
                    self._loop.call_soon_threadsafe(self._stopped, os.WSTOPSIG(status))
                else:
                    code = os.waitstatus_to_exitcode(status)
                    self._loop.call_soon_threadsafe(self._set_ended, code)
            if not stopped:
                return

    def _set_ended(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)

    def _stopped(self, number: int) -> None:
        """Stop with the program, unless it only waits for the terminal, and continue it."""
        if self._over.is_set():
            return
        if self._own_group and number not in (signal.SIGTTIN, signal.SIGTTOU):
            self.take_back()
            handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            # ignored where no shell could continue us
            os.kill(0, signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, handler)
        self._go_on()

    def _go_on(self) -> None:
        """Continue the program as soon as the terminal is ours to give."""
        if self._over.is_set():
            return
        if self._own_group and _foreground(self._terminal) not in (os.getpgrp(), self._pid):
            self._loop.call_later(RETRY_S, self._go_on)
            return
        self._give()
        self._signal(signal.SIGCONT)

    def _give(self) -> None:
        if self._own_group:
            _set_foreground(self._terminal, self._pid)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if self._own_group:
                os.killpg(self._pid, number)
            else:
                os.kill(self._pid, number)


def _attributes(terminal: int) -> list[Any] | None:
    try:
        return termios.tcgetattr(terminal)
    except termios.error:
        return None


def _foreground(terminal: int) -> int | None:
    """The foreground process group of our terminal; None if it is none or not ours."""
    try:
        return os.tcgetpgrp(terminal)
    except OSError:
        return None


def _set_foreground(terminal: int, group: int) -> None:
    with _in_background(), suppress(OSError):
        os.tcsetpgrp(terminal, group)


@contextmanager
def _in_background() -> Iterator[None]:
    """Lets a process in the background change the terminal instead of being stopped for it."""
    handler = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTTOU, handler)
