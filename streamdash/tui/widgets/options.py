"""Lists to choose from; a module of its own, because importing Textual's takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import OptionList

if TYPE_CHECKING:
    from typing import Literal


class Options(OptionList):
    """A list whose page keys wait until it has been laid out."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if laid_out(self):
            super()._move_page(direction)


def laid_out(options: OptionList) -> bool:
    """Whether every option has its line; Textual looks for them without asking."""
    if not options.scrollable_content_region:
        return False
    options._update_lines()
    return len(options._index_to_line) == len(options.options)
