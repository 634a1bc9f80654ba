"""Makes sure that a file reaches the disk, without waiting for the disk."""

from __future__ import annotations

import errno
import os
import threading

_DATA_LOST = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS})
"""Errors that lose data; a device or a pipe that cannot be synced raises another one."""


class DiskSync:
    """Owns a file descriptor, which a thread of its own syncs on request and closes at the end.

    A slow disk delays no stream. Requests that come while it works are served by one sync.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._wanted = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None
        self.error: OSError | None = None
        """The error of a sync that lost data."""

    def sync(self) -> None:
        """Bring everything written so far to the disk soon; returns at once."""
        self._wanted.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="recording", daemon=True)
            self._thread.start()

    def close(self, timeout_s: float) -> None:
        """Sync a last time and close the descriptor; waits at most `timeout_s` for the disk."""
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
            if error.errno in _DATA_LOST:
                self.error = error
