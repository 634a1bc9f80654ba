"""The line of keys at the bottom."""

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
    """The keys that fit, the most wanted ones first to stay; a click is as good as a key."""

    class Clicked(Message):
        """A key's words were clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own word
        super().__init__(id=id)
        self._actions: dict[str, str] = {}
        self._spans: list[tuple[range, str]] = []

    def show_keys(self, keys: Sequence[Key]) -> None:
        """Draw these keys, in this order."""
        self._actions = {_words(key): key.action for key in keys}
        self.show([Part(_words(key), key.rank) for key in keys])

    def render_line(self, y: int) -> Strip:
        """The keys, remembering where each stands."""
        self._spans = []
        return super().render_line(y)

    def draw(self, part: Part, at: int) -> list[Segment]:
        """The key in its colour, what it does in the line's."""
        key, _, brief = part.text.partition(" ")
        width = cell_len(part.text)
        self._spans.append((range(at, at + width), self._actions[part.text]))
        return [Segment(f"{key} ", self.tone("key")), Segment(brief, self.tone("figures"))]

    def on_click(self, event: events.Click) -> None:
        """Hand on the action under the pointer."""
        for span, action in self._spans:
            if event.x in span:
                self.post_message(self.Clicked(action))


def _words(key: Key) -> str:
    return f"{key.shown.split(' ')[0]} {key.brief}"
