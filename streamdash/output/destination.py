"""Resolves the name of an output: a file to replace, or a device or pipe to write into."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import unicodedata
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

STANDARD_OUTPUT = "-"
MAX_LINKS = 40
READER_S = 5.0
"""How long to wait for a FIFO's reader."""
NO_READER = "nobody reads this FIFO"
_RETRY_S = 0.02
_OWN_DESCRIPTORS = rf"/dev/fd|/proc/(self|{os.getpid()})(/task/[0-9]+)?/fd"

Identity = tuple[object, ...]
"""Two names with equal identities mean the same file, even one that does not exist yet."""


class Destination(NamedTuple):
    """Where an output goes: a path with all links followed, or an open descriptor."""

    name: str
    """As the user typed it."""
    path: str
    descriptor: int | None = None
    whole: bool = True
    """A regular file, new or existing, which is replaced when the new content is whole."""

    @property
    def identity(self) -> Identity | None:
        """The file's identity; None for devices and FIFOs, where nothing can be overwritten."""
        if self.descriptor is not None:
            return identity(self.descriptor)
        return identity(self.path) if self.whole else None


class Input(NamedTuple):
    """A file with another use in the command, which no output may replace."""

    place: str | int
    """Its path or descriptor."""
    what: str
    """What it is, as in `-o x: is the prompt file itself`."""


def destination(name: str) -> Destination:
    """Find where `name` leads. Raises UsageError if nothing can be written there."""
    if name == STANDARD_OUTPUT:
        return Destination(name, name, 1, whole=False)
    try:
        found = _followed(name)
        if isinstance(found, int):
            _check_descriptor(name, found)
            return Destination(name, name, found, whole=False)
        return Destination(name, found, whole=_is_regular(name, found))
    except OSError as error:
        raise refusal(name, error.strerror or str(error)) from None
    except ValueError:
        raise refusal(name, "that is no file name") from None


def refusal(name: str, why: str) -> UsageError:
    """The error for an output that cannot be written."""
    return UsageError(f"cannot write {name!r}: {why}")


def _followed(name: str) -> str | int:
    """The path at the end of all links, or the number of one of the process's descriptors."""
    if not name:
        raise refusal(name, "the name is empty")
    if name.endswith("/"):
        raise refusal(name, "the name is that of a folder; name a file in it")
    path = name
    for _ in range(MAX_LINKS):
        folder, base = os.path.split(path)
        if _is_number(base) and re.fullmatch(_OWN_DESCRIPTORS, os.path.realpath(folder)):
            return int(base)
        try:
            link = os.readlink(path)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOENT):
                return path
            raise
        if _is_planted(path, folder or "."):
            raise refusal(name, "it is another user's link in a folder that all may write to")
        path = os.path.join(folder, link)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _is_planted(link: str, folder: str) -> bool:
    """Whether another user may have put the link into a shared folder such as `/tmp`.

    The rule is that of Linux's `protected_symlinks`.
    """
    parent = os.stat(folder)
    if not (parent.st_mode & stat.S_ISVTX and parent.st_mode & stat.S_IWOTH):
        return False
    return os.lstat(link).st_uid not in (os.geteuid(), parent.st_uid)


def _check_descriptor(name: str, descriptor: int) -> None:
    try:
        mode = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
    except OSError:
        raise refusal(name, f"descriptor {descriptor} is not open") from None
    if mode == os.O_RDONLY:
        raise refusal(name, f"descriptor {descriptor} can only be read")


def _is_regular(name: str, path: str) -> bool:
    """Whether `path` is a regular file or free; False for a device or FIFO. Raises UsageError."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        folder = os.path.dirname(path) or "."
        if not os.path.isdir(folder):
            raise refusal(name, f"there is no folder {folder!r}") from None
        return True
    if stat.S_ISDIR(mode):
        raise refusal(name, "it is a folder; name a file in it")
    if stat.S_ISSOCK(mode) or stat.S_ISBLK(mode):
        raise refusal(name, f"it is a {'socket' if stat.S_ISSOCK(mode) else 'disk'}")
    return stat.S_ISREG(mode)


def identity(place: str | int) -> Identity | None:
    """A value that identifies a regular file; None for anything else.

    For a file that does not exist yet it is the folder and the name, without differences of case
    and Unicode composition, which some file systems ignore.
    """
    try:
        status = os.stat(place)
    except FileNotFoundError:
        folder, base = os.path.split(os.path.realpath(str(place)))
        try:
            parent = os.stat(folder)
        except OSError:
            return None
        return parent.st_dev, parent.st_ino, unicodedata.normalize("NFKC", base).casefold()
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def spare(output: str, own: Identity | None, inputs: Iterable[Input]) -> None:
    """Raise UsageError if `output`, of the identity `own`, is one of `inputs`."""
    for place, what in inputs:
        if own is not None and identity(place) == own:
            raise UsageError(f"{output}: is {what}; name another file")


def open_directly(target: Destination, say: Callable[[str], None]) -> int:
    """Open a device, FIFO or descriptor; returns a new descriptor. Raises UsageError.

    If a FIFO has no reader, `say` informs the user, who has `READER_S` to start one.
    """
    try:
        if target.descriptor is not None:
            return fcntl.fcntl(target.descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
        descriptor = _open_for_reader(target, say)
        os.set_blocking(descriptor, True)
    except OSError as error:
        raise refusal(target.name, error.strerror or str(error)) from None
    return descriptor


def _open_for_reader(target: Destination, say: Callable[[str], None]) -> int:
    # no O_CREAT: if the device has disappeared in the meantime, no file may take its place
    flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    until = monotonic() + READER_S
    announced = False
    while True:
        try:
            return os.open(target.path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO or not stat.S_ISFIFO(os.stat(target.path).st_mode):
                raise
        if monotonic() >= until:
            raise refusal(target.name, NO_READER)
        if not announced:
            say(f"streamdash: {target.name}: waiting for somebody to read this FIFO")
            announced = True
        sleep(_RETRY_S)
