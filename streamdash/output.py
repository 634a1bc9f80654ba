"""Where results and complaints go: a file that is whole or not there, and standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from streamdash.streams.errors import UsageError
from streamdash.streams.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def writing(path: str | None, *, errors: str = "backslashreplace") -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name only when it is whole.

    `errors` is what happens to a character that the encoding has no place for. Raises UsageError
    where the file cannot be written.
    """
    if path is None:
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)
        yield sys.stdout
        return
    target = Path(path)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(partial, "w", encoding="utf-8", errors=errors, newline="") as file:
            yield file
        os.replace(partial, target)
    except OSError as error:
        raise UsageError(f"cannot write {path!r}: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)


def say(line: str) -> None:
    """Write a line to standard error, if anybody is there; no terminal obeys what is in it."""
    with contextlib.suppress(OSError, AttributeError):
        sys.stderr.write(clean(line) + "\n")
        sys.stderr.flush()
