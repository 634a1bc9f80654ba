"""Reads a recording, which may be cut off at any byte."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.recording.recording_builder import RecordingBuilder
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from streamdash.recording.recording import Recording

LARGEST = 1 << 30
"""The largest recording that is read, in bytes."""
LINE_MOST = 64 << 20
"""The longest line in bytes: far longer than any question."""


class ReadingAbandonedError(Exception):
    """The recording is not wanted any more."""


def load_recording(
    name: str, *, most: int = LARGEST, wanted: Callable[[], bool] | None = None
) -> Recording:
    """`read_recording` for a file that the user named. Raises UsageError if it has no streams."""
    recording = read_recording(Path(name), most=most, wanted=wanted)
    if not recording.streams:
        raise UsageError(f"{name}: the recording ends before it says what was asked")
    return recording


def read_recording(
    path: Path, *, most: int = LARGEST, wanted: Callable[[], bool] | None = None
) -> Recording:
    """The recording in `path`; if it was cut off within its first line, it has no streams.

    Of a longer file only the first lines are read, up to the one that reaches `most` bytes, and
    the recording is one that was cut off there. Raises UsageError if there is no file, or the file
    is not a recording, and ReadingAbandonedError once `wanted` returns False.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UsageError(f"{path}: is a folder, not a recording")
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{path}: is not a regular file")
        if status.st_size > LARGEST:
            raise UsageError(f"{path}: is larger than {LARGEST >> 30} GiB")
        with path.open("rb") as file:
            return _read(_first_lines(_lines(file), most, wanted), path)
    except MemoryError:
        raise UsageError(f"{path}: does not fit into the memory") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise UsageError(f"{str(path)!r}: is no file name") from None


def parse_recording(data: bytes, path: Path = Path("recording")) -> Recording:
    """`read_recording` for data in memory."""
    return _read(_lines(io.BytesIO(data)), path)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; a line that is too long is cut, so it is not valid JSON."""
    while line := file.readline(LINE_MOST):
        if len(line) < LINE_MOST or line.endswith(b"\n"):
            yield line
            continue
        yield line[:80] + b"\n"
        while (rest := file.readline(LINE_MOST)) and not rest.endswith(b"\n"):
            pass


def _first_lines(
    lines: Iterable[bytes], most: int, wanted: Callable[[], bool] | None
) -> Iterator[bytes]:
    """The lines up to the one that reaches `most` bytes, while they are wanted."""
    size = 0
    for line in lines:
        if wanted is not None and not wanted():
            raise ReadingAbandonedError
        yield line
        size += len(line)
        if size >= most:
            return


def _read(lines: Iterable[bytes], path: Path) -> Recording:
    builder = RecordingBuilder(path)
    for count, line in enumerate(lines, start=1):
        if count == 1:
            builder.header(line)
        else:
            builder.line(line, count)
    return builder.recording()
