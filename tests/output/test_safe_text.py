"""What `clean` passes on to a terminal and what it replaces."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.output.safe_text import clean, clean_line

any_text = st.text(st.characters(exclude_categories=()))
hostile_text = st.text(
    st.sampled_from("a \n\r\t\x00\x1b\x7f\x85\x9b\xad\u202e\u2028\ud83d\ufeff\U000e0041é漢👍")
)


def test_newlines_and_tabs_stay_and_carriage_returns_are_dropped() -> None:
    assert clean("a\r\nb\tc\rd") == "a\nb\tcd"


def test_escape_sequences_are_shown_instead_of_obeyed() -> None:
    assert clean("\x1b]52;c;aGk=\x07\x1b[2J") == "␛]52;c;aGk=␇␛[2J"
    assert clean("é\x1b[31m\x00\x7f") == "é␛[31m␀␡"


@pytest.mark.parametrize(
    "character",
    ["\x80", "\x9b", "\u061c", "\u200e", "\u202e", "\u2066", "\u2069", "\ud800", "\ufeff",
     "\ufff9", "\uffff", "\u3164", "\U000e0001", "\U000e007f"],
)  # fmt: skip
def test_characters_that_hide_or_reorder_text_are_replaced(character: str) -> None:
    assert clean(character) == "\ufffd"


def test_unicode_separators_become_newlines() -> None:
    assert clean("a\u2028b\u2029c") == "a\nb\nc"


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧 ❤️ 👍🏽 🇩🇪", "e\u0301", "नमस्ते", "漢字、かな", "می\u200cخواهم"]
)
def test_emoji_and_scripts_are_unchanged(text: str) -> None:
    assert clean(text) == text


@given(st.one_of(any_text, hostile_text))
def test_no_control_character_is_left(text: str) -> None:
    shown = clean(text)
    assert all(
        unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"}
        for c in shown.translate({9: "", 10: ""})
    )
    shown.encode()


@given(st.one_of(any_text, hostile_text), st.one_of(any_text, hostile_text))
def test_cleaning_in_pieces_gives_the_same_text(first: str, second: str) -> None:
    assert clean(first) + clean(second) == clean(first + second)


@given(st.one_of(any_text, hostile_text))
def test_clean_text_is_unchanged(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.one_of(any_text, hostile_text), st.integers(0, 12))
def test_a_cleaned_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert "\t" not in line


def test_a_line_that_was_cut_ends_with_an_ellipsis() -> None:
    assert clean_line("connection refused\nby peer", 100) == "connection refused by peer"
    assert clean_line("connection refused", 11) == "connection…"
