"""Writes a text into a file that the user has named, never over another without permission."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from streamdash.output.destination import destination, refusal, spare
from streamdash.output.standard_streams import write_all
from streamdash.output.whole_file import WholeFile
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.output.destination import Input


class FileTakenError(UsageError):
    """There is a file of this name, which only `replace` may replace."""


def check_new_file(name: str, *, replace: bool, inputs: Iterable[Input]) -> str:
    """The path of the regular file `name`, with all links followed.

    Raises FileTakenError, or UsageError where no file can be written or one of `inputs` would be
    replaced.
    """
    target = destination(name)
    if not target.whole:
        raise refusal(name, "it is no regular file")
    spare(name, target.identity, inputs)
    if not replace and os.path.lexists(target.path):
        raise FileTakenError(f"{name} exists")
    return target.path


def write_file(name: str, text: str, *, replace: bool, inputs: Iterable[Input] = ()) -> str:
    """Write `text` to the file `name`, which appears when it is whole; returns its path.

    A new file can be read by its owner only; a replaced one keeps its mode. Raises as
    `check_new_file` does.
    """
    path = check_new_file(name, replace=replace, inputs=inputs)
    try:
        file = WholeFile(path, mode=None if replace else 0o600)
        try:
            write_all(file.descriptor, text.encode())
            if replace:
                file.place()
            elif not file.place_new(path):
                raise FileTakenError(f"{name} exists")
        finally:
            file.discard()
    except OSError as error:
        raise refusal(name, error.strerror or str(error)) from None
    return path
