"""The end of the process, which no thread, terminal or reader can hold up."""

from __future__ import annotations

import os
import select
import sys
from typing import NoReturn

from streamdash.cli.exit_codes import ExitCode

STUCK_S = 0.5
"""How long a terminal may accept no output before it counts as stuck."""


def exit_process(code: int) -> NoReturn:
    """Write the buffers of the standard streams, and end the process."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # lost results change the exit code; lost messages do not
            if stream is sys.stdout:
                code = code or ExitCode.BAD_END
            # otherwise the interpreter tries once more, and complains
            _discard(stream.fileno())
    if sys.warnoptions:
        # under -W the warnings of the interpreter's own end are wanted, too
        sys.exit(code)
    end_at_once(code)


def end_at_once(code: int) -> NoReturn:
    """End the process without cleaning up; nothing may be left to write.

    Taking the interpreter apart costs half a second, and waits for threads that may wait for a
    name server or for a stuck terminal.
    """
    os._exit(code)


def release_stuck_terminal() -> None:
    """Stop writing to a terminal that accepts no output, where the process would hang."""
    for stream in (sys.stdout, sys.stderr):
        descriptor = stream.fileno()
        if stream.isatty() and not select.select([], [descriptor], [], STUCK_S)[1]:
            _discard(descriptor)


def _discard(descriptor: int) -> None:
    """Drop all that is written to `descriptor` from now on."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
