"""The table that `streamdash runs` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.text_table import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.recording.library import RunFile

TITLE_CELLS = 60
ENDING_CELLS = 40
NAME_CELLS = 200


def runs_table(runs: Sequence[RunFile], numbers: Sequence[int] = ()) -> str:
    """An aligned table with one line per run, in local time.

    `numbers` are those by which `replay` and `report` find the runs; by default they count from 1.
    """
    rows = [("#", "when", "title", "streams", "ended", "size", "file")]
    numbers = numbers or range(1, len(runs) + 1)
    rows += [
        (
            str(number),
            f"{(run.started or run.written).astimezone():%Y-%m-%d %H:%M:%S}",
            clean_line(run.title, TITLE_CELLS),
            str(run.streams),
            clean_line(run.ending, ENDING_CELLS),
            size_words(run.size),
            clean_line(run.path.name, NAME_CELLS),
        )
        for number, run in zip(numbers, runs, strict=True)
    ]
    return aligned(rows, {0, 3, 5})


def size_words(size: int) -> str:
    """`size` bytes as `812 B`, `48 kB`, `1.2 MB` or `3.4 GB`."""
    if size < 1000:
        return f"{size} B"
    for unit, worth in (("kB", 1e3), ("MB", 1e6)):
        if size < 999.5 * worth:
            return f"{size / worth:.3g} {unit}"
    return f"{size / 1e9:.3g} GB"
