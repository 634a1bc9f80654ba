"""Exports: new files in the user's folder, written whole or not at all."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from streamdash.output.standard_streams import write_all
from streamdash.output.whole_file import WholeFile
from streamdash.recording.run_title import title_of
from streamdash.reporting.report import SUFFIXES, report

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.report import Style
    from streamdash.reporting.reported_run import ReportedRun

LONGEST_NAME = 60
_LONGEST_BYTES = 150
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names that Windows reserves for devices, with any suffix."""


def safe_name(text: str, fallback: str = "streamdash") -> str:
    """A file name's stem made of `text`: letters, digits, `-`, `_` and inner dots."""
    allowed = [
        char if char.isalnum() or char in "-_." else "-"
        for char in unicodedata.normalize("NFC", text)
    ]
    name = "-".join(filter(None, "".join(allowed).split("-")))[:LONGEST_NAME]
    name = name.encode("utf-8", "ignore")[:_LONGEST_BYTES].decode("utf-8", "ignore").strip("-._ ")
    if name.partition(".")[0].lower() in _DEVICES:
        name = f"_{name}"
    return name or fallback


def export_report(run: ReportedRun, style: Style, folder: Path) -> Path:
    """Write a report of the run into `folder`, named after its title. Raises OSError."""
    stem = title_of(run.snapshot, models=False)
    return write_new(folder, stem, SUFFIXES[style], report([run], style))


def write_new(folder: Path, stem: str, suffix: str, content: str) -> Path:
    """Write `content` to `stem``suffix` in `folder`, or to `stem-2` and so on; returns the path.

    The file appears under its name once it is whole, and only its owner may read it. `stem` goes
    through `safe_name`. Raises OSError.
    """
    stem = safe_name(stem)
    # half of a surrogate pair, which UTF-8 cannot hold, becomes a question mark
    data = content.encode("utf-8", "replace")
    target, number = folder / f"{stem}{suffix}", 1
    file = WholeFile(str(folder / stem), mode=0o600)
    try:
        write_all(file.descriptor, data)
        while not file.place_new(str(target)):
            number += 1
            target = folder / f"{stem}-{number}{suffix}"
        return target
    finally:
        file.discard()
