"""Which names match what was typed, and in which order."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.models.candidates import Candidate, candidates_of, find
from streamdash.models.fuzzy import match, words_of
from streamdash.promptfile.model_references import Target
from streamdash.streams.spec import Endpoint
from tests.fuzzing import examples

LAB = Endpoint("lab", "openai", "http://127.0.0.1:9/v1")


def ranked(query: str, *names: str) -> list[str]:
    candidates = candidates_of([Target(LAB, name) for name in names], "listed")
    return [one.target.model for one in find(query, candidates).rows]


@pytest.mark.parametrize(
    ("query", "best", "worse"),
    [
        ("mini", "gpt-4o-mini", "gemini-pro"),  # the start of a word
        ("g4m", "gpt-4o-mini", "big4xmas"),
        ("gpt4", "gpt-4o", "g-p-t-x-4"),  # letters next to each other
        ("gpt-4o", "gpt-4o", "gpt-4o-mini"),  # the whole name, then the shorter one
        ("GPT-4O", "gpt-4o", "gpt-4o-mini"),
        ("son claude", "claude-sonnet", "claude-season"),
    ],
)
def test_the_better_match_comes_first(query: str, best: str, worse: str) -> None:
    assert ranked(query, worse, best) == [best, worse]
    assert ranked(query, best, worse) == [best, worse]


@pytest.mark.parametrize("query", ["xyz", "claude gpt", "tpg", "gpt-4o-mini-long"])
def test_names_without_the_letters_in_order_do_not_match(query: str) -> None:
    assert ranked(query, "gpt-4o-mini", "claude-sonnet") == []


def test_an_empty_query_matches_everything_in_order() -> None:
    assert ranked("  ", "b", "a") == ["b", "a"]


def test_of_equal_matches_the_earlier_source_comes_first() -> None:
    listed = Candidate("lab:big", Target(LAB, "big"), "listed")
    recent = Candidate("lab:bag", Target(LAB, "bag"), "recent")
    assert list(find("b", [listed, recent]).rows) == [recent, listed]


def test_the_matched_letters_are_where_a_reader_sees_them() -> None:
    text = "openrouter:openai/gpt-4o-mini"
    hit = match(words_of("gm mini"), text)
    assert hit is not None
    assert "".join(text[place] for place in hit.places) == "gmini"


@pytest.mark.fault("model lists", "repeated letters")
@pytest.mark.parametrize("query", ["a" * 40, "ab" * 20, "a " * 20, "aab" * 13])
def test_repeated_letters_take_no_longer(query: str) -> None:
    names = ["a" * 100 + "b" * 100, "ab" * 100, "a" * 200] * 30
    begun = time.process_time()
    ranked(query, *names)
    assert time.process_time() - begun < 2


@given(st.text(max_size=12), st.text(max_size=40))
@examples(300)
def test_every_matched_place_holds_a_letter_of_the_query(query: str, text: str) -> None:
    words = words_of(query)
    hit = match(words, text)
    if hit is None or not words:
        return
    assert all(0 <= place < len(text) for place in hit.places)
    letters = {letter for word in words for letter in word}
    assert all(text[place].lower() in letters or text[place] in letters for place in hit.places)
