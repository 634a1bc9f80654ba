"""Results on their way to standard output or a file, while the streams are still running."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from streamdash.output.background_writer import BackgroundWriter
from streamdash.output.safe_text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

GATHER_S = 0.02
"""Results gather this long before a thread writes them, so a slow reader delays no time stamp."""


class ResultWriter:
    """Writes text and JSON lines to `out`; on a terminal, unsafe characters are replaced."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._ascii = "utf" not in (out.encoding or "").lower().replace("-", "")
        self._writer: BackgroundWriter | None = None
        self.terminal = out.isatty()
        self.at_line_start = True

    def open(self, lost: Callable[[], object]) -> None:
        """Begin to write, in the event loop; `lost` is called when nothing more can be written."""
        self._writer = BackgroundWriter(self._out, gather_s=GATHER_S, lost=lost)

    async def aclose(self) -> None:
        """Write the remaining results. Raises OSError if anything could not be written."""
        if self._writer is not None:
            await self._writer.aclose()
            if self._writer.error is not None:
                raise self._writer.error

    def put(self, text: str) -> None:
        """Write `text` soon."""
        if text and self._writer is not None:
            if self.terminal:
                text = clean(text)
            self.at_line_start = text.endswith("\n")
            self._writer.put(text)

    def put_json(self, value: object) -> None:
        """Write `value` as one line of JSON."""
        try:
            line = json.dumps(value, ensure_ascii=self._ascii, allow_nan=False, default=str)
        except ValueError:
            # a NaN from a server is not JSON: strict readers would refuse all of the output
            value = json.loads(json.dumps(value, default=str), parse_constant=lambda _name: None)
            line = json.dumps(value, ensure_ascii=self._ascii)
        if self.terminal and clean(line) != line:
            line = json.dumps(value, default=str)
        # not joined: the line may have 64 MiB, and its value lives until this returns
        self.put(line)
        self.put("\n")
