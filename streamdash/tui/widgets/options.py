"""Lists to choose from; a module of its own, because importing Textual's takes long."""

from __future__ import annotations

from textual.widgets import OptionList

from streamdash.tui.terminal.internals import is_laid_out


class Options(OptionList):
    """A list that ignores its page keys until it is laid out."""

    def action_page_up(self) -> None:
        if self.highlighted is None or is_laid_out(self):
            super().action_page_up()  # type: ignore[no-untyped-call]  # Textual's

    def action_page_down(self) -> None:
        if self.highlighted is None or is_laid_out(self):
            super().action_page_down()  # type: ignore[no-untyped-call]  # Textual's
