"""What the terminal is: how large, and whether a screen can be drawn on it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DRAWING = (
    "xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty", "wezterm", "ghostty", "vte",
    "gnome", "konsole", "linux", "iterm", "putty", "st-", "contour", "mintty", "nsterm",
)  # fmt: skip
"""How the names of terminals begin that need not be looked up."""
_NOT_DRAWING = frozenset(
    {"", "unknown", "none", "network", "dialup", "plugboard", "patch", "lpr", "printer", "teletype",
     "tty33", "vt52"}
)  # fmt: skip
_USUAL = (80, 24)
_LARGEST = 0x7FFF


class TerminalSize(NamedTuple):
    """Cells in a row, and rows."""

    columns: int
    rows: int


def known_size(descriptors: Iterable[int] = (2, 1, 0)) -> TerminalSize | None:
    """What the first terminal among `descriptors` says; None where none says a size."""
    for descriptor in descriptors:
        try:
            size = TerminalSize(*os.get_terminal_size(descriptor))
        except (OSError, ValueError):
            continue
        if size.columns and size.rows:
            return size
    return None


def terminal_size(environ: Mapping[str, str] | None = None) -> TerminalSize:
    """The real size of the terminal at standard error, output or input.

    COLUMNS and LINES, which a shell may have exported long ago, count only where no terminal
    says a size; without them it is 80 x 24.
    """
    known = known_size()
    if known is not None:
        return known
    environ = os.environ if environ is None else environ
    return TerminalSize(
        _number(environ.get("COLUMNS")) or _USUAL[0], _number(environ.get("LINES")) or _USUAL[1]
    )


def _number(text: str | None) -> int:
    """A sensible size; 0 for anything else."""
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > len(str(_LARGEST)):
        return 0
    return int(text) if int(text) <= _LARGEST else 0


def draws_screens(environ: Mapping[str, str]) -> bool:
    """Whether the terminal that TERM names places its cursor as the screen needs it.

    A name that the system's terminal database does not have is given the benefit of the doubt:
    new terminals reach remote machines before their entries do.
    """
    term = environ.get("TERM", "").strip().lower()
    if term in _NOT_DRAWING or term.startswith(("dumb", "emacs")):
        return False
    if term.startswith(_DRAWING) or sys.platform == "win32":
        return True
    try:
        import curses

        curses.setupterm(environ["TERM"].strip(), 2)
        place = curses.tigetstr("cup")
    except (ImportError, OSError, ValueError, curses.error):
        return True
    return place is not None and place.startswith(b"\x1b[")
