"""The help: every key, and the actions of the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
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
_FRAME_ROWS, _SPACED_FRAME_ROWS = 2, 4
"""Rows around the keys: the border, and with room a blank row inside it."""
_FRAME_CELLS = 7
"""Cells beside the keys: the border, two blanks on each side, and the scroll bar."""
_LEAST_WIDTH = 62


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

    def on_mount(self) -> None:
        self.query_one("#help").border_title = "Keys"
        self._lay_out()

    def on_resize(self) -> None:
        """Choose one column, or two if there is room for both."""
        self._lay_out()

    def _lay_out(self) -> None:
        sections = [
            (title, [(key.shown, key.does) for key in keys if key.shown])
            for title, keys in self._sections
        ]
        longest = max(cell_len(shown) for _, rows in sections for shown, _ in rows)
        width = max(_KEY_WIDTH, longest + 1)
        blocks = [_block(title, rows, width) for title, rows in sections]
        lines = _in_columns(blocks)
        if _width(lines) > self.size.width:
            lines = _stack(blocks)
        self.query_one("#keys", Static).update(Content("\n").join(lines))
        fits = len(lines) + _FRAME_ROWS <= self.size.height
        help_box = self.query_one("#help")
        help_box.styles.width = max(_LEAST_WIDTH, _width(lines))
        help_box.set_class(len(lines) + _SPACED_FRAME_ROWS <= self.size.height, "-spaced")
        help_box.border_subtitle = "esc closes" if fits else "↑ ↓ more · esc closes"


def _width(lines: Sequence[Content]) -> int:
    """Cells of the box around these lines."""
    return max(line.cell_length for line in lines) + _FRAME_CELLS


def _block(title: str, rows: Sequence[tuple[str, str]], width: int) -> list[Content]:
    lines = [Content.styled(title, "bold $text-primary")]
    for shown, does in rows:
        key = Content.styled(shown + " " * (width - cell_len(shown)), "bold")
        lines.append(Content.assemble(key, does))
    return lines


def _stack(blocks: Sequence[list[Content]]) -> list[Content]:
    """The blocks below each other, with a blank line between two."""
    lines: list[Content] = []
    for block in blocks:
        lines += [*([Content("")] if lines else []), *block]
    return lines


def _in_columns(blocks: Sequence[list[Content]]) -> list[Content]:
    """The blocks in two columns that are as low as their order allows."""
    splits = [(_stack(blocks[:at]), _stack(blocks[at:])) for at in range(1, len(blocks))]
    return _beside(*min(splits, key=lambda columns: max(map(len, columns))))


def _beside(left: list[Content], right: list[Content]) -> list[Content]:
    width = max(line.cell_length for line in left) + 4
    height = max(len(left), len(right))
    left = [*left, *[Content("")] * (height - len(left))]
    right = [*right, *[Content("")] * (height - len(right))]
    return [
        Content.assemble(a.pad_right(width - a.cell_length), b)
        for a, b in zip(left, right, strict=True)
    ]
