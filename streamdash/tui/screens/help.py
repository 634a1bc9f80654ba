"""The help: every key, and the actions of the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from streamdash.tui.screens.front_screen import FrontScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from streamdash.tui.widgets.keys import KeySection

_KEY_WIDTH = 15
_TWO_COLUMNS = 100
"""From this screen width on, the sections are in two columns."""


class HelpScreen(ModalScreen[None], FrontScreen[None]):
    """A list of all keys over the board, until a key closes it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", show=False),
        Binding("question_mark", "dismiss", show=False, id="help"),
        Binding("q", "dismiss", show=False, id="quit"),
    ]

    def __init__(self, sections: Sequence[KeySection]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static(id="keys")
            yield Static("esc closes", id="closing")

    def on_mount(self) -> None:
        self.query_one("#help").border_title = "Keys"
        self._lay_out()

    def on_resize(self) -> None:
        """Choose one column or two."""
        self._lay_out()

    def _lay_out(self) -> None:
        sections = [
            (title, [(key.shown, key.does) for key in keys if key.shown])
            for title, keys in self._sections
        ]
        two = self.size.width >= _TWO_COLUMNS
        self.set_class(two, "-two")
        blocks = [_block(title, rows) for title, rows in sections]
        if two:
            left, right = _stack(blocks[:2]), _stack(blocks[2:])
            self.query_one("#keys", Static).update(_beside(left, right))
        else:
            self.query_one("#keys", Static).update(Content("\n").join(_stack(blocks)))


def _block(title: str, rows: Sequence[tuple[str, str]]) -> list[Content]:
    lines = [Content.styled(title, "bold $text-primary")]
    for shown, does in rows:
        key = Content.styled(shown.ljust(_KEY_WIDTH), "bold")
        lines.append(Content.assemble(key, does))
    return lines


def _stack(blocks: Sequence[list[Content]]) -> list[Content]:
    """The blocks below each other, with a blank line between two."""
    lines: list[Content] = []
    for block in blocks:
        lines += [*([Content("")] if lines else []), *block]
    return lines


def _beside(left: list[Content], right: list[Content]) -> Content:
    width = max(line.cell_length for line in left) + 4
    height = max(len(left), len(right))
    left = [*left, *[Content("")] * (height - len(left))]
    right = [*right, *[Content("")] * (height - len(right))]
    return Content("\n").join(
        Content.assemble(a.pad_right(width - a.cell_length), b)
        for a, b in zip(left, right, strict=True)
    )
