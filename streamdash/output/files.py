"""Opens the output for results: standard output, or a file that appears when it is whole."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, TextIO

from streamdash.output.console import OutputError, say
from streamdash.output.destination import (
    STANDARD_OUTPUT,
    Input,
    destination,
    identity,
    open_directly,
    refusal,
    spare,
)
from streamdash.output.standard_streams import CLOSED, takes_output
from streamdash.output.whole_file import WholeFile
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streamdash.output.destination import Destination


@contextlib.contextmanager
def open_output(
    name: str | None, *, errors: str = "backslashreplace", inputs: Iterable[Input] = ()
) -> Iterator[TextIO]:
    """Open standard output for None and `-`, else the file, device or FIFO called `name`.

    A regular file appears under its name when the block ends without an error. `errors` treats
    characters that the encoding lacks, as in `open`. Raises UsageError, before anything is written,
    where nothing can be written or one of `inputs` would be replaced.
    """
    target = destination(STANDARD_OUTPUT if name is None else name)
    if target.descriptor == 1:
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
        except OutputError as error:
            raise refusal(target.name, str(error)) from None


@contextlib.contextmanager
def _replacing(target: Destination, errors: str) -> Iterator[TextIO]:
    """A new file that takes the name of `target` at the end."""
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
    """A device, FIFO or descriptor that is written into directly."""
    with open(open_directly(target, say), "w", encoding="utf-8", errors=errors, newline="") as file:
        yield file
