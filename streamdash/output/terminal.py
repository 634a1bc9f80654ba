"""The terminal: its size, and whether a screen can be drawn on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

_DRAWING = (
    "xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty", "wezterm", "ghostty", "vte",
    "gnome", "konsole", "linux", "iterm", "putty", "st-", "contour", "mintty", "nsterm",
)  # fmt: skip
"""Beginnings of TERM for terminals that draw screens, which saves a look into the database."""
_NOT_DRAWING = frozenset(
    {"", "unknown", "none", "network", "dialup", "plugboard", "patch", "lpr", "printer", "teletype",
     "tty33", "vt52"}
)  # fmt: skip
_DEFAULT_SIZE = (80, 24)
_MAX_SIZE = 0x7FFF


class TerminalSize(NamedTuple):
    """Columns and rows, in cells."""

    columns: int
    rows: int


def known_size(descriptors: Iterable[int] = (2, 1, 0)) -> TerminalSize | None:
    """The size of the first terminal among `descriptors`; None if none of them reports one."""
    for descriptor in descriptors:
        try:
            size = TerminalSize(*os.get_terminal_size(descriptor))
        except (OSError, ValueError):
            continue
        if size.columns and size.rows:
            return size
    return None


def terminal_size(environ: Mapping[str, str] | None = None) -> TerminalSize:
    """The size of the terminal at standard error, output or input.

    Without one it is that of COLUMNS and LINES, which a shell may have exported long ago, and
    without these 80 x 24.
    """
    known = known_size()
    if known is not None:
        return known
    environ = os.environ if environ is None else environ
    return TerminalSize(
        _number(environ.get("COLUMNS")) or _DEFAULT_SIZE[0],
        _number(environ.get("LINES")) or _DEFAULT_SIZE[1],
    )


def table_width(out: TextIO) -> int | None:
    """Columns that a table may take in `out`; None, for any number, if it is no terminal."""
    return terminal_size().columns if out.isatty() else None


def _number(text: str | None) -> int:
    """The size that an environment variable holds; 0 for anything that cannot be one."""
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > len(str(_MAX_SIZE)):
        return 0
    return int(text) if int(text) <= _MAX_SIZE else 0


def draws_screens(environ: Mapping[str, str]) -> bool:
    """Whether the terminal that TERM names places its cursor the way the dashboard needs.

    A name that the system's terminal database lacks counts as one that does: people use new
    terminals on remote machines whose database is older.
    """
    term = environ.get("TERM", "").strip().lower()
    if term in _NOT_DRAWING or term.startswith(("dumb", "emacs")):
        return False
    if term.startswith(_DRAWING):
        return True
    try:
        import curses

        curses.setupterm(environ["TERM"].strip(), 2)
        place = curses.tigetstr("cup")
    except (ImportError, OSError, ValueError, curses.error):
        return True
    return place is not None and place.startswith(b"\x1b[")
