"""Blocks of mathematics are left as they are, up to the line that closes them."""

from __future__ import annotations

import pytest

from tests.tui.markdown.drawn import fed, lines, whole


@pytest.mark.parametrize(("opening", "closing"), [("$$", "$$"), ("\\[", "\\]"), ("$$ a", "b $$")])
def test_a_block_of_mathematics_is_left_as_it_is(opening: str, closing: str) -> None:
    source = f"{opening}\nx_1 \\, *y* = \\frac{{1}}{{2}}\n{closing}\n*after*\n"
    rows = whole(source)
    assert lines(rows) == [opening, "x_1 \\, *y* = \\frac{1}{2}", closing, "after"]
    assert [row.spans[0].names for row in rows] == [("math",)] * 3 + [("emphasis",)]
    assert fed(source) == rows


@pytest.mark.parametrize("source", ["$$ x $$\n*after*\n", "$$\n\n*after*\n"])
def test_mathematics_that_ends_at_once_or_at_a_blank_line_takes_nothing_more(source: str) -> None:
    assert lines(whole(source))[-1] == "after"
    assert fed(source) == whole(source)
