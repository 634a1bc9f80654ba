"""The three standard streams, of which a service or a script may have closed any."""

from __future__ import annotations

import fcntl
import os
import select
import stat
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_CONTROLLING = os.makedev(5, 0)
"""The device `/dev/tty` of Linux, which is another name of some other."""
CLOSED = "standard output is closed, or can only be read"


def fill_gaps() -> None:
    """Open something at descriptors 0, 1 and 2, so that no file of ours becomes one of them.

    What is written to a standard output that is not there fails, as to one that can only be
    read; what is written to such a standard error is lost.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # the lowest free one is this one
            os.open(os.devnull, os.O_WRONLY if descriptor == 2 else os.O_RDONLY)
            os.set_inheritable(descriptor, True)
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            stream = open(  # noqa: SIM115 - it stays open as long as the process lives
                descriptor, "w", encoding="utf-8", errors="backslashreplace", closefd=False
            )
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def takes_output() -> bool:
    """Whether standard output can be written to at all."""
    if sys.stdout is None:
        return False
    try:
        mode = fcntl.fcntl(sys.stdout.fileno(), fcntl.F_GETFL)
    except (OSError, ValueError):
        # a stream in memory has no descriptor
        return not sys.stdout.closed
    return mode & os.O_ACCMODE != os.O_RDONLY


def progress_fits(out: TextIO, *, between: bool) -> bool:
    """Whether a line of progress on standard error comes into nobody's way.

    What is written to a pipe may come out at the same terminal (`| tee`). `between` says that
    text is written to `out` while the progress stands.
    """
    if not sys.stderr.isatty():
        return False
    try:
        goes, stands = os.fstat(out.fileno()), os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    if stat.S_ISREG(goes.st_mode):
        return True
    if not stat.S_ISCHR(goes.st_mode):
        return False
    if not out.isatty():
        return True
    other = goes.st_rdev != stands.st_rdev and _CONTROLLING not in (goes.st_rdev, stands.st_rdev)
    return other or not between


def terminal_opens() -> bool:
    """Whether the process has a terminal of its own, wherever its streams lead."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, however slow the reader is. Raises OSError."""
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except BlockingIOError:
            # the descriptor was handed to us non-blocking
            select.select([], [descriptor], [])
