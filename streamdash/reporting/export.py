"""Puts a text into a new file of the user's: whole or not at all, and over nothing."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from streamdash.output.standard_streams import write_all
from streamdash.output.whole_file import WholeFile
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
"""Names that Windows keeps for devices, whatever suffix follows."""


def safe_name(text: str, fallback: str = "streamdash") -> str:
    """A file name's stem made of `text`: letters, digits, `-`, `_` and dots inside."""
    kept = [
        char if char.isalnum() or char in "-_." else "-"
        for char in unicodedata.normalize("NFC", text)
    ]
    name = "-".join(filter(None, "".join(kept).split("-")))[:LONGEST_NAME]
    name = name.encode("utf-8", "ignore")[:_LONGEST_BYTES].decode("utf-8", "ignore").strip("-._ ")
    if name.partition(".")[0].lower() in _DEVICES:
        name = f"_{name}"
    return name or fallback


def export_report(source: ReportedRun, style: Style, folder: Path) -> Path:
    """Write a report of the run into `folder`, named after its title. Raises OSError."""
    return write_new(folder, source.board.plan.title, SUFFIXES[style], report([source], style))


def write_new(folder: Path, stem: str, suffix: str, content: str) -> Path:
    """Write `content` to `stem``suffix` in `folder`, or to `stem-2` and so on; returns the path.

    The file appears under its name when it is whole; like a recording it is its owner's only.
    `stem` is made safe. Raises OSError.
    """
    stem = safe_name(stem)
    # what UTF-8 cannot say, half of a surrogate pair, becomes a question mark
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
