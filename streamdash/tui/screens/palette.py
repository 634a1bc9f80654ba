"""The command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding
from textual.command import CommandInput, CommandList, CommandPalette
from textual.css.query import NoMatches

from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.text.pasted import pasted_line
from streamdash.tui.widgets.options import laid_out

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.binding import BindingType

LONGEST = 200


class Palette(CommandPalette, FrontScreen[None]):
    """Textual's, which keys and sizes break that come before its list has been laid out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+v", "paste", show=False, priority=True),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let only esc through until there is a list, and nothing once this is closed."""
        if not self.is_active:
            return False
        if action != "escape" and not self.query(CommandList):
            return False
        return super().check_action(action, parameters)

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP)
    async def _gather_commands(self, search_value: str) -> None:
        gather = CommandPalette._gather_commands.__wrapped__  # type: ignore[attr-defined]
        try:
            await gather(self, search_value)
        except NoMatches:
            # it was closed before its commands were there
            if self.is_active:
                raise

    def _action_command_list(self, action: str) -> None:
        if not action.startswith("page") or laid_out(self.query_one(CommandList)):
            super()._action_command_list(action)

    def action_paste(self) -> None:
        """Put what was copied here into the one line there is, clean."""
        entry = self.query_one(CommandInput)
        room = LONGEST - len(entry.value) + len(entry.selected_text)
        entry.replace(pasted_line(self.app.clipboard, room), *entry.selection)
