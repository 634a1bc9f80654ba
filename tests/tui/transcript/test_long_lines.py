"""A line longer than a block has the rows that it would have in one piece."""

from __future__ import annotations

from array import array
from itertools import count, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.tui.text.wrapping import NARROWEST, wrap
from streamdash.tui.transcript import blocks
from streamdash.tui.transcript.blocks import BLOCK
from streamdash.tui.transcript.document import Document, TextPosition
from streamdash.tui.transcript.viewport import Viewport
from tests.fuzzing import examples
from tests.tui.screen import settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.fault("screen", "a paragraph has no line break that its text has not")

PAST = float("-inf")
PROSE = "the quick brown fox jumps over the lazy dog and "
KINDS = {
    "prose": PROSE,
    "a word without end": "unbroken",
    "ideographs": "漢字と、かな「交じり」の文。",
    "families and flags": "👨\u200d👩\u200d👧🇩🇪❤\ufe0f 1\ufe0f\u20e3👍🏽 ",
    "tabs and marks": "a\te\u0301 \u0301b\t\t",
    "spaces": "x" + " " * 90,
}
unit = st.one_of(
    st.sampled_from(sorted(KINDS.values())), st.sampled_from(["\n", "🇩", "\u200d", "ab"])
)
long_text = st.lists(st.tuples(unit, st.sampled_from([1, 3, 90, 400])), min_size=1, max_size=6).map(
    lambda parts: "".join(word * times for word, times in parts).lstrip("\n")
)


def whole_rows(line: str, width: int) -> list[str]:
    rows = array("I")
    wrap(line, 0, width, rows)
    return [line[start:end] for start, end in pairwise([*rows, len(line)])]


def document(pieces: Iterable[str], width: int) -> Document:
    it = Document()
    it.width = width
    for piece in pieces:
        it.append(piece, "answer")
    return it


def rows_of(it: Document) -> list[str]:
    first = it.first()
    return [] if first is None else [row.text for row in it.rows(first, 1 << 20)]


def split(line: str, cuts: Iterable[int]) -> list[str]:
    places = sorted({0, len(line), *(cut % (len(line) + 1) for cut in cuts)})
    return [line[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("width", [NARROWEST, 7, 38, 80, 230, 1500])
def test_the_rows_of_a_paragraph_of_several_blocks_are_those_of_the_whole(
    kind: str, width: int
) -> None:
    line = kind * (3 * BLOCK // len(kind))
    assert rows_of(document([line], width)) == whole_rows(line, width)
    sliced = [line[at : at + 1000] for at in range(0, len(line), 1000)]
    assert rows_of(document(sliced, width)) == whole_rows(line, width)


@examples(60)
@given(long_text, st.lists(st.integers(0, 1 << 16), max_size=8), st.integers(2, 120), st.data())
def test_text_in_pieces_has_the_rows_of_the_whole(
    line: str, cuts: list[int], width: int, data: st.DataObject
) -> None:
    grown = document([], width)
    for piece in split(line, cuts):
        grown.append(piece, "answer")
        if data.draw(st.booleans(), label="looks"):
            # rows are wrapped as the text arrives, also when there is time for a few only
            grown.until = data.draw(st.sampled_from([PAST, float("inf")]), label="time")
            rows_of(grown)
    grown.until = float("inf")
    wanted = whole_rows(line, width) if line else []
    assert rows_of(grown) == wanted
    last = grown.last()
    assert last is None or grown.rows(last, 9)[0].text == wanted[-1]


@examples(40)
@given(long_text, st.lists(st.integers(2, 90), min_size=1, max_size=5), st.data())
def test_other_widths_in_between_and_too_little_time_leave_no_trace(
    line: str, widths: list[int], data: st.DataObject
) -> None:
    it = document([line], 10)
    for width in [*widths, widths[0]]:
        it.width = width
        it.until = data.draw(st.sampled_from([PAST, float("inf")]), label="time")
        offset = data.draw(st.integers(0, max(0, len(line) - 1)), label="offset")
        it.row_of(TextPosition(0, offset))
        it.last()
    it.until = float("inf")
    assert rows_of(it) == (whole_rows(line, it.width) if line else [])


@examples(40)
@given(long_text, st.integers(2, 90), st.data())
def test_each_character_is_found_on_the_row_that_shows_it(
    line: str, width: int, data: st.DataObject
) -> None:
    it = document([line], width)
    for _ in range(6 if line else 0):
        offset = data.draw(st.integers(0, len(line) - 1))
        place = it.row_of(TextPosition(0, offset))
        assert place is not None
        row = it.rows(place, 1)[0]
        assert row.start <= offset < row.end
        assert it.up(it.down(place, 5), 5) <= place


@pytest.mark.parametrize("kind", ["prose", "ideographs", "families and flags"])
def test_a_paragraph_of_a_megabyte_is_wrapped_a_few_blocks_at_a_time(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = KINDS[kind] * ((1 << 20) // len(KINDS[kind]))
    view = Viewport()
    view.document.append(line, "answer")
    looked: list[int] = []

    def counted(text: str, start: int, width: int, rows: array[int]) -> None:
        looked.append(len(text) - start)
        wrap(text, start, width, rows)

    monkeypatch.setattr(blocks, "wrap", counted)
    time = count()
    monkeypatch.setattr(blocks, "perf_counter", lambda: next(time))
    frames = 0
    while True:
        looked.clear()
        view.document.until = next(time) + 8
        view.lay_out(60, 40)
        frames += 1
        assert sum(looked) <= 16 * BLOCK
        assert len(view.rows) == 40
        assert "".join(row.text for row in view.rows) == line[view.rows[0].start :]
        if not view.document.provisional:
            break
    assert frames > 10
    assert [row.text for row in view.rows] == whole_rows(line, 60)[-40:]
    looked.clear()
    view.document.until = next(time) + 8
    view.document.append("and a word more", "answer")
    view.lay_out(60, 40)
    assert sum(looked) <= 2 * BLOCK


async def test_a_long_paragraph_on_the_screen_is_whole_at_every_size() -> None:
    run, provider = scripted_run("A")
    said = " ".join(f"w{number}{'x' * (number % 9)}" for number in range(3500))
    async with shown(run, size=(70, 20)) as (app, pilot):
        for at in range(0, len(said), 777):
            provider["A"].say(said[at : at + 777])
        provider["A"].finish()
        await until(lambda: not run.live)
        for size in ((70, 20), (43, 30), (120, 40)):
            await pilot.resize_terminal(*size)
            await settled(app, pilot)
            transcript = app.board.grid.shown_panes[0].transcript
            width = transcript.outer_size.width - 1
            wanted = [row.rstrip() for row in whole_rows(said, width)]
            for key in ("home", *["pagedown"] * 60):
                await pilot.press(key)
                await settled(app, pilot)
                rows = [strip.text[:-1].rstrip() for strip in transcript._painted.strips]
                first = wanted.index(rows[0])
                rows = rows[: len(wanted) - first]
                assert rows == wanted[first : first + len(rows)]
                if rows[-1] == wanted[-1]:
                    break
            else:
                raise AssertionError("the last page never came")
        assert "xxx" in text(app)
