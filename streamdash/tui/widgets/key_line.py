"""The line of keys at the bottom of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message

from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.strip import Strip

    from streamdash.tui.widgets.keys import Key


class KeyLine(PartLine):
    """As many keys as fit, those of the lowest rank first; a click on one acts like the key."""

    class Clicked(Message):
        """A key's words were clicked; `action` is the key's."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own word
        super().__init__(id=id)
        self._actions: dict[str, str] = {}
        self._spans: list[tuple[range, str]] = []

    def show_keys(self, keys: Sequence[Key]) -> None:
        """Show these keys, in this order."""
        self._actions = {_words(key): key.action for key in keys}
        self.show([Part(_words(key), key.rank) for key in keys])

    def render_line(self, y: int) -> Strip:
        """Draw the line, and store the columns of each key for clicks."""
        self._spans = []
        return super().render_line(y)

    def draw(self, part: Part, at: int) -> list[Segment]:
        """A key in its own colour, and its action in the line's colour."""
        key, _, brief = part.text.partition(" ")
        width = cell_len(part.text)
        self._spans.append((range(at, at + width), self._actions[part.text]))
        return [Segment(f"{key} ", self.tone("key")), Segment(brief, self.tone("figures"))]

    def on_click(self, event: events.Click) -> None:
        """Post the action of the key under the pointer."""
        for span, action in self._spans:
            if event.x in span:
                self.post_message(self.Clicked(action))


def _words(key: Key) -> str:
    return f"{key.shown.split(' ')[0]} {key.brief}"
