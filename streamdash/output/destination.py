"""What the name of an output stands for: a file to be replaced whole, or what is written into."""

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
"""How long a FIFO may wait for somebody to read it."""
NO_READER = "nobody reads this FIFO"
_LOOK_S = 0.02
_OWN_DESCRIPTORS = re.compile(rf"/dev/fd|/proc/(self|{os.getpid()})(/task/[0-9]+)?/fd")

Identity = tuple[object, ...]
"""Two names with equal identities are one file, whether it exists or not."""


class Destination(NamedTuple):
    """A name that something can be written to: `path` with all links followed, or a descriptor."""

    name: str
    """As the user wrote it."""
    path: str
    descriptor: int | None = None
    whole: bool = True
    """A regular file, there or not: it is replaced when its new content is whole."""

    @property
    def identity(self) -> Identity | None:
        """None for what is no regular file: nothing can be lost there."""
        if self.descriptor is not None:
            return identity(self.descriptor)
        return identity(self.path) if self.whole else None


class Input(NamedTuple):
    """A file that the command reads, or writes otherwise, and must not be replaced."""

    place: str | int
    """Its path, or a descriptor."""
    what: str
    """As in `-o x: is the prompt file itself`."""


def destination(name: str) -> Destination:
    """What `name` stands for. Raises UsageError where nothing may be written there."""
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
    """The error that says that nothing can be written to `name`."""
    return UsageError(f"cannot write {name!r}: {why}")


def _followed(name: str) -> str | int:
    """The path at the end of all links, there or not; or the number of a descriptor of ours."""
    if not name:
        raise refusal(name, "the name is empty")
    if name.endswith("/"):
        raise refusal(name, "the name is that of a folder; name a file in it")
    path = name
    for _ in range(MAX_LINKS):
        folder, base = os.path.split(path)
        if _is_number(base) and _OWN_DESCRIPTORS.fullmatch(os.path.realpath(folder)):
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
    """Whether the link is one that a careful system would not follow (as in `/tmp`)."""
    around = os.stat(folder)
    if not (around.st_mode & stat.S_ISVTX and around.st_mode & stat.S_IWOTH):
        return False
    return os.lstat(link).st_uid not in (os.geteuid(), around.st_uid)


def _check_descriptor(name: str, descriptor: int) -> None:
    try:
        mode = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
    except OSError:
        raise refusal(name, f"descriptor {descriptor} is not open") from None
    if mode == os.O_RDONLY:
        raise refusal(name, f"descriptor {descriptor} can only be read")


def _is_regular(name: str, path: str) -> bool:
    """True for a regular file or none, False for what is written into."""
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
    """What tells the regular file from all others; None for what is none or cannot be seen.

    Of a file that is not there yet it is the folder and the name, in which case and composition
    of letters make no difference: on some file systems they make none.
    """
    try:
        status = os.stat(place)
    except FileNotFoundError:
        folder, base = os.path.split(os.path.realpath(str(place)))
        try:
            around = os.stat(folder)
        except OSError:
            return None
        return around.st_dev, around.st_ino, unicodedata.normalize("NFKC", base).casefold()
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def spare(output: str, own: Identity | None, inputs: Iterable[Input]) -> None:
    """Raise UsageError where `output`, as the user knows it, would destroy one of `inputs`."""
    for place, what in inputs:
        if own is not None and identity(place) == own:
            raise UsageError(f"{output}: is {what}; name another file")


def open_directly(target: Destination, say: Callable[[str], None]) -> int:
    """A descriptor of our own that writes into what is no regular file. Raises UsageError.

    A FIFO that nobody reads is waited for a while; `say` tells the user.
    """
    try:
        if target.descriptor is not None:
            return fcntl.fcntl(target.descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
        descriptor = _opened_for_reader(target, say)
        os.set_blocking(descriptor, True)
    except OSError as error:
        raise refusal(target.name, error.strerror or str(error)) from None
    return descriptor


def _opened_for_reader(target: Destination, say: Callable[[str], None]) -> int:
    # no O_CREAT and no O_TRUNC: what went away in the meantime is not replaced by a file
    flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    until = monotonic() + READER_S
    told = False
    while True:
        try:
            return os.open(target.path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO or not stat.S_ISFIFO(os.stat(target.path).st_mode):
                raise
        if monotonic() >= until:
            raise refusal(target.name, NO_READER)
        if not told:
            say(f"streamdash: {target.name}: waiting for somebody to read this FIFO")
            told = True
        sleep(_LOOK_S)
