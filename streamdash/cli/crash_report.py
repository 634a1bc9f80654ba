"""What is said of a failure of our own: what it was and where, without any variable or key."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean, clean_line
from streamdash.providers.api_keys import Mask

if TYPE_CHECKING:
    from collections.abc import Mapping

DEBUG = "STREAMDASH_DEBUG"
"""The environment variable that asks for the traceback."""
LIMIT = 300
_HERE = Path(__file__).parent.parent


def crash_report(error: Exception, environ: Mapping[str, str]) -> str:
    """Two lines, or the traceback where the environment asks for it; keys are blotted out."""
    mask = Mask()
    mask.learn_headers(environ)
    if environ.get(DEBUG):
        return clean(mask("".join(traceback.format_exception(error)).rstrip()))
    said = clean_line(mask(f"{type(error).__name__}: {error}"), LIMIT)
    return (
        f"streamdash: internal error: {said}{_place(error)}\n"
        f"this is a bug of streamdash's; {DEBUG}=1 shows where it happened"
    )


def _place(error: Exception) -> str:
    """The innermost line of our own that it went through, as ` (tui/board.py:95)`."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_HERE):
            return f" ({path.relative_to(_HERE).as_posix()}:{frame.lineno})"
    return ""
