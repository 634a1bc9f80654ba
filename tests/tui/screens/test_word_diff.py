"""A word diff as pieces and as rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from streamdash.tui.screens.word_diff import Piece, diff_rows, word_diff

REMOVED, ADDED = Style(color="red"), Style(color="green")


def told(before: str, after: str, width: int = 200) -> str:
    rows = diff_rows(word_diff(before, after).pieces, width, REMOVED, ADDED)
    return "\n".join("".join(part.text for part in row).rstrip() for row in rows)


def test_different_words_are_between_signs() -> None:
    assert told("the quick brown fox", "the slow brown fox") == "the [-quick-] {+slow+} brown fox"
    assert told("", "new") == "{+new+}"
    assert told("old", "") == "[-old-]"
    assert told("same", "same") == "same"
    assert told("a house stands", "a house") == "a house [-stands-]"
    assert told("a house", "a house stands") == "a house {+stands+}"


def test_spaces_and_line_ends_make_no_difference() -> None:
    diff = word_diff("one two\nthree", "one  two three")
    assert diff.share == 1
    assert [piece.kind for piece in diff.pieces] == ["same"]


def test_the_share_counts_words_of_both() -> None:
    assert word_diff("a b c d", "a b x y").share == 0.5
    assert word_diff("", "").share == 1
    assert word_diff("a", "b").share == 0


def test_differences_have_their_own_colours() -> None:
    rows = diff_rows([Piece("removed", "old "), Piece("added", "new ")], 80, REMOVED, ADDED)
    colours = {part.text.strip(): part.style for row in rows for part in row if part.text.strip()}
    assert colours == {"[-old-]": REMOVED, "{+new+}": ADDED}


def test_foreign_text_is_clean_and_no_markup() -> None:
    shown = told("[red]a[/red] \x1b[31mx", "[red]a[/red] \x1b[31my\x07")
    assert "[red]a[/red]" in shown
    assert not set("\x1b\x07") & set(shown)


@pytest.mark.parametrize("count", [1, 160])
def test_long_texts_are_compared_too(count: int) -> None:
    before = "one two three four five. " * count
    after = "one two six four five. " * count
    assert word_diff(before, after).share > 0.5


def test_a_text_of_many_words_is_compared_by_the_rare_ones() -> None:
    before = " ".join(f"the number {number} of them" for number in range(1_000))
    after = before.replace("number 500 of", "number five hundred of")
    diff = word_diff(before, after)
    assert diff.share > 0.99
    assert Piece("removed", "500 ") in diff.pieces


words = st.text("ab .\n\t日\ud800", max_size=60)


@given(words, words, st.integers(10, 90))
def test_nothing_is_lost_and_rows_fit(before: str, after: str, width: int) -> None:
    pieces, share = word_diff(before, after)
    new = "".join(piece.text for piece in pieces if piece.kind != "removed")
    assert new == after
    old = "".join(piece.text for piece in pieces if piece.kind != "added")
    assert old.split() == before.split() or "".join(old.split()) == "".join(before.split())
    assert 0 <= share <= 1
    rows = diff_rows(pieces, width, REMOVED, ADDED)
    assert all(sum(cell_len(part.text) for part in row) <= width for row in rows)


def test_scripts_without_spaces_are_compared_by_the_character() -> None:
    diff = word_diff("今天天气很好我们去公园散步", "今天天气很好我们去商店购物")
    assert diff.pieces[0] == Piece("same", "今天天气很好我们去")
    assert 0.6 < diff.share < 0.8


def test_texts_that_repeat_few_words_are_compared_quickly() -> None:
    before, after = "ab " * 10_000, "ba ab " * 5_000
    pieces, _ = word_diff(before, after)
    assert (
        "".join(piece.text for piece in pieces if piece.kind != "removed").split() == after.split()
    )
