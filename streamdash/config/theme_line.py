"""Writes the theme into the config, and leaves every other line as it is."""

from __future__ import annotations

import os
import re
import tomllib
from typing import TYPE_CHECKING

from streamdash.output.whole_file import WholeFile
from streamdash.promptfile.input_text import UnreadableFile, read_file

if TYPE_CHECKING:
    from pathlib import Path

_LINE = re.compile(r"^theme[ \t]*=[^\n]*$", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def keep_theme(path: Path, theme: str) -> str | None:
    """Set `theme` in the config, which is created if it is missing. Returns why it was not kept."""
    try:
        text = read_file(str(path)) if os.path.lexists(path) else ""
        changed = _with_theme(text, theme)
        if changed is None:
            return "the config has mistakes, so the theme is not kept in it"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = WholeFile(os.path.realpath(path))
        try:
            os.write(file.descriptor, changed.encode())
            file.place()
        finally:
            file.discard()
    except UnreadableFile as error:
        return f"the theme is not kept: {path} {error.sentence}"
    except OSError as error:
        return f"the theme is not kept: {error.strerror or error}"
    return None


def _with_theme(text: str, theme: str) -> str | None:
    """The text with this theme; None if it is not TOML before or after the change."""
    line = f'theme = "{theme}"'
    table = _TABLE.search(text)
    end = table.start() if table else len(text)
    found = _LINE.search(text, 0, end)
    start, stop = found.span() if found else (0, 0)
    changed = text[:start] + line + ("" if found else "\n") + text[stop:]
    try:
        tomllib.loads(text)
        kept = tomllib.loads(changed).get("theme")
    except (ValueError, RecursionError):
        return None
    return changed if kept == theme else None
