"""Text for the standard streams that is written now: results and messages of short commands."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean
from streamdash.output.standard_streams import CLOSED, takes_output, write_all
from streamdash.streams.errors import StreamdashError

if TYPE_CHECKING:
    from typing import TextIO


class OutputError(StreamdashError):
    """Nothing more can be written to an output; the text is the system's reason."""


def write_out(text: str, out: TextIO | None = None) -> None:
    """Write all of `text` now, to standard output if `out` is None.

    Raises BrokenPipeError if the reader has gone, OutputError for any other failure.
    """
    if out is None:
        if not takes_output():
            raise OutputError(CLOSED)
        out = sys.stdout
    try:
        out.flush()
        try:
            descriptor = out.fileno()
        except (OSError, ValueError):
            out.write(text)  # a stream in memory
            return
        errors = out.errors if out.errors in ("replace", "ignore") else "backslashreplace"
        write_all(descriptor, text.encode(out.encoding or "utf-8", errors))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from None


def say(line: str) -> None:
    """Write a line, made safe for a terminal, to standard error; does nothing if that is closed."""
    with contextlib.suppress(OSError, AttributeError):
        sys.stderr.write(clean(line) + "\n")
        sys.stderr.flush()
