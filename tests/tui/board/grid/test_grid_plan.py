"""The layout maths: every pane has a readable place, at every size."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.tui.board.grid.grid_plan import (
    DENSE_HEIGHT,
    PANE_HEIGHT,
    PANE_WIDTH,
    Cell,
    GridPlan,
    neighbour,
    plan_grid,
)

SIZES = st.tuples(st.integers(1, 320), st.integers(1, 110))
COUNTS = st.integers(0, 220)


def overlap(a: Cell, b: Cell) -> bool:
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


@given(SIZES, COUNTS)
def test_panes_lie_inside_the_area_and_never_over_each_other(
    size: tuple[int, int], count: int
) -> None:
    plan = plan_grid(*size, count)
    for page in range(plan.pages):
        cells = plan.cells(page)
        assert all(
            c.x >= 0 and c.y >= 0 and c.x + c.width <= size[0] and c.y + c.height <= size[1]
            for c in cells
        )
        assert all(c.width > 0 and c.height > 0 for c in cells)
        assert not any(overlap(a, b) for a, b in combinations(cells, 2))


@given(SIZES, COUNTS)
def test_every_pane_is_on_exactly_one_page(size: tuple[int, int], count: int) -> None:
    plan = plan_grid(*size, count)
    shown = [index for page in range(plan.pages) for index in plan.on_page(page)]
    assert shown == list(range(count))
    assert all(index in plan.on_page(plan.page_of(index)) for index in range(count))
    assert all(len(plan.cells(page)) == len(plan.on_page(page)) for page in range(plan.pages))


@given(st.tuples(st.integers(PANE_WIDTH, 320), st.integers(PANE_HEIGHT, 110)), st.integers(1, 220))
def test_no_pane_is_smaller_than_its_kind_may_be(size: tuple[int, int], count: int) -> None:
    plan = plan_grid(*size, count)
    least = DENSE_HEIGHT if plan.dense else PANE_HEIGHT
    for page in range(plan.pages):
        for cell in plan.cells(page):
            assert cell.width >= PANE_WIDTH
            assert cell.height >= least


@given(st.tuples(st.integers(PANE_WIDTH, 320), st.integers(PANE_HEIGHT, 110)), st.integers(1, 220))
def test_a_single_page_leaves_no_hole(size: tuple[int, int], count: int) -> None:
    plan = plan_grid(*size, count)
    if plan.pages == 1:
        assert sum(c.width * c.height for c in plan.cells()) == size[0] * size[1]


@pytest.mark.parametrize(
    ("width", "height", "count", "columns", "rows"),
    [
        (200, 48, 3, 3, 1),  # few streams: tall columns
        (200, 48, 8, 4, 2),
        (120, 38, 4, 2, 2),
        (80, 22, 2, 2, 1),
        (60, 18, 2, 1, 2),  # narrow: above each other, so that lines stay readable
        (300, 98, 64, 8, 8),
    ],
)
def test_the_grid_suits_the_terminal(
    width: int, height: int, count: int, columns: int, rows: int
) -> None:
    plan = plan_grid(width, height, count)
    assert (plan.columns, plan.rows, plan.pages, plan.dense) == (columns, rows, 1, False)


def test_many_streams_are_dense_before_they_are_paged() -> None:
    assert plan_grid(200, 48, 64).dense
    assert plan_grid(200, 48, 64).pages == 1
    paged = plan_grid(80, 22, 64)
    assert paged.pages > 1
    assert not paged.dense


@given(SIZES, st.integers(1, 64), st.integers(0, 60))
def test_panes_keep_their_places_when_something_takes_a_few_rows(
    size: tuple[int, int], count: int, taken: int
) -> None:
    usual = plan_grid(*size, count)
    shrunk = plan_grid(size[0], max(1, size[1] - taken), count, usual_height=size[1])
    assert all(cell.height > 0 for cell in shrunk.cells())
    assert shrunk.height == max(1, size[1] - taken)
    if shrunk.height // usual.rows >= DENSE_HEIGHT:
        assert (shrunk.columns, shrunk.rows) == (usual.columns, usual.rows)


def moves(plan: GridPlan, place: int) -> dict[str, int | None]:
    cells = plan.cells()
    steps = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
    return {name: neighbour(cells, place, *step) for name, step in steps.items()}


def test_neighbours_are_what_the_eye_sees() -> None:
    plan = GridPlan(120, 40, 5, columns=3, rows=2, dense=False)  # 0 1 2 / 3 4 (2 reaches down)
    assert moves(plan, 0) == {"left": None, "right": 1, "up": None, "down": 3}
    assert moves(plan, 4) == {"left": 3, "right": 2, "up": 1, "down": None}
    assert moves(plan, 2) == {"left": 1, "right": None, "up": None, "down": None}


@given(SIZES, st.integers(2, 64))
def test_every_pane_of_a_page_can_be_reached_by_arrows(size: tuple[int, int], count: int) -> None:
    plan = plan_grid(*size, count)
    cells = plan.cells()
    seen, queue = {0}, [0]
    while queue:
        here = queue.pop()
        for step in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            there = neighbour(cells, here, *step)
            if there is not None and there not in seen:
                seen.add(there)
                queue.append(there)
    assert seen == set(range(len(cells)))
