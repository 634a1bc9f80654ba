"""Computes where the panes go; knows no widgets."""

from __future__ import annotations

from typing import NamedTuple

PANE_WIDTH = 26
PANE_HEIGHT = 6
DENSE_HEIGHT = 4
"""The smallest framed pane, and the smallest dense one, which has no frame."""

_EASY_WIDTH = 40
_FULL_WIDTH = 64
_LONG_WIDTH = 110
_EASY_HEIGHT = 10
_FULL_HEIGHT = 40


class Cell(NamedTuple):
    """A pane's place inside the grid, in terminal cells."""

    x: int
    y: int
    width: int
    height: int


class GridPlan(NamedTuple):
    """How `panes` panes share a `width` x `height` area, on as many pages as it takes."""

    width: int
    height: int
    panes: int
    columns: int
    rows: int
    dense: bool

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def pages(self) -> int:
        return max(1, -(-self.panes // self.per_page))

    def page_of(self, index: int) -> int:
        """The page that shows pane `index`."""
        return min(max(index, 0) // self.per_page, self.pages - 1)

    def on_page(self, page: int) -> range:
        """The indices of the panes on a page."""
        first = page * self.per_page
        return range(first, min(first + self.per_page, self.panes))

    def cells(self, page: int = 0) -> tuple[Cell, ...]:
        """The cells of a page's panes, row by row.

        On a single page no cell stays empty: a pane above a gap in the last row extends into it.
        """
        shown = len(self.on_page(page))
        xs = [self.width * column // self.columns for column in range(self.columns + 1)]
        ys = [self.height * row // self.rows for row in range(self.rows + 1)]
        holes_from = shown % self.columns or self.columns
        cells = []
        for place in range(shown):
            row, column = divmod(place, self.columns)
            bottom = ys[row + 1]
            if self.pages == 1 and row == self.rows - 2 and column >= holes_from:
                bottom = ys[self.rows]
            cells.append(Cell(xs[column], ys[row], xs[column + 1] - xs[column], bottom - ys[row]))
        return tuple(cells)


def plan_grid(width: int, height: int, count: int, usual_height: int = 0) -> GridPlan:
    """The most readable arrangement: framed panes if all fit, else dense ones, else pages.

    If a panel temporarily takes rows from the grid's `usual_height`, the panes shrink in place as
    far as they can and do not move.
    """
    if usual_height > height:
        usual = plan_grid(width, usual_height, count)
        if height // usual.rows >= DENSE_HEIGHT:
            return usual._replace(height=height)
    width, height, count = max(1, width), max(1, height), max(0, count)
    for dense, least in ((False, PANE_HEIGHT), (True, DENSE_HEIGHT)):
        best = _best(width, height, count, least)
        if best is not None:
            return GridPlan(width, height, count, *best, dense)
    columns = max(1, width // PANE_WIDTH)
    rows = max(1, height // PANE_HEIGHT)
    return GridPlan(width, height, count, columns, rows, dense=height < PANE_HEIGHT)


def _best(width: int, height: int, count: int, least_height: int) -> tuple[int, int] | None:
    best: tuple[float, int, int] | None = None
    for columns in range(1, min(max(count, 1), max(1, width // PANE_WIDTH)) + 1):
        rows = max(1, -(-count // columns))
        if height // rows < least_height:
            continue
        holes = columns * rows - count
        score = _comfort(width // columns, height // rows) * (1 - 0.1 * (holes > 0))
        if holes < columns and (best is None or score > best[0]):
            best = (score, columns, rows)
    return None if best is None else best[1:]


def _comfort(width: int, height: int) -> float:
    """How well a pane of this size reads, from 0 to 1.

    Width and height each count up to the size where more no longer helps. Narrow columns and
    shallow panes lose twice: two streams are stacked on a small screen and become tall columns on a
    wide one. Lines too long to read comfortably lower the value again.
    """
    across = min(width, _FULL_WIDTH) / _FULL_WIDTH * min(1.0, width / _EASY_WIDTH)
    across *= min(1.0, _LONG_WIDTH / width)
    down = min(height, _FULL_HEIGHT) / _FULL_HEIGHT * min(1.0, height / _EASY_HEIGHT)
    return across * down


def neighbour(cells: tuple[Cell, ...], place: int, dx: int, dy: int) -> int | None:
    """The place beside `place` in a direction; None at the edge."""
    here = cells[place]
    best: tuple[int, int, int] | None = None
    for other, cell in enumerate(cells):
        if dx:
            gap = cell.x - (here.x + here.width) if dx > 0 else here.x - (cell.x + cell.width)
            aside = max(cell.y - here.y - here.height + 1, here.y - cell.y - cell.height + 1, 0)
            start = abs(cell.y - here.y)
        else:
            gap = cell.y - (here.y + here.height) if dy > 0 else here.y - (cell.y + cell.height)
            aside = max(cell.x - here.x - here.width + 1, here.x - cell.x - cell.width + 1, 0)
            start = abs(cell.x - here.x)
        if gap < 0 or other == place or aside:
            continue
        rank = (gap, start, other)
        if best is None or rank < best:
            best = rank
    return None if best is None else best[2]
