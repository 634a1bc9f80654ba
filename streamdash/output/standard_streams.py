"""Standard input, output and error, any of which a service or a script may have closed."""

from __future__ import annotations

import fcntl
import os
import select
import sys

CLOSED = "standard output is closed, or can only be read"


def fill_gaps() -> None:
    """Open the null device at each closed one of descriptors 0, 1 and 2.

    Otherwise the next file that is opened would become a standard stream. Writing to a standard
    output that was closed fails, as it should; writing to such a standard error does nothing.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # open takes the lowest free number, which is this one
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
    """Whether standard output is open for writing."""
    if sys.stdout is None:
        return False
    try:
        mode = fcntl.fcntl(sys.stdout.fileno(), fcntl.F_GETFL)
    except (OSError, ValueError):
        # a stream in memory has no descriptor
        return not sys.stdout.closed
    return mode & os.O_ACCMODE != os.O_RDONLY


def terminal_opens() -> bool:
    """Whether the process has a controlling terminal, wherever its standard streams lead."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, waiting for the reader where needed. Raises OSError."""
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except BlockingIOError:
            # the descriptor was non-blocking when we inherited it
            select.select([], [descriptor], [])
