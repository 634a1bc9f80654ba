"""Where wrapped rows begin, and that text in pieces wraps like the whole text."""

from __future__ import annotations

from array import array
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.tui.text.glyphs import glyphs, is_plain
from streamdash.tui.text.wrapping import row_limit, wrap

TRICKY = (
    "a bc  \t\n-,.é漢字、。「」（ \u3000😀👍🏽❤\ufe0f\u200d👨👩🇩🇪☃1\u20e3\u0301\u0300\xa0"
    "각\u1100\u1161\ud83d\U000e0041\U0010ffff"
)
tricky_text = st.text(st.sampled_from(TRICKY), max_size=120)
prose = st.text(st.sampled_from("abcde  \n"), max_size=200)
any_text = st.one_of(tricky_text, prose, st.text(st.characters(exclude_categories=()), max_size=80))
widths = st.integers(2, 24)


def starts(text: str, width: int) -> list[int]:
    rows = array("I")
    wrap(text, 0, width, rows)
    return rows.tolist()


def rows_of(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in pairwise([*starts(text, width), len(text)])]


def shown(row: str, width: int) -> str:
    return "".join(glyph.shown for glyph in glyphs(row.removesuffix("\n"), width))


def seen(text: str, width: int) -> list[str]:
    return [shown(row, width).rstrip() for row in rows_of(text, width)]


def test_a_row_ends_before_the_word_that_does_not_fit() -> None:
    assert seen("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert seen("the quick brown fox", 9) == ["the quick", "brown fox"]
    assert seen("the quick brown fox", 8) == ["the", "quick", "brown", "fox"]


def test_trailing_spaces_begin_no_row() -> None:
    assert rows_of("abc      \nd", 3) == ["abc      \n", "d"]
    assert rows_of("abc      ", 3) == ["abc      "]
    assert seen("abc      d", 3) == ["abc", "d"]


def test_a_newline_at_the_end_begins_no_row() -> None:
    assert rows_of("a\n", 5) == ["a\n"]
    assert rows_of("a\n\n", 5) == ["a\n", "\n"]
    assert rows_of("", 5) == []


def test_long_words_are_broken() -> None:
    assert seen("abcdefgh", 3) == ["abc", "def", "gh"]
    assert seen("ab cdefgh", 4) == ["ab", "cdef", "gh"]


def test_indentation_stays_with_its_word() -> None:
    assert seen("    deep_name = 1", 10) == ["    deep_n", "ame = 1"]


def test_wide_characters_break_anywhere_but_before_closing_marks() -> None:
    assert seen("漢字漢字漢", 4) == ["漢字", "漢字", "漢"]
    assert seen("漢字漢字漢", 5) == ["漢字", "漢字", "漢"]
    assert seen("漢字漢。字", 6) == ["漢字", "漢。字"]
    assert seen("漢「字」漢", 4) == ["漢", "「字", "」漢"]


@pytest.mark.parametrize(
    "emoji", ["👨\u200d👩\u200d👧", "❤\ufe0f", "👍🏽", "🇩🇪", "1\ufe0f\u20e3", "☃\ufe0f"]
)
def test_an_emoji_takes_two_cells_and_is_never_cut(emoji: str) -> None:
    assert seen(emoji * 4, 5) == [emoji * 2, emoji * 2]
    assert [glyph.cells for glyph in glyphs(emoji * 2, 9)] == [2, 2]


def test_a_joiner_joins_emoji_only() -> None:
    assert shown("a\u200db\u200dc", 9) == "abc"
    assert shown("漢\u200d字", 9) == "漢字"
    assert shown("a\u200d👩\u200d漢", 9) == "a👩漢"
    assert [glyph.cells for glyph in glyphs("a\u200d👩\u200db", 9)] == [1, 2, 1]


def test_a_mark_without_a_base_does_not_disturb_its_neighbours() -> None:
    assert shown("\u0301a", 9) == "a"
    assert shown("a🏽b", 9) == "a\ufffdb"


def test_tabs_reach_their_stops() -> None:
    assert shown("\ta\tbc\td", 20) == "    a   bc  d"
    assert seen("\tabc def", 7) == ["    abc", "def"]


def test_non_breaking_spaces_do_not_break() -> None:
    assert seen("10\xa0km to go", 6) == ["10\xa0km", "to go"]


def test_hostile_text_makes_no_endless_row() -> None:
    for text in (" " * 5000, "a" + "\u0301" * 5000, "\u200d" * 5000, "👨\u200d" * 5000):
        rows = rows_of(text, 10)
        assert max(map(len, rows)) <= row_limit(10)


@given(any_text, widths)
@example("a \u0301", 2)
@example("\t \u0301", 2)
def test_no_row_is_wider_than_the_width(text: str, width: int) -> None:
    for row in rows_of(text, width):
        row = row.removesuffix("\n")
        drawn = glyphs(row, width)
        assert cell_len("".join(glyph.shown for glyph in drawn)) <= width
        everything = [glyph for glyph in glyphs(row, len(row) * 4 + 4) if glyph.shown.strip()]
        assert [glyph for glyph in drawn if glyph.shown.strip()] == everything


@given(any_text)
def test_widths_are_those_textual_cuts_by(text: str) -> None:
    for line in text.split("\n"):
        drawn = glyphs(line, 1000)
        assert cell_len("".join(glyph.shown for glyph in drawn)) == sum(g.cells for g in drawn)


@given(any_text, widths)
def test_rows_are_the_whole_text_in_order(text: str, width: int) -> None:
    rows = rows_of(text, width)
    assert "".join(rows) == text
    assert all(rows)
    assert all("\n" not in row[:-1] for row in rows)


@given(st.lists(st.one_of(tricky_text, prose), max_size=12), widths)
@example(["漢字 ", "\u0301漢"], 4)
@example(["👨", "\u200d", "👩"], 2)
@example(["ab ☃", "\ufe0f"], 4)
@example(["1", "1111\u30001", "🇩", "🇩"], 4)
def test_text_in_pieces_wraps_like_the_whole(pieces: list[str], width: int) -> None:
    text = ""
    rows = array("I")
    for piece in pieces:
        start = len(text)
        if rows and not text.endswith("\n"):
            start = rows.pop()
        text += piece
        wrap(text, start, width, rows)
    assert rows.tolist() == starts(text, width)


@given(st.text(st.sampled_from("abc  \n"), max_size=200), widths)
def test_plain_text_wraps_the_same_beside_other_text(text: str, width: int) -> None:
    line = "é\u0301漢\t\n"
    assert starts(line + text, width)[len(starts(line, width)) :] == [
        start + len(line) for start in starts(text, width)
    ]


@given(st.text(st.sampled_from("abcd é漢字、😀 "), max_size=120), widths)
def test_a_row_is_filled_before_the_next_begins(text: str, width: int) -> None:
    for row, following in pairwise(rows_of(text, width)):
        word = following.split(" ")[0]
        if is_plain(word, 0, len(word)) and row.strip():
            assert cell_len(row + word) > width or row_limit(width) <= len(row)


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_plain_characters_have_one_cell_each(text: str) -> None:
    for character in text:
        if character != "\t" and is_plain(character, 0, 1):
            assert cell_len(character) == 1
