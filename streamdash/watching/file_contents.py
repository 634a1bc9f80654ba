"""What files hold, and the folders in which a change of them shows itself."""

from __future__ import annotations

import os
import stat
from collections import deque
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Stamps = tuple[tuple[int, ...], ...]
    Contents = tuple[tuple[str, object], ...]

READ_WHOLE = 1 << 21
"""Larger files, in bytes, are compared by their time and size."""
_MAX_LINKS = 40


def stamps_of(paths: Iterable[str]) -> Stamps:
    """Identity, size and time of each file, which one look at the file system tells."""
    return tuple(map(_stamp, paths))


def _stamp(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        return (getattr(error, "errno", None) or 0,)
    return (found.st_dev, found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns)


def contents_of(paths: Iterable[str]) -> Contents:
    """Each path with a value that is equal only if the file there holds the same.

    A file that is missing or cannot be read has the error's number.
    """
    return tuple((path, _content(path)) for path in paths)


def _content(path: str) -> object:
    stamp = _stamp(path)
    if len(stamp) == 1 or not stat.S_ISREG(stamp[2]) or stamp[3] > READ_WHOLE:
        return stamp
    try:
        # it may have become a FIFO, which must not block
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            return sha256(file.read(READ_WHOLE + 1)).digest()
    except OSError as error:
        return (error.errno,)


def folders_of(paths: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The folders to watch for these files, each with its identity.

    They are the file's own folder, or the nearest one that exists, and the folder of each link on
    the way to it: any of these may be swapped for another.
    """
    try:
        here = os.getcwd()
    except OSError:  # it has been deleted
        here = "/"
    folders: dict[str, tuple[int, ...]] = {}
    for path in paths:
        # not normalized: `..` leads out of the folder that a link means
        for folder in _folders_on_the_way(os.path.join(here, path)):
            if folder not in folders:
                folders[folder] = _stamp(folder)[:2]
    return folders


def _folders_on_the_way(path: str) -> list[str]:
    folders: list[str] = []
    at, parts, links = "/", deque(_parts(path)), 0
    while parts:
        part = parts.popleft()
        if part == "..":
            at = os.path.dirname(at)
            continue
        here = os.path.join(at, part)
        try:
            mode = os.lstat(here).st_mode
            if not stat.S_ISLNK(mode):
                if not parts:
                    break
                at = here
                continue
            target = os.readlink(here)
        except (OSError, ValueError):
            break
        links += 1
        if links > _MAX_LINKS:
            break
        # links in the root folder are the system's own
        if at != "/":
            folders.append(at)
        if target.startswith("/"):
            at = "/"
        parts.extendleft(reversed(_parts(target)))
    return [*folders, at]


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]
