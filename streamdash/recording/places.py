"""Where recordings are kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

SUFFIX = ".jsonl"


def runs_folder() -> Path:
    """The folder of the user's recordings, whether it exists or not."""
    from platformdirs import user_state_dir

    return Path(user_state_dir("streamdash", appauthor=False)) / "runs"


def new_path(started: datetime, folder: Path | None = None) -> Path:
    """A name for a recording that starts now; runs of the same second get different ones."""
    name = f"{started:%Y-%m-%dT%H-%M-%S}-{os.urandom(2).hex()}{SUFFIX}"
    return (folder or runs_folder()) / name


def chosen_path(text: str) -> Path:
    """The file that the user named for a recording.

    Raises UsageError where something is there that a recording must not replace. What cannot be
    written there is the journal's problem, and stops no run.
    """
    path = Path(text)
    try:
        status = path.stat()
    except (OSError, ValueError):
        # said on screen when the journal cannot open it
        return path
    if stat.S_ISDIR(status.st_mode):
        raise UsageError(f"cannot record to {text!r}: it is a folder; name a file in it")
    if stat.S_ISREG(status.st_mode):
        if status.st_size:
            raise UsageError(f"cannot record to {text!r}: it exists and is not empty")
    elif not stat.S_ISCHR(status.st_mode):
        raise UsageError(f"cannot record to {text!r}: it is not a regular file")
    return path
