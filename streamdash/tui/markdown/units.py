"""Units: the pieces of Markdown that are drawn one by one, and the containers around them."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from streamdash.tui.markdown.fences import Fence
    from streamdash.tui.markdown.tables import Table

UnitKind = Literal["paragraph", "heading", "rule", "blank", "language", "code", "math", "table"]


class Container(NamedTuple):
    """A quote, or a list item with its marker."""

    indent: int
    """Columns that the content of a list item is indented by; 0 for a quote."""
    marker: str = ""
    """`-`, `+` or `*` of a bullet, `.` or `)` of a number; empty for a quote."""
    number: int | None = None
    task: str = ""
    """The character between the brackets of a task; empty if the item is none."""

    @property
    def is_quote(self) -> bool:
        return not self.marker


class Unit:
    """Consecutive lines of the source that are drawn together; `start` is a source offset."""

    __slots__ = (
        "containers",
        "content",
        "continues",
        "ends",
        "fence",
        "fresh",
        "kind",
        "level",
        "start",
        "table",
    )

    def __init__(
        self, kind: UnitKind, start: int, containers: tuple[Container, ...], fresh: int
    ) -> None:
        self.kind: UnitKind = kind
        self.start = start
        self.containers = containers
        self.fresh = fresh
        """How many of the innermost containers begin with this unit and show their markers."""
        self.continues = False
        """Whether it begins in the middle of a line, of which the unit before has the beginning."""
        self.level = 0
        """Of a heading, from 1."""
        self.content = array("Q")
        """Where the content of each line begins, after indentation and container markers."""
        self.ends = array("Q")
        """Where each complete line ends, before its newline."""
        self.fence: Fence | None = None
        self.table: Table | None = None
