"""Lends the terminal to other programs while the app goes on behind them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from streamdash.tui.terminal.driver import TerminalDriver
from streamdash.tui.terminal.terminal_job import TerminalJob

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.tui.terminal.internals import OpenApp


class TerminalPrograms:
    """Runs one program at a time in the app's terminal; `wake` is called when the app is back."""

    def __init__(self, app: OpenApp, wake: Callable[[], object]) -> None:
        self._app = app
        self._wake = wake
        self._job: TerminalJob | None = None

    @property
    def running(self) -> bool:
        """Whether another program has the terminal, so that nothing may be painted."""
        return self._job is not None

    async def run(self, arguments: Sequence[str]) -> int:
        """Run a program to its end; returns its exit code, negative for a signal. Raises OSError.

        The event loop goes on meanwhile. Whatever the program has done to the terminal is undone.
        """
        driver = self._driver
        if driver is not None:
            driver.lend()
        try:
            self._job = TerminalJob(arguments, 0, os.environ)
            return await self._job.ended
        finally:
            self.end()
            if driver is not None and not self._app.leaving:
                driver.reclaim()
            self._wake()

    def end(self) -> None:
        """End the program if it still runs, and take the terminal back."""
        job, self._job = self._job, None
        if job is not None:
            job.end()
            if self._driver is not None:
                self._driver.undo_modes()

    @property
    def _driver(self) -> TerminalDriver | None:
        """The driver, if there is a terminal."""
        driver = self._app.driver
        return driver if isinstance(driver, TerminalDriver) else None
