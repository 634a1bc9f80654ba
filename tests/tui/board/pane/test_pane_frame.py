"""A pane's own rows fit every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from streamdash.streams.events import Status
from streamdash.tui.board.grid.pane_grid import PaneGrid
from streamdash.tui.board.pane.heading_slots import plan_slots
from streamdash.tui.board.pane.number_places import Numbers
from streamdash.tui.board.pane.pane_frame import (
    Heading,
    heading_room,
    heading_strip,
    numbers_strip,
    side_strip,
)
from streamdash.tui.board.pane.pane_styles import PaneStyles
from streamdash.tui.names import PaneName
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.status_marks import MARKS

STYLES = PaneStyles(
    {name.removeprefix("pane-grid--"): Style() for name in PaneGrid.LAZY_CLASSES}.__getitem__,
    lambda: pytest.fail("no transcript is drawn here"),
)
NAMES = [
    PaneName("PY", "PY", "openai:gpt-4o-mini", "gpt-4o-mini"),
    PaneName("Python", "Python", "lab:m-1", "m-1"),
]


def headings(width: int, names: list[PaneName] = NAMES, *, dense: bool = False) -> list[str]:
    """The headings of a streaming pane and of a failed one, without a number, side by side."""
    slots = plan_slots(names, heading_room(width, dense=dense))
    panes = (
        Heading(names[0], "1", MARKS[Status.STREAMING], "streaming", "✕", slots),
        Heading(names[1], "", MARKS[Status.FAILED], "failed", "↻", slots),
    )
    return [
        heading_strip(pane, width, STYLES, current=False, dense=dense)[0].text for pane in panes
    ]


@pytest.mark.parametrize(
    "shown",
    [
        "╭─ 1 PY     · openai:gpt-4o-mini ── ● streaming  ✕ ─╮",
        "╭─ 1 PY     · gpt-4o-mini ── ● streaming  ✕ ─╮",
        "╭─ 1 PY     · gpt-4o-… ─ ● streaming  ✕ ─╮",
        "╭─ 1 PY ─────────── ● streaming  ✕ ─╮",
        "╭─ 1 PY ─────── ● ✕ ─╮",
    ],
)  # fmt: skip
def test_every_part_stands_in_the_same_column_in_all_panes(shown: str) -> None:
    one, other = headings(len(shown))
    assert one == shown
    label = one.index("PY")
    assert other.index("Python") == label
    assert one.index("●") == other.index("✗")
    assert one.index("✕") == other.index("↻")
    if "·" in one:
        assert one.index("·") == other.index("·")


def test_a_long_label_is_cut_before_the_model_is() -> None:
    names = [PaneName("x" * 200, "x" * 200, "openai:gpt-4o-mini", "gpt-4o-mini"), NAMES[1]]
    one, other = headings(60, names)
    assert "gpt-4o-mini" in one
    assert "…" in one
    assert one.index("·") == other.index("·")


def test_a_label_that_is_a_target_loses_its_prefix_first() -> None:
    names = [PaneName("openai:gpt-4o-mini", "gpt-4o-mini", "", ""), NAMES[1]]
    assert "openai:gpt-4o-mini" in headings(80, names)[0]
    assert " gpt-4o-mini" in headings(40, names)[0]


def test_a_dense_pane_has_a_bar_without_a_frame() -> None:
    one, other = headings(40, dense=True)
    assert one.startswith(" 1 PY ")
    assert other.startswith("▌")
    assert one.index("✕") == other.index("↻")


WORDS = st.text(st.sampled_from("ab 日本é😀"), max_size=60)


@given(WORDS, WORDS, st.integers(8, 200), st.booleans(), st.booleans())
def test_every_heading_is_exactly_as_wide_as_its_pane(
    label: str, target: str, width: int, current: bool, dense: bool
) -> None:
    name = PaneName(label, label, target, target)
    slots = plan_slots([name, *NAMES], heading_room(width, dense=dense))
    it = Heading(name, "1", MARKS[Status.STREAMING], "streaming", "✕", slots)
    strip, button = heading_strip(it, width, STYLES, current=current, dense=dense)
    assert strip.cell_length == width
    if width >= 14:
        assert any(strip.crop(x, x + 1).text == "✕" for x in button)


@given(
    st.lists(st.tuples(WORDS, st.integers(0, 6)).map(lambda pair: Part(*pair)), max_size=6),
    st.integers(8, 200),
    st.booleans(),
)
def test_every_row_of_numbers_is_exactly_as_wide_as_its_pane(
    parts: list[Part], width: int, dense: bool
) -> None:
    for numbers in (
        Numbers(notes=tuple(parts)),
        Numbers("412 ms", time="3.2 s", chars=9, chars_per_s=3.0, extras=tuple(parts)),
    ):
        strip = numbers_strip(numbers, width, STYLES, current=False, dense=dense)
        assert strip.cell_length == width
    assert side_strip(width, STYLES, current=False, dense=dense).cell_length == width
