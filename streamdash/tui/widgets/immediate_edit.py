"""Keys that edit a field, handled in the order in which they were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.terminal.internals import bound_action

if TYPE_CHECKING:
    from textual.events import Key
    from textual.widget import Widget


async def edit_at_once(field: Widget, event: Key) -> None:
    """Run the field's own action for a key: Textual would let text typed later overtake it."""
    action = bound_action(field, event.key)
    if action is not None:
        event.stop()
        event.prevent_default()
        await field.run_action(action)
