"""A pane's own rows fit every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from streamdash.streams.events import Status
from streamdash.tui.board.pane.pane_frame import (
    Heading,
    heading_strip,
    numbers_strip,
    side_strip,
)
from streamdash.tui.board.pane.pane_styles import PaneStyles
from streamdash.tui.board.pane_grid import PaneGrid
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.status_marks import MARKS

STYLES = PaneStyles(
    {name.removeprefix("pane-grid--"): Style() for name in PaneGrid.LAZY_CLASSES}.__getitem__,
    lambda: pytest.fail("no transcript is drawn here"),
)
HEADING = Heading(
    "PY", "openai:gpt-4o-mini", "1", MARKS[Status.STREAMING], Status.STREAMING.value, "✕"
)


def heading(width: int, label: str = "PY", *, dense: bool = False) -> str:
    strip, _ = heading_strip(
        HEADING._replace(label=label), width, STYLES, current=False, dense=dense
    )
    return strip.text


@pytest.mark.parametrize(
    "shown",
    [
        "╭─ 1 PY · openai:gpt-4o-mini ────────── ● streaming ✕ ─╮",
        "╭─ 1 PY · openai:gpt-4o-mini ─ ● streaming ✕ ─╮",
        "╭─ 1 PY · openai:gpt-4… ─ ● streaming ✕ ─╮",
        "╭─ 1 PY · openai:… ─ ● streaming ✕ ─╮",
        "╭─ 1 PY ────────── ● streaming ✕ ─╮",
        "╭─ 1 PY ─ ● streaming ✕ ─╮",
        "╭─ 1 PY ───────── ● ✕ ─╮",
    ],
)
def test_what_matters_least_goes_first(shown: str) -> None:
    assert heading(len(shown)) == shown


def test_the_label_wins() -> None:
    assert heading(38, "a rather long label") == "╭─ 1 a rather long label ────── ● ✕ ─╮"
    assert heading(26, "a rather long label") == "╭─ a rather long… ─ ● ✕ ─╮"


def test_a_dense_pane_has_a_bar_without_a_frame() -> None:
    assert heading(26, dense=True) == " 1 PY       ● streaming ✕ "


WORDS = st.text(st.sampled_from("ab 日本é😀"), max_size=60)


@given(WORDS, WORDS, st.integers(8, 200), st.booleans(), st.booleans())
def test_every_heading_is_exactly_as_wide_as_its_pane(
    label: str, target: str, width: int, current: bool, dense: bool
) -> None:
    it = HEADING._replace(label=label, target=target)
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
    strip = numbers_strip(parts, width, STYLES, current=False, dense=dense)
    assert strip.cell_length == width
    assert side_strip(width, STYLES, current=False, dense=dense).cell_length == width
