"""Reads UTF-8 text of a limited length from a regular file or from standard input."""

from __future__ import annotations

import os
import select
import shlex
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
    return decode(read_bytes(path, limit=MAX_BYTES, what="a prompt comes"))


def read_bytes(path: str, *, limit: int, what: str) -> bytes:
    """The content of a regular file of at most `limit` bytes; never blocks on a FIFO.

    `what` begins the sentence about a file of another kind. Raises UnreadableFile.
    """
    try:
        _check_kind(os.stat(path), what)  # opening a device may already do something
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            found = os.fstat(file.fileno())
            _check_kind(found, what)
            if found.st_size > limit:
                raise _too_long(found.st_size, limit)
            data = file.read(limit + 1)
            if len(data) > limit:  # it has grown
                raise _too_long(len(data), limit)
            return data
    except FileNotFoundError:
        raise UnreadableFile("no such file") from None
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror or error}") from None
    except ValueError:  # a NUL or half a surrogate pair in the path
        raise UnreadableFile("is not a file name") from None


def _check_kind(found: os.stat_result, what: str) -> None:
    for is_kind, name in _KINDS:
        if is_kind(found.st_mode):
            raise UnreadableFile(f"is {name}; {what} from a regular file")


def _too_long(size: int, limit: int) -> UnreadableFile:
    return UnreadableFile(f"has {size / (1 << 20):.1f} MiB; the limit is {limit >> 20} MiB")


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
    if len(data) > MAX_BYTES:
        raise UnreadableFile("has more than 1 MiB, which is the limit")
    return decode(data)


def decode(data: bytes, *, path: str | None = None) -> str:
    """UTF-8 data as text, without a byte order mark. Raises UnreadableFile for a bad byte.

    With the `path` of the file the sentence has a command that converts it.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise UnreadableFile(f"is UTF-16 text; {_advice('utf-16', path)}")
    nul = data.find(b"\0")
    if nul >= 0:
        files = "prompt files are" if path is None else "cases are"
        raise UnreadableFile(
            f"is not text (a NUL byte at offset {nul}); {files} UTF-8 text", _line_at(data, nul)
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}); "
            + _advice("windows-1252", path),
            _line_at(data, error.start),
        ) from None
    return text.removeprefix(BOM_UTF8.decode())


def _advice(encoding: str, path: str | None) -> str:
    """How to make the file UTF-8; with its `path` as a command."""
    if path is None:
        return "save it as UTF-8"
    root, suffix = os.path.splitext(os.path.basename(path))
    old, new = shlex.quote(path), shlex.quote(f"{root}-utf8{suffix}")
    return f"to convert it from {encoding}: iconv -f {encoding} -t utf-8 {old} > {new}"


def count_line_ends(text: str) -> int:
    """The line ends in a text: LF, CRLF and CR."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _line_at(data: bytes, offset: int) -> int:
    begun = data[:offset]
    return 1 + begun.count(b"\n") + begun.count(b"\r") - begun.count(b"\r\n")
