"""Reports a bug in streamdash to the user: its kind and place, without variables and keys."""

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
_PACKAGE = Path(__file__).parent.parent


def crash_report(error: Exception, environ: Mapping[str, str]) -> str:
    """Return two lines, or the traceback if the environment asks for it; keys become `***`."""
    mask = Mask()
    mask.learn_headers(environ)
    if environ.get(DEBUG):
        return clean(mask("".join(traceback.format_exception(error)).rstrip()))
    description = clean_line(mask(f"{type(error).__name__}: {error}"), LIMIT)
    return (
        f"streamdash: internal error: {description}{_place(error)}\n"
        f"this is a bug in streamdash; {DEBUG}=1 shows where it happened"
    )


def _place(error: Exception) -> str:
    """Return the innermost traceback line inside the package, as ` (cli/run.py:95)`."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            return f" ({path.relative_to(_PACKAGE).as_posix()}:{frame.lineno})"
    return ""
