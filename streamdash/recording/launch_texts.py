"""Reads the texts of single launches from a recording, without the rest of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple, get_args

from streamdash.recording.reader import LINE_MOST
from streamdash.streams.events import Channel
from streamdash.streams.text_buffer import TextBuffer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from streamdash.streams.state import StreamState

_HEAD = re.compile(rb'"s": ?(\d+), ?"type": ?"(launch|delta|end)"')
"""What tells the lines of interest from all others, which are not parsed."""
_CHUNK = 1 << 20
_HEAD_MOST = 120
"""Bytes of a line in which its head is."""


class LaunchKey(NamedTuple):
    """Names one launch of a run: by stream, number of the launch, and round if it has one."""

    stream: int
    series: int
    round: int | None
    warmup: bool = False


def key_of(state: StreamState) -> LaunchKey:
    """The key of the launch whose answer this is."""
    if state.round is None:
        return LaunchKey(state.index, state.series, None)
    return LaunchKey(state.index, state.series, state.round.number, state.round.warmup)


def recorded_texts(
    path: Path, wanted: Collection[LaunchKey]
) -> dict[LaunchKey, Mapping[Channel, str]]:
    """The texts of those launches whose end is recorded; empty if there is no such file.

    It takes a while for a long recording, and the memory of the texts alone. Only a recording that
    was read before, or is being written by this program, is to be given.
    """
    try:
        with path.open("rb") as file:
            return _texts(file, frozenset(wanted))
    except OSError:
        return {}


def _texts(file: BinaryIO, wanted: frozenset[LaunchKey]) -> dict[LaunchKey, Mapping[Channel, str]]:
    found: dict[LaunchKey, Mapping[Channel, str]] = {}
    indices = {key.stream for key in wanted}
    open_launches: dict[int, tuple[LaunchKey, dict[str, TextBuffer]]] = {}
    for line in _lines(file, open_launches):
        head = _HEAD.search(line, 0, _HEAD_MOST)
        if head is None or (index := int(head[1])) not in indices:
            continue
        kind = head[2]
        if kind == b"launch":
            open_launches.pop(index, None)
            key = _launched(line, index, wanted)
            if key is not None and key not in found:
                buffers: dict[str, TextBuffer] = {name: TextBuffer() for name in get_args(Channel)}
                open_launches[index] = key, buffers
        elif index in open_launches:
            key, buffers = open_launches[index]
            if kind == b"end":
                del open_launches[index]
                found[key] = _ended(buffers)
                if len(found) == len(wanted):
                    break
            else:
                fields = _object(line)
                buffer, text = buffers.get(str(fields.get("channel"))), fields.get("text")
                if buffer is not None and isinstance(text, str):
                    buffer.append(text)
    return found


def _lines(file: BinaryIO, open_launches: Collection[int]) -> Iterator[bytes]:
    """The lines that may matter: while no launch is open, only those that begin one."""
    while chunk := file.read(_CHUNK):
        chunk += file.readline(LINE_MOST)
        at = 0
        while at < len(chunk):
            if not open_launches:
                # no text holds this, as its quotes would be escaped
                begun = chunk.find(b'"launch"', at)
                if begun < 0:
                    break
                at = chunk.rfind(b"\n", at, begun) + 1 or at
            end = chunk.find(b"\n", at) + 1 or len(chunk)
            yield chunk[at:end]
            at = end


def _launched(line: bytes, index: int, wanted: frozenset[LaunchKey]) -> LaunchKey | None:
    """The wanted launch that begins with this line, if it is one."""
    fields = _object(line)
    series, number = fields.get("launch", 0), fields.get("round")
    if number is None and isinstance(repetition := fields.get("repetition"), int):
        # version 1 counted from 0
        number = repetition + 1
    if not isinstance(series, int) or not isinstance(number, int | None):
        return None
    keys = (
        LaunchKey(index, series, number, fields.get("warmup") is True),
        LaunchKey(index, series, None),
    )
    return next((key for key in keys if key in wanted), None)


def _ended(buffers: Mapping[str, TextBuffer]) -> dict[Channel, str]:
    texts: dict[Channel, str] = {}
    for name in get_args(Channel):
        buffers[name].finish()
        texts[name] = buffers[name].value()
    return texts


def _object(line: bytes) -> Mapping[str, object]:
    """The line's object; empty for a line that is damaged or cut."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
