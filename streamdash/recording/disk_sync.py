"""Brings what was written to the disk, from a thread of its own."""

from __future__ import annotations

import errno
import os
import threading

_REAL = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS})
"""What loses data; a device or a pipe that cannot be synced is none of these."""


class Syncer:
    """Owns a file descriptor: syncs it when asked, and closes it at the end.

    A disk that takes its time delays no stream. Requests that come meanwhile become one.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._wanted = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None
        self.error: OSError | None = None
        """What the disk said when it could not keep the data."""

    def sync(self) -> None:
        """Bring all that has been written to the disk soon; returns at once."""
        self._wanted.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="recording", daemon=True)
            self._thread.start()

    def close(self, timeout_s: float) -> None:
        """Sync a last time and close; waits no longer than that for a slow disk."""
        self._ended = True
        self.sync()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._ended:
            self._wanted.wait()
            self._wanted.clear()
            self._sync()
        self._sync()
        os.close(self.fd)

    def _sync(self) -> None:
        try:
            os.fsync(self.fd)
        except OSError as error:
            if error.errno in _REAL:
                self.error = error
