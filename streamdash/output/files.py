"""Where results and complaints go: a file that is whole or not there, and the standard streams."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, TextIO

from streamdash.output.destination import (
    Input,
    destination,
    identity,
    open_directly,
    refusal,
    spare,
)
from streamdash.output.safe_text import clean
from streamdash.output.standard_streams import CLOSED, takes_output, write_all
from streamdash.output.whole_file import WholeFile
from streamdash.streams.errors import StreamdashError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streamdash.output.destination import Destination


class Unwritten(StreamdashError):  # noqa: N818  # it says what happened to the output
    """An output takes nothing more; the text says why."""


@contextlib.contextmanager
def open_output(
    name: str | None, *, errors: str = "backslashreplace", inputs: Iterable[Input] = ()
) -> Iterator[TextIO]:
    """Standard output for None and `-`, else what `name` stands for.

    A file appears under its name when it is whole; what is no regular file is written into.
    `errors` is what happens to a character that the encoding has no place for, `inputs` are files
    that must not be replaced. Raises UsageError, before anything is written, where it cannot be.
    """
    target = None if name is None else destination(name)
    if target is None or target.descriptor == 1:
        if not takes_output():
            raise UsageError(f"{CLOSED}; name a file with -o FILE")
        spare("standard output", identity(1), inputs)
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)
        yield sys.stdout
        return
    standard_error = Input(2, "where standard error goes")
    spare(f"-o {target.name}", target.identity, [*inputs, *([standard_error] * target.whole)])
    with _replacing(target, errors) if target.whole else _into(target, errors) as file:
        try:
            yield file
        except Unwritten as error:
            raise refusal(target.name, str(error)) from None


@contextlib.contextmanager
def _replacing(target: Destination, errors: str) -> Iterator[TextIO]:
    try:
        whole = WholeFile(target.path)
    except OSError as error:
        raise refusal(target.name, error.strerror or str(error)) from None
    try:
        with open(
            whole.descriptor, "w", encoding="utf-8", errors=errors, newline="", closefd=False
        ) as file:
            yield file
        try:
            whole.place()
        except OSError as error:
            raise refusal(target.name, error.strerror or str(error)) from None
    finally:
        whole.discard()


@contextlib.contextmanager
def _into(target: Destination, errors: str) -> Iterator[TextIO]:
    with open(open_directly(target, say), "w", encoding="utf-8", errors=errors, newline="") as file:
        yield file


def write_out(text: str, out: TextIO | None = None) -> None:
    """Write all of `text` now, to standard output if nothing else is given.

    Raises BrokenPipeError where the reader has gone, Unwritten where it cannot be written.
    """
    if out is None:
        if not takes_output():
            raise Unwritten(CLOSED)
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
        raise Unwritten(error.strerror or str(error)) from None


def say(line: str) -> None:
    """Write a line to standard error, if anybody is there; no terminal obeys what is in it."""
    with contextlib.suppress(OSError, AttributeError):
        sys.stderr.write(clean(line) + "\n")
        sys.stderr.flush()


__all__ = ["Input", "Unwritten", "open_output", "say", "write_out"]
