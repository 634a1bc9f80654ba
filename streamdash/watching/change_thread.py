"""Notices in a thread that files may have changed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from streamdash.watching.file_contents import folders_of, stamps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streamdash.watching.file_contents import Stamps

LOOK_S = 2.0
"""How often the files are looked at where the file system reports no changes, as networks do."""
_STEP_MS = 50
_GROUP_MS = 200
"""Changes in busy folders, such as one with a recording, are reported no more often than this."""


class ChangeThread:
    """Calls `noticed` in the event loop when one of the files has another time, size or identity.

    It watches their folders: editors put a new file in the place of the old one.
    """

    def __init__(self, noticed: Callable[[], object], paths: Iterable[str]) -> None:
        self._loop = asyncio.get_running_loop()
        self._noticed = noticed
        self._paths = tuple(paths)
        self._stamps: Stamps = ()
        self._again = Event()
        """Set when the thread shall look at `_paths` and `_closed` again."""
        self._closed = False
        self._thread = Thread(target=self._work, name="watch files", daemon=True)
        self._thread.start()

    def watch(self, paths: Iterable[str]) -> None:
        """Watch these files from now on."""
        paths = tuple(paths)
        if paths != self._paths:
            self._paths = paths
            self._again.set()

    def close(self) -> None:
        """End the thread within a twentieth of a second; does not wait for that."""
        self._closed = True
        self._again.set()

    def _work(self) -> None:
        from watchfiles import watch  # in the thread: it takes 40 ms to load

        while True:
            self._again.clear()
            if self._closed:
                return
            paths = self._paths
            folders = folders_of(paths)
            self._compare(paths)
            try:
                for _ in watch(
                    *folders,
                    watch_filter=None,
                    debounce=_GROUP_MS,
                    step=_STEP_MS,
                    rust_timeout=int(LOOK_S * 1000),
                    yield_on_timeout=True,
                    recursive=False,
                    stop_event=self._again,
                ):
                    self._compare(paths)
                    if folders_of(paths) != folders:
                        break
            except (OSError, RuntimeError):
                # a folder has gone, or the system allows no more watches: look from time to time
                self._again.wait(LOOK_S)

    def _compare(self, paths: tuple[str, ...]) -> None:
        stamps = stamps_of(paths)
        if stamps != self._stamps:
            self._stamps = stamps
            # the loop is closed where the program ends
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._noticed)
