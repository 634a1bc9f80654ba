"""A file that appears under its name only when it is whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile

_unfinished: set[str] = set()
_OWN_MARK = "security.selinux"
"""The attribute that every new file gets anew."""


class WholeFile:
    """A new file beside `path` that takes its place; `descriptor` is written into until then.

    Its name cannot be foreseen and no link is followed. An existing file keeps its mode, owner
    and other names: where a new file could not have them, the content is copied into the old one.
    Raises OSError.
    """

    def __init__(self, path: str, *, mode: int | None = None) -> None:
        """`mode` is that of a file for `place_new`; None leaves a new file's to the umask."""
        self.path = path
        self.partial: str | None = None
        """The new file's name; None once it is gone, and where the folder takes no new file."""
        there = None if mode is not None else _status(path)
        if there is not None:
            # what could not be written in the end is refused before the work
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC))
        try:
            self.descriptor, self.partial = _new_partial(path, _first_mode(mode, there))
            if mode is not None:
                os.fchmod(self.descriptor, mode)
        except OSError:
            if there is None:
                raise
            self.descriptor = _nameless()

    def place(self) -> None:
        """Give the whole file its name, and close it."""
        there = _status(self.path)
        if there is not None and not stat.S_ISREG(there.st_mode):
            raise OSError(f"it is no longer a regular file{self._left()}")
        os.fsync(self.descriptor)
        if self.partial is None or (there is not None and not self._takes_after(there)):
            self._copy()
        else:
            try:
                os.replace(self.partial, self.path)
            except OSError as error:
                # a file that is mounted by itself can be written into only
                if there is None:
                    raise OSError(f"{error.strerror}{self._left()}") from None
                self._copy()
            else:
                self._forget()
        self.discard()

    def place_new(self, path: str) -> bool:
        """Give the whole file the name `path`; False if that is taken."""
        partial = self.partial
        if partial is None:
            raise OSError("the folder takes no new file")
        os.fsync(self.descriptor)
        try:
            os.link(partial, path)
        except FileExistsError:
            return False
        except OSError:
            # a file system without hard links: take the name first, then fill it
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                return False
            os.replace(partial, path)
            self._forget()
        return True

    def discard(self) -> None:
        """Leave nothing of what was not placed; a second time does nothing."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
        if self.partial is not None:
            with contextlib.suppress(OSError):
                os.unlink(self.partial)
            self._forget()

    def _forget(self) -> None:
        if self.partial is not None:
            _unfinished.discard(self.partial)
        self.partial = None

    def _left(self) -> str:
        """Says where the content is, which stays there: it may have cost money."""
        if self.partial is None:
            return ""
        left = f"; the results are in {self.partial!r}"
        self._forget()
        return left

    def _takes_after(self, there: os.stat_result) -> bool:
        """Give the new file the mode and owner of the old one; False if it cannot be like it."""
        if there.st_nlink > 1 or _attributes(self.path):
            return False
        own = os.fstat(self.descriptor)
        try:
            if (own.st_uid, own.st_gid) != (there.st_uid, there.st_gid):
                os.fchown(self.descriptor, there.st_uid, there.st_gid)
            os.fchmod(self.descriptor, stat.S_IMODE(there.st_mode))
        except OSError:
            return False
        return True

    def _copy(self) -> None:
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        try:
            with (
                open(os.dup(self.descriptor), "rb") as source,
                open(os.open(self.path, flags), "wb") as target,
            ):
                shutil.copyfileobj(source, target)
                target.flush()
                target.truncate()
                os.fsync(target.fileno())
        except OSError as error:
            raise OSError(f"{error.strerror}{self._left()}") from None


def _new_partial(path: str, mode: int) -> tuple[int, str]:
    """A new file beside `path`, open for reading and writing, and its name."""
    folder, base = os.path.split(path)
    # the longest name of all leaves no room for a longer one
    base = base.encode("utf-8", "replace")[:80].decode("utf-8", "ignore")
    partial = os.path.join(folder, f".{base}.{os.urandom(8).hex()}")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(partial, flags, mode)
    _unfinished.add(partial)
    return descriptor, partial


def discard_unfinished() -> None:
    """Remove what is not whole: for a process that ends at once."""
    for partial in list(_unfinished):
        with contextlib.suppress(OSError):
            os.unlink(partial)


def _first_mode(mode: int | None, there: os.stat_result | None) -> int:
    if mode is not None:
        return mode
    # what replaces a private file is private while it is written
    return 0o666 if there is None else 0o600


def _nameless() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _attributes(path: str) -> set[str]:
    """The extended attributes, access lists among them, that a new file would not have."""
    if not hasattr(os, "listxattr"):
        return set()
    try:
        return set(os.listxattr(path, follow_symlinks=False)) - {_OWN_MARK}
    except OSError:
        return set()
