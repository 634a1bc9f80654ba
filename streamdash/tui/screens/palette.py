"""The command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.command import CommandInput, CommandList

from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.terminal.command_palette import TolerantPalette
from streamdash.tui.text.pasted import pasted_line

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.binding import BindingType

LONGEST = 200
"""Characters of the search line."""


class Palette(TolerantPalette, FrontScreen[None]):
    """Textual's palette, closed once and with clean text pasted into its line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+v", "paste", show=False, priority=True),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow only esc before the list exists, and nothing once the palette is closed."""
        if not self.is_active:
            return False
        if action != "escape" and not self.query(CommandList):
            return False
        return super().check_action(action, parameters)

    def action_paste(self) -> None:
        """Insert the copied text into the search line, cleaned."""
        entry = self.query_one(CommandInput)
        room = LONGEST - len(entry.value) + len(entry.selected_text)
        entry.replace(pasted_line(self.app.clipboard, room), *entry.selection)
