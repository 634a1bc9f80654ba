"""The program's one atomic writer: a file appears under its name only when it is whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile

_unfinished: set[str] = set()
"""Names of partial files that are neither placed nor discarded yet."""
_SELINUX = "security.selinux"
"""An extended attribute that the system gives to every new file."""


class WholeFile:
    """A partial file beside `path`, written through `descriptor`, that then takes its place.

    Its name is unpredictable and no link is followed. A file that is replaced keeps its mode, owner
    and hard links: if a new file cannot have them, the content is copied into the old one. Methods
    raise OSError.
    """

    def __init__(self, path: str, *, mode: int | None = None) -> None:
        """`mode` is for a file that `place_new` will name; None leaves a new file to the umask."""
        self.path = path
        self.partial: str | None = None
        """The partial file's name; None once it is placed, and if the folder takes no new file."""
        existing = None if mode is not None else _status(path)
        if existing is not None:
            # raises now, not after the work, if the file cannot be written
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC))
        try:
            self.descriptor, self.partial = _new_partial(path, _first_mode(mode, existing))
            if mode is not None:
                os.fchmod(self.descriptor, mode)
        except OSError:
            if existing is None:
                raise
            self.descriptor = _unnamed_file()

    def place(self) -> None:
        """Give the file its name, and close it."""
        existing = _status(self.path)
        if existing is not None and not stat.S_ISREG(existing.st_mode):
            raise OSError(f"it is no longer a regular file{self._keep_partial()}")
        os.fsync(self.descriptor)
        if self.partial is None or (existing is not None and not self._imitate(existing)):
            self._copy()
        else:
            try:
                os.replace(self.partial, self.path)
            except OSError as error:
                # a file that is itself a mount point can be written but not replaced
                if existing is None:
                    raise OSError(f"{error.strerror}{self._keep_partial()}") from None
                self._copy()
            else:
                self._forget()
        self.discard()

    def place_new(self, path: str) -> bool:
        """Give the file the name `path`; returns False if that is taken."""
        partial = self.partial
        if partial is None:
            raise OSError("the folder takes no new file")
        os.fsync(self.descriptor)
        try:
            os.link(partial, path)
        except FileExistsError:
            return False
        except OSError:
            # a file system without hard links: reserve the name, then replace the empty file
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                return False
            os.replace(partial, path)
            self._forget()
        return True

    def discard(self) -> None:
        """Remove the partial file unless it has been placed; can be called again."""
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

    def _keep_partial(self) -> str:
        """Leave the partial file, whose content may have cost money; returns words to name it."""
        if self.partial is None:
            return ""
        words = f"; the results are in {self.partial!r}"
        self._forget()
        return words

    def _imitate(self, existing: os.stat_result) -> bool:
        """Give the partial file the mode and owner of the existing one; False if it cannot be."""
        if existing.st_nlink > 1 or _attributes(self.path):
            return False
        own = os.fstat(self.descriptor)
        try:
            if (own.st_uid, own.st_gid) != (existing.st_uid, existing.st_gid):
                os.fchown(self.descriptor, existing.st_uid, existing.st_gid)
            os.fchmod(self.descriptor, stat.S_IMODE(existing.st_mode))
        except OSError:
            return False
        return True

    def _copy(self) -> None:
        """Write the content into the existing file."""
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
            raise OSError(f"{error.strerror}{self._keep_partial()}") from None


def _new_partial(path: str, mode: int) -> tuple[int, str]:
    """Create a file beside `path`; returns its descriptor (read and write) and its name."""
    folder, base = os.path.split(path)
    # a name of the greatest length leaves no room for the suffix
    base = base.encode("utf-8", "replace")[:80].decode("utf-8", "ignore")
    partial = os.path.join(folder, f".{base}.{os.urandom(8).hex()}")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(partial, flags, mode)
    _unfinished.add(partial)
    return descriptor, partial


def discard_unfinished() -> None:
    """Remove all partial files, for a process that ends at once."""
    for partial in list(_unfinished):
        with contextlib.suppress(OSError):
            os.unlink(partial)


def _first_mode(mode: int | None, existing: os.stat_result | None) -> int:
    if mode is not None:
        return mode
    # the new content of a private file is private while it is written
    return 0o666 if existing is None else 0o600


def _unnamed_file() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _attributes(path: str) -> set[str]:
    """Names of the extended attributes, such as access lists, that a new file would lack."""
    if not hasattr(os, "listxattr"):
        return set()
    try:
        return set(os.listxattr(path, follow_symlinks=False)) - {_SELINUX}
    except OSError:
        return set()
