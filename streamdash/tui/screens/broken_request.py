"""The mistakes of an edited request, and what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from streamdash.output.safe_text import clean_line
from streamdash.tui.screens.front_screen import FrontScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType

LONGEST = 400


class BrokenRequest(ModalScreen[bool], FrontScreen[bool]):
    """Lists mistakes over the board; the result says whether the text is to be edited again."""

    CSS_PATH = "broken_request.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,E,enter", "dismiss(True)", show=False),
        Binding("escape,q", "dismiss(False)", show=False),
    ]

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__()
        self._problems = problems

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Not sent"
            for problem in self._problems:
                yield Static(Content(clean_line(problem, LONGEST)))
            yield Static(
                Content.assemble(
                    ("e", "bold $text-accent"),
                    " edit again   ",
                    ("esc", "bold $text-accent"),
                    " put aside",
                ),
                id="keys",
            )
