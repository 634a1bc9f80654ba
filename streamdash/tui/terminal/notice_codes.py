"""What makes a terminal ring, or show a notice on the desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

BELL = "\a"
_ESC = "\x1b"
_ST = "\x1b\\"
_CELLS = 200
_OSC_777 = ("rxvt", "foot")
"""The beginnings of TERM for terminals that know OSC 777; many of them do not know OSC 9."""


def desktop_notice(title: str, text: str, environ: Mapping[str, str]) -> str:
    """The sequence for a desktop notice: one only, as terminals that know both would show two.

    tmux passes it on only if its `allow-passthrough` is on, so there the bell goes with it, which
    marks the window. screen passes nothing on that is long enough for a sentence: it gets the bell.
    """
    title, text = (_field(words) for words in (title, text))
    if environ.get("STY"):
        return BELL
    named = environ.get("TERM", "").startswith(_OSC_777) or bool(environ.get("VTE_VERSION"))
    code = f"777;notify;{title};{text}" if named else f"9;{title}: {text}"
    sequence = f"{_ESC}]{code}{_ST}"
    if not environ.get("TMUX"):
        return sequence
    return f"{_ESC}Ptmux;{sequence.replace(_ESC, _ESC * 2)}{_ST}{BELL}"


def _field(text: str) -> str:
    """A text that neither ends the sequence nor the field that it is in."""
    return "".join(char for char in clean_line(text, _CELLS) if char.isprintable()).replace(
        ";", ","
    )
