"""Textual's command palette, which tolerates keys and closing before its list is laid out.

A module of its own, because importing Textual's palette takes long.
"""

from __future__ import annotations

from textual import work
from textual.command import CommandList, CommandPalette
from textual.css.query import NoMatches

from streamdash.tui.terminal.internals import is_laid_out


class TolerantPalette(CommandPalette):
    """A palette that ignores page keys without a list, and may close while it still gathers."""

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
        if not action.startswith("page") or is_laid_out(self.query_one(CommandList)):
            super()._action_command_list(action)
