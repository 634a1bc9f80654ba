"""The rows of the picker: models, and endpoints that list none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len
from textual.message import Message
from textual.strip import Strip

from streamdash.models.fuzzy import match, words_of
from streamdash.tui.screens.models.gathering import Failure
from streamdash.tui.widgets.parts import cut
from streamdash.tui.widgets.row_scroll import RowScroll
from streamdash.tui.widgets.table_cells import GAP, Cell, row_strip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import ClassVar

    from rich.style import Style
    from textual import events

    from streamdash.models.candidates import Candidate

    Row: TypeAlias = Candidate | Failure


class CandidateList(RowScroll, can_focus=False):
    """Rows of which one is chosen; only visible ones are drawn.

    `problem` says in a few words why nothing can be sent to a model; empty if it can be.
    """

    LAZY_CLASSES: ClassVar = frozenset(
        {
            "candidate-list--text",
            "candidate-list--match",
            "candidate-list--quiet",
            "candidate-list--warn",
            "candidate-list--cursor",
            "candidate-list--on-cursor",
        }
    )

    class Moved(Message):
        """Another row is chosen."""

    class Picked(Message):
        """A row was clicked twice."""

    def __init__(self, problem: Callable[[Candidate], str]) -> None:
        super().__init__()
        self._problem = problem
        self._listed: Sequence[Row] = ()
        self._words: tuple[str, ...] = ()
        self._cursor = 0
        self.moved = False
        """Whether the user has put the cursor where it is."""

    @property
    def chosen(self) -> Row | None:
        """The row under the cursor."""
        return self._listed[self._cursor] if self._cursor < len(self._listed) else None

    def show(self, rows: Sequence[Row], query: str, *, chosen: Row | None) -> None:
        """List these rows, with the letters of `query` marked.

        The row that names the same as `chosen` keeps the cursor and its line on the screen;
        without one the list begins at its start. The first model takes the cursor from an endpoint
        that failed before there was any.
        """
        if isinstance(chosen, Failure) and not self.moved:
            chosen = None
        line = self._cursor - self.scroll_offset.y
        before = self._cursor
        self._words = words_of(query)
        self._listed = rows
        self.set_rows(len(rows))
        if chosen is None:
            self._cursor, line, self.moved = 0, 0, False
        else:
            name = _name(chosen)
            places = (place for place, row in enumerate(rows) if _name(row) == name)
            self._cursor = next(places, min(before, max(0, len(rows) - 1)))
        self._scroll(self._cursor - line)
        self._reveal_cursor()
        self.post_message(self.Moved())

    def move(self, by: int) -> None:
        """Move the cursor by some rows."""
        self.choose(self._cursor + by)

    def page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.choose(self._cursor + by * max(1, self.size.height - 1))

    def last(self) -> None:
        """Put the cursor on the last row."""
        self.choose(len(self._listed) - 1)

    def choose(self, place: int) -> None:
        """Put the cursor on a row, or on the nearest one."""
        if self._listed:
            self._cursor = min(max(0, place), len(self._listed) - 1)
            self.moved = True
            self._reveal_cursor()
            self.refresh()
            self.post_message(self.Moved())

    def _reveal_cursor(self) -> None:
        height, top = max(1, self.size.height), self.scroll_offset.y
        if self._cursor < top:
            self._scroll(self._cursor)
        elif self._cursor >= top + height:
            self._scroll(self._cursor - height + 1)

    def _scroll(self, top: int) -> None:
        self.scroll_to(y=max(0, top), animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        """Keep the cursor visible."""
        self.set_rows(len(self._listed))
        self._reveal_cursor()

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the pointer; two clicks pick it."""
        place = event.y + self.scroll_offset.y
        if place < len(self._listed):
            self.choose(place)
            if event.chain == 2:
                self.post_message(self.Picked())

    # -- drawing ----------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The row that is scrolled to line `y`."""
        width, place = self.size.width, y + self.scroll_offset.y
        if place >= len(self._listed):
            return Strip.blank(width, self.base_style)
        row = self._listed[place]
        cells = self._failed(row, width) if isinstance(row, Failure) else self._model(row, width)
        cursor = self._style_of("cursor") if place == self._cursor else None
        return row_strip(cells, width, self._style_of, self.base_style, cursor=cursor, gap=0)

    def _failed(self, row: Failure, width: int) -> list[Cell]:
        name = f"{row.endpoint}: "
        reason = cut(row.reason, width - 2 - cell_len(name))
        return [Cell(name, "quiet"), Cell(reason, "warn")]

    def _model(self, one: Candidate, width: int) -> list[Cell]:
        """The text with its matched letters marked; source and problem at the right end."""
        space = width - 2
        problem = self._problem(one)
        right = [Cell(one.source, "quiet")]
        if problem:
            right = [Cell(f"{problem}  ", "warn"), *right]
        if sum(cell_len(cell.text) for cell in right) > space // 2:
            right = right[:1]
            right[0] = right[0]._replace(text=cut(right[0].text.strip(), space // 2))
        taken = sum(cell_len(cell.text) for cell in right)
        shown = cut(one.text, max(1, space - taken - GAP))
        gap = Cell(" " * max(0, space - taken - cell_len(shown)), "quiet")
        return [*self._marked(one.text, shown), gap, *right]

    def _marked(self, text: str, shown: str) -> list[Cell]:
        """The cells of `shown`, which is the beginning of `text`."""
        hit = match(self._words, text) if self._words else None
        if hit is None:
            return [Cell(shown, "text")]
        whole = len(shown) if shown == text else len(shown) - 1
        cells = []
        start = 0
        for place in (place for place in hit.places if place < whole):
            if place > start:
                cells.append(Cell(shown[start:place], "text"))
            cells.append(Cell(shown[place], "match"))
            start = place + 1
        return [*cells, Cell(shown[start:], "text")]

    def _style_of(self, tone: str) -> Style:
        return self.get_component_rich_style(f"candidate-list--{tone}")


def _name(row: Row) -> tuple[bool, str]:
    """Identifies a row, also after other rows came before it."""
    return (True, row.endpoint) if isinstance(row, Failure) else (False, row.text)
