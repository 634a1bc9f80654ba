"""Finds the recording that a user names: by file, by name, by number, or as `last`."""

from __future__ import annotations

import os
import re
from pathlib import Path

from streamdash.recording.library import list_runs
from streamdash.recording.paths import SUFFIX, runs_folder
from streamdash.streams.errors import UsageError

LAST = "last"
_NUMBER = re.compile(r"#?([0-9]{1,18})")


def find_recording(name: str) -> Path:
    """The path of the recording that `name` stands for.

    `name` is tried as the path of a file, then as `last` or a number in the list that `runs` prints
    (from 1, newest first), then as a file name in that list, with or without its suffix. Raises
    UsageError that lists the places searched.
    """
    if _exists(name):
        return Path(name)
    if name == LAST or _NUMBER.fullmatch(name):
        return _numbered(name)
    folder = runs_folder()
    if name and not os.path.dirname(name):
        for candidate in (name, name + SUFFIX):
            if _exists(str(folder / candidate)):
                return folder / candidate
        raise UsageError(
            f"{name!r}: no such file in {_here()}, and no recording of that name in {folder}; "
            "`streamdash runs` lists them"
        )
    # Reading the file reports what is wrong with its path.
    return Path(name)


def _numbered(name: str) -> Path:
    folder = runs_folder()
    runs = list_runs(folder)
    match = _NUMBER.fullmatch(name)
    number = 1 if match is None else int(match[1])
    if 1 <= number <= len(runs):
        return runs[number - 1].path
    some = "one run is" if len(runs) == 1 else f"{len(runs)} runs are"
    raise UsageError(
        f"{name!r}: no such file in {_here()}, and "
        + (f"no run is recorded in {folder}" if not runs else
           f"only {some} recorded in {folder}; `streamdash runs` numbers them from 1")
    )  # fmt: skip


def _exists(name: str) -> bool:
    """Whether `name` exists and is not a folder."""
    try:
        return os.path.exists(name) and not os.path.isdir(name)
    except ValueError:
        return False


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "the working directory"
