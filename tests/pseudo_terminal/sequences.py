"""Splits a program's terminal output into text and control sequences."""

from __future__ import annotations

import re
from typing import NamedTuple

_SEQUENCE = re.compile(
    "\x1b(?:"
    "\\[[0-?]*[ -/]*[@-~]"  # CSI
    "|[\\]PX^_].*?(?:\x07|\x1b\\\\)"  # OSC, DCS, SOS, PM, APC with what they carry
    "|[ -/]*[0-~]"
    "|)",
    re.DOTALL,
)
_STYLE = re.compile("\x1b\\[[0-9;]*m")
_CURSOR = re.compile("\x1b\\[[0-9]+;[0-9]+H")


class Output(NamedTuple):
    """Text and whole control sequences; those that place the cursor are left out."""

    text: str
    styles: set[str]
    others: set[str]


def taken_apart(output: bytes) -> Output:
    """The bytes must be UTF-8."""
    decoded = output.decode()
    found = set(_SEQUENCE.findall(decoded))
    styles = {each for each in found if _STYLE.fullmatch(each)}
    others = {each for each in found - styles if not _CURSOR.fullmatch(each)}
    return Output(_SEQUENCE.sub("", decoded), styles, others)
