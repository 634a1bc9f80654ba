"""The entry of the search bar; a module of its own, because importing one takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from streamdash.tui.widgets.entry import Entry

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.binding import BindingType


class SearchEntry(Entry):
    """The text to search a pane for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.in_part('find(-1)')", show=False),
        Binding("down", "screen.in_part('find(1)')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__("find in this pane")
