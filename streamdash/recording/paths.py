"""Where recordings are stored."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.output.destination import STANDARD_OUTPUT, destination
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

SUFFIX = ".jsonl"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def runs_folder() -> Path:
    """The folder of the user's recordings, which need not exist."""
    from platformdirs import user_state_dir

    return Path(user_state_dir("streamdash", appauthor=False)) / "runs"


def new_path(started: datetime, folder: Path | None = None) -> Path:
    """A path for a recording that starts now, with a random part: runs may start together."""
    name = f"{started:%Y-%m-%dT%H-%M-%S}-{os.urandom(2).hex()}{SUFFIX}"
    return (folder or runs_folder()) / name


def chosen_path(text: str) -> Path:
    """The path that the user named for a recording.

    Raises UsageError if it cannot be written, or holds data that must not be replaced. Devices are
    allowed, pipes are not: a slow reader of a pipe would delay every stream.
    """
    if text == STANDARD_OUTPUT:
        raise UsageError(f"cannot record to {text!r}: standard output is for results; name a file")
    destination(text)
    path = Path(text)
    try:
        status = path.stat()
    except OSError:
        return path
    if stat.S_ISREG(status.st_mode):
        if status.st_size:
            raise UsageError(f"cannot record to {text!r}: it exists and is not empty")
    elif not stat.S_ISCHR(status.st_mode):
        raise UsageError(f"cannot record to {text!r}: it is not a regular file")
    return path


def make_private_folder(folder: Path) -> None:
    """Create the folder and its missing parents, for their owner only.

    If they exist, others lose the right to write to the folder and its parent. Errors are
    ignored here, because they show when a file is opened.
    """
    missing = []
    for each in (folder, *folder.parents):
        if each.exists():
            break
        missing.append(each)
    try:
        for each in reversed(missing):
            each.mkdir(mode=0o700)
            # The umask may have removed rights that the owner needs.
            each.chmod(0o700)
        for each in (folder.parent, folder):
            status = each.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_mode & _OTHERS_WRITE:
                each.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS_WRITE)
    except OSError:
        return


def foreign_folder(folder: Path) -> bool:
    """Whether the folder belongs to another user, who could replace the files in it."""
    return os.geteuid() not in (0, folder.stat().st_uid)
