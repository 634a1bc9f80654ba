"""Keys that edit a field, handled in the order in which they were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.terminal.internals import bound_action

if TYPE_CHECKING:
    from textual.events import Key
    from textual.widget import Widget


async def edit_at_once(field: Widget, event: Key) -> None:
    """Run the field's own action for a key: Textual would let text typed later overtake it.

    A key whose action does nothing here, as scrolling a field of one line, is left to the screen.
    """
    action = bound_action(field, event.key)
    if action is not None and await field.app.run_action(action, field):
        event.stop()
        event.prevent_default()
