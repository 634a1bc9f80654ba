"""The first line of a recording, read without the rest; anything may be in the file."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from streamdash.recording.spec_json import table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO


def open_run(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file, not through a link. Raises OSError, also for anything else."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return open(descriptor, "rb")


def read_line(line: bytes) -> Mapping[str, object]:
    """The object in a line; empty if there is none."""
    try:
        return table(json.loads(line))
    except (ValueError, RecursionError):
        return {}


def is_head(line: Mapping[str, object]) -> bool:
    """Whether this is the first line of a recording."""
    return line.get("type") == "run"


def streams_in(head: Mapping[str, object]) -> list[object]:
    """The streams that a first line lists."""
    streams = head.get("streams")
    return streams if isinstance(streams, list) else []
