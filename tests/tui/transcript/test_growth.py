"""A rendered answer that grows: only its last unit is laid out again, with the same result."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.tui.markdown.rows import DrawnRow
from streamdash.tui.markdown.text import MarkdownText
from streamdash.tui.transcript.document import TextPosition
from streamdash.tui.transcript.viewport import Viewport
from tests.fuzzing import examples

if TYPE_CHECKING:
    from tests.tui.transcript_screen import TranscriptScreen

RICH_ANSWER = Path(__file__).parents[2] / "picture" / "rich_answer.md"
TEXTS = (
    RICH_ANSWER.read_text(encoding="utf-8"),
    "| a | b |\n|---|---|\n" + "".join(f"| {'x' * n} | `{n}` |\n" for n in range(40)) + "\nend\n",
    "words of *one* paragraph that is longer than the window " * 60,
    "```python\n" + "".join(f"print({n})\n" for n in range(90)) + "```\n\n> quote\n" * 3,
    "Title\n=====\n\n- one\n\n\n\n  - two\n\n[link](http://a) and `code\n`\n" * 4,
)


def laid_out_anew(viewport: Viewport, width: int, height: int) -> Viewport:
    """Another viewport on the same document, which has no former rows to start from."""
    other = Viewport()
    other.document = viewport.document
    other.lay_out(width, height)
    return other


@examples(30)
@given(
    text=st.sampled_from(TEXTS),
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=8),
    width=st.integers(8, 70),
    height=st.integers(2, 30),
    before=st.sampled_from(["", "thoughts\nand more thoughts\n"]),
)
def test_rows_that_grow_are_those_of_a_new_layout(
    text: str, sizes: list[int], width: int, height: int, before: str
) -> None:
    viewport = Viewport()
    viewport.document.rendered = True
    viewport.document.append(before, "reasoning")
    at = turn = 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        viewport.document.append(text[at : at + size], "answer")
        at, turn = at + size, turn + 1
        if at >= len(text):
            viewport.document.close()
        old = viewport.rows
        growth = viewport.lay_out(width, height)
        new = laid_out_anew(viewport, width, height)
        assert viewport.rows == new.rows
        assert viewport.thumb == new.thumb
        if growth is not None:
            kept = old[growth.scrolled_off : growth.same]
            assert viewport.rows[: len(kept)] == kept


@pytest.mark.parametrize("rows", [10, 60])
async def test_a_frame_lays_out_the_last_unit_however_many_are_visible(
    screen: TranscriptScreen, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    screen.transcript.markdown = True
    await screen.resize(40, rows)
    screen.append("a **unit**\n\n" * 50 + "the **last** one")
    screen.append(" grows")
    drawn: list[int] = []
    draw = MarkdownText.rows

    def counted(text: MarkdownText, unit: int, width: int, until: float) -> object:
        drawn.append(unit)
        return draw(text, unit, width, until)

    monkeypatch.setattr(MarkdownText, "rows", counted)
    for _ in range(10):
        screen.append(" more **words**")
    assert len(drawn) < 10 * 8


async def test_ten_million_characters_cost_a_frame_what_ten_thousand_do(
    screen: TranscriptScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.transcript.markdown = True
    drawn: list[int] = []
    draw = MarkdownText.rows

    def counted(text: MarkdownText, unit: int, width: int, until: float) -> object:
        drawn.append(unit)
        return draw(text, unit, width, until)

    monkeypatch.setattr(MarkdownText, "rows", counted)

    def units_per_frame() -> float:
        drawn.clear()
        for _ in range(20):
            screen.append("more **words** of it, ")
        return len(drawn) / 20

    part = "## Part\n\n" + "some **words** and `code` " * 40 + "\n\n- an item\n\n"
    screen.append(part * (10_000 // len(part)))
    first = units_per_frame()
    screen.append("\n\n" + part * (10_000_000 // len(part)))
    assert units_per_frame() <= first * 1.3
    assert "of it," in screen.lines[-1]
    # what was drawn long ago is not remembered
    for place in range(0, 10_000_000, 10_000):
        screen.transcript.highlight("", TextPosition(0, place))
    kept = sum(isinstance(found, DrawnRow) for found in gc.get_objects())
    assert 0 < kept < 40_000
    assert len(set(drawn)) > 900
