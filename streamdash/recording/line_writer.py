"""Writes the lines of a recording, whose form `journal` describes."""

from __future__ import annotations

import json
import math
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.recording.record_file import RecordFile
    from streamdash.recording.stream_lines import StreamLines
    from streamdash.streams.events import Delta

_ORIGIN_STEP = 2.0**-20


class LineWriter:
    """Writes lines into a file, with times that count from the run's start."""

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        self._origin = 0.0

    def begin(self, started_at: float) -> None:
        """Count times from this one, on the run's clock, or from just before it."""
        # A time less this multiple of 2**-20 s has no more bits than a float holds, so `t` is
        # exact, and numbers computed from a recording are those of the run to the last digit.
        self._origin = math.floor(started_at / _ORIGIN_STEP) * _ORIGIN_STEP

    def since_origin(self, at: float) -> float:
        """The `t` of a line about something that happened at clock time `at`."""
        return at - self._origin

    def write_delta(self, stream: StreamLines, delta: Delta, at: float) -> None:
        """Write a delta, together with the waiting wire event that brought it."""
        channel, text = delta
        wire = stream.wire
        tail = "}\n"
        if wire is not None:
            if not wire.chunk:
                self.write_waiting(stream)
            else:
                tail = f',"wire_t":{stream.wire_at - self._origin!r}}}\n'
                if wire.type != stream.wire_type:
                    stream.wire_type = wire.type
                    tail = f',"wire_type":{quoted(wire.type)}' + tail
                stream.wire = None
        self._file.write(
            f'{{"t":{at - self._origin!r}{stream.head}delta","channel":"{channel}",'
            f'"text":{quoted(text)}{tail}'
        )

    def write_waiting(self, stream: StreamLines) -> None:
        """Write the line of the waiting wire event, if any: it brought no delta."""
        wire, stream.wire = stream.wire, None
        if wire is None:
            return
        line = f'{{"t":{stream.wire_at - self._origin!r}{stream.head}wire"'
        if wire.type != stream.wire_type:
            stream.wire_type = wire.type
            line += f',"wire_type":{quoted(wire.type)}'
        if not wire.chunk:
            line += ',"chunk":false'
        self._file.write(line + "}\n")

    def write_fields(self, stream: StreamLines, at: float, fields: dict[str, object]) -> None:
        """Write a line of one stream."""
        self.write_json({"t": at - self._origin, "s": stream.index, **fields})

    def write_json(self, value: dict[str, object]) -> None:
        """Write a line of the whole run."""
        self._file.write(json.dumps(value, separators=(",", ":"), default=str) + "\n")
