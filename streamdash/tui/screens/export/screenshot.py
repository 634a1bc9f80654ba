"""The screen as an SVG picture that needs nothing from the network."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console

from streamdash.tui.terminal.internals import screen_update

if TYPE_CHECKING:
    from textual.app import App

_CELL = 12.2
"""The width of a cell in Rich's SVG, in its units."""
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_TEXT = re.compile(r'textLength="[\d.]+"([^>]*)>([^<]*)<')


class Screenshot:
    """The screen as it is now. Drawing it as `svg` is slow, and may be done in a thread."""

    def __init__(self, app: App[int]) -> None:
        width, height = app.size
        self._title = app.title
        self._console = Console(
            width=width,
            height=height,
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
            safe_box=False,
        )
        self._console.print(screen_update(app))

    def svg(self) -> str:
        """The SVG document."""
        svg = _FONT_FACE.sub("", self._console.export_svg(title=self._title))
        # Rich draws wide characters as narrow as all others
        return _TEXT.sub(_widened, svg)


def _widened(text: re.Match[str]) -> str:
    width = cell_len(unescape(text[2])) * _CELL
    return f'textLength="{width:g}"{text[1]}>{text[2]}<'
