"""Writes the theme into the config, and leaves every other line as it is."""

from __future__ import annotations

import os
import re
import tomllib
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from streamdash.output.whole_file import WholeFile
from streamdash.promptfile.input_text import UnreadableFile, read_file

if TYPE_CHECKING:
    from pathlib import Path

_VALUE = re.compile(
    r"""^[ \t]*(?:theme|"theme"|'theme')[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')""", re.MULTILINE
)
"""A line that looks like the theme's, but may be in a table or in a longer text."""
_MOST_LINES = 50


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
        sentence = error.sentence.replace("a prompt comes", "a config is read")
        return f"the theme is not kept: {path} {sentence}"
    except OSError as error:
        return f"the theme is not kept: {path}: {error.strerror or error}"
    return None


def _with_theme(text: str, theme: str) -> str | None:
    """The text with this theme and nothing else changed; None if it is not TOML or not possible."""
    try:
        wanted = {**tomllib.loads(text), "theme": theme}
    except (ValueError, RecursionError):
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    spans = [found.span(1) for found in islice(_VALUE.finditer(text), _MOST_LINES)]
    changes = [text[:start] + f'"{theme}"' + text[stop:] for start, stop in spans]
    for changed in [*changes, f'theme = "{theme}"{end}{text}']:
        with suppress(ValueError):
            if tomllib.loads(changed) == wanted:
                return changed
    return None
