"""Counting the matches of a text that grows."""

from __future__ import annotations

from math import inf
from time import perf_counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from streamdash.tui.transcript.document import Document, TextPosition
from streamdash.tui.transcript.needle import Needle
from streamdash.tui.transcript.search_hits import MOST, Matches

if TYPE_CHECKING:
    from streamdash.tui.transcript.section import TextStyle

pieces = st.lists(
    st.tuples(st.text("abA \n", max_size=30), st.sampled_from(["answer", "reasoning", "tool"])),
    max_size=12,
)


def starts(document: Document, needle: str) -> list[TextPosition]:
    """Every match, the plain way."""
    found = []
    for index, section in enumerate(document.sections):
        text = section.text.slice(0, section.text.chars).lower()
        at = -1 if document.hides(section) else text.find(needle.lower())
        while at >= 0:
            found.append(TextPosition(index, at))
            at = text.find(needle.lower(), at + len(needle))
    return found


@given(pieces, st.text("ab ", min_size=1, max_size=4), st.booleans())
def test_all_matches_are_found_however_the_text_arrives(
    arriving: list[tuple[str, TextStyle]], needle: str, folded: bool
) -> None:
    document = Document()
    document.folded = folded
    matches = Matches(Needle(needle), document)
    for text, style in arriving:
        document.append(text, style)
        while matches.look(-inf):
            pass
    expected = starts(document, needle)
    assert matches.count == len(expected)
    assert [matches.place(spot) for spot in expected] == [*range(1, len(expected) + 1)]


def test_matches_across_the_blocks_of_a_long_text_are_found() -> None:
    document = Document()
    matches = Matches(Needle("needle"), document)
    for _ in range(3_000):
        document.append("xxneedlexx", "answer")
        matches.look(inf)
    assert matches.count == 3_000


def test_one_look_is_short_and_the_next_resumes() -> None:
    document = Document()
    document.append("word " * 200_000, "answer")
    matches = Matches(Needle("absent"), document)
    assert matches.look(perf_counter())
    assert matches.count == 0
    while matches.look(perf_counter()):
        pass
    document.append("absent", "answer")
    assert not matches.look(inf)
    assert matches.count == 1


def test_the_count_stops_at_its_limit() -> None:
    document = Document()
    document.append("a" * (2 * MOST), "answer")
    matches = Matches(Needle("a"), document)
    assert not matches.look(inf)
    assert matches.count == MOST
