"""Reads UTF-8 text of at most 1 MiB from a regular file or from standard input."""

from __future__ import annotations

import os
import select
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamdashError

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_BYTES = 1 << 20
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class UnreadableFile(StreamdashError):  # noqa: N818  # the name says what the file is
    """A file that cannot be read or parsed; `sentence` continues after its name."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


def read_file(path: str) -> str:
    """The text of a regular file; never blocks on a FIFO. Raises UnreadableFile."""
    try:
        _check_kind(os.stat(path))  # opening a device may already do something
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            found = os.fstat(file.fileno())
            _check_kind(found)
            if found.st_size > MAX_BYTES:
                raise _too_long(found.st_size)
            return decode(file.read(MAX_BYTES + 1))
    except FileNotFoundError:
        raise UnreadableFile("no such file") from None
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror or error}") from None
    except ValueError:  # a NUL or half a surrogate pair in the path
        raise UnreadableFile("is not a file name") from None


def _check_kind(found: os.stat_result) -> None:
    for is_kind, name in _KINDS:
        if is_kind(found.st_mode):
            raise UnreadableFile(f"is {name}; a prompt comes from a regular file")


def _too_long(size: int) -> UnreadableFile:
    return UnreadableFile(f"has {size / MAX_BYTES:.1f} MiB; the limit is 1 MiB")


def read_stdin(stdin: BinaryIO | None) -> str:
    """The text of standard input up to its end. Raises UnreadableFile."""
    if stdin is None:
        raise UnreadableFile("is closed")
    data = b""
    try:
        while len(data) <= MAX_BYTES:
            more: bytes | None = stdin.read(MAX_BYTES + 1 - len(data))
            if more == b"":
                break
            if more is None:
                # standard input is non-blocking and has no data yet
                select.select([stdin], [], [])
            else:
                data += more
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise UnreadableFile(f"cannot be read: {error}") from None
    return decode(data)


def decode(data: bytes) -> str:
    """UTF-8 data as text, without a byte order mark. Raises UnreadableFile for a bad byte."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile("has more than 1 MiB, which is the limit")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise UnreadableFile("is UTF-16 text; save it as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise UnreadableFile(
            f"is not text (a NUL byte at offset {nul}); prompt files are UTF-8 text",
            data.count(b"\n", 0, nul) + 1,
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}); "
            "save it as UTF-8",
            data.count(b"\n", 0, error.start) + 1,
        ) from None
    return text.removeprefix(BOM_UTF8.decode())
