"""The file of a recording: opened for its owner only, appended to, synced, closed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from streamdash.recording.disk_sync import DiskSync
from streamdash.recording.paths import foreign_folder

if TYPE_CHECKING:
    from pathlib import Path

CLOSE_S = 2.0
"""How long the end of the program waits for the disk."""


class RecordFile:
    """Appends lines to a file. No error is raised: the first one ends the writing.

    With `new` the path must not exist yet, not even as a link.
    """

    def __init__(self, path: Path, *, new: bool) -> None:
        self.is_open = False
        """Whether lines are written; false before `path` could be opened and after an error."""
        self._path = path
        self._problem: str | None = None
        self._sync: DiskSync | None = None
        self._fd = -1
        self._begun = False
        try:
            self._fd = _opened(path, new=new)
        except (OSError, ValueError) as error:
            self._give_up(error)
        else:
            self._sync = DiskSync(self._fd)
            self.is_open = True

    @property
    def problem(self) -> str | None:
        """Why lines are not written, or no longer, in one line; None if all is well."""
        if self._problem is None and self._sync is not None and self._sync.error is not None:
            self._give_up(self._sync.error)
        return self._problem

    def write(self, line: str) -> None:
        """Append ASCII text, in one `os.write` if the system takes it whole."""
        if not self.is_open:
            return
        data = line.encode("ascii")
        try:
            written = os.write(self._fd, data)
            while written < len(data):
                written += os.write(self._fd, data[written:])
        except OSError as error:
            self._give_up(error)
        else:
            self._begun = True

    def sync(self) -> None:
        """Bring everything written so far to the disk soon; returns at once."""
        if self._sync is not None:
            self._sync.sync()

    def close(self) -> None:
        """Sync and close; a second call does nothing."""
        self.is_open = False
        if self._sync is not None:
            self._sync.close(CLOSE_S)

    def _give_up(self, error: OSError | ValueError) -> None:
        self.is_open = False
        if self._problem is None:
            why = error.strerror if isinstance(error, OSError) else str(error)
            what = "recording stopped" if self._begun else "not recorded"
            self._problem = f"{what}: {why or error}: {self._path}"


def _opened(path: Path, *, new: bool) -> int:
    """The descriptor of a new or empty file. Raises OSError or ValueError if it cannot be used."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    if new:
        if foreign_folder(path.parent):
            raise ValueError("the folder belongs to another user")
        flags |= os.O_EXCL | os.O_NOFOLLOW
    fd = os.open(path, flags, 0o600)
    try:
        status = os.fstat(fd)
        if stat.S_ISREG(status.st_mode):
            if status.st_size:
                raise ValueError("the file exists and is not empty")
            os.fchmod(fd, 0o600)
        elif os.isatty(fd):
            raise ValueError("it is a terminal")
    except (OSError, ValueError):
        os.close(fd)
        raise
    return fd
