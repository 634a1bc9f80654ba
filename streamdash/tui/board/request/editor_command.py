"""The user's editor."""

from __future__ import annotations

import os
import shlex
import shutil
from typing import TYPE_CHECKING

from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = ("VISUAL", "EDITOR")
_USUAL = ("nano", "vi")


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The editor and its arguments, from `VISUAL`, else from `EDITOR`, else what is installed.

    Raises UsageError that names the variables.
    """
    path = environ.get("PATH")
    for variable in VARIABLES:
        value = environ.get(variable, "").strip()
        if not value:
            continue
        try:
            command = shlex.split(value)
        except ValueError:
            raise UsageError(f"{variable} has a quote that does not end") from None
        if not command:
            continue
        command[0] = os.path.expanduser(command[0])
        if shutil.which(command[0], path=path) is None:
            raise UsageError(f"{variable} names the editor {command[0]!r}, which is not there")
        return command
    for name in _USUAL:
        if shutil.which(name, path=path) is not None:
            return [name]
    raise UsageError("no editor: name yours in VISUAL or EDITOR, as in EDITOR=nano")
