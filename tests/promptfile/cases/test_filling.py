"""`{{name}}` is replaced once, as text; nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.promptfile.cases.filling import fill, names_in
from tests.fuzzing import examples

VALUES = {"a": "1", "first name": "Ada", "b": "{{a}}", "empty": "", "ü": "x\ny"}
BRACES = st.text(st.sampled_from("ab{}\\ \n\ré"), max_size=40)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{a}} and {{ a }}", "1 and 1"),
        ("{{first name}}", "Ada"),
        ("{{ü}}", "x\ny"),
        ("[{{empty}}]", "[]"),
        (r"\{{a}} is {{a}}", "{{a}} is 1"),
        ("{{{a}}}", "{1}"),
        ("{{b}}{{a}}", "{{a}}1"),
        ("{{unknown}} {{}} {{ }} {a} { {a} }", "{{unknown}} {{}} {{ }} {a} { {a} }"),
        ("{{a\n}}", "{{a\n}}"),
        ("{{a + 1}} {{a|upper}}", "{{a + 1}} {{a|upper}}"),
    ],
)
def test_names_become_values(text: str, filled: str) -> None:
    assert fill(text, VALUES) == filled


def test_names_are_found_in_their_order_once_and_literal_ones_are_not() -> None:
    assert names_in(r"{{b}} {{ a }} {{b}} \{{c}} {{}} {{first name}}") == ["b", "a", "first name"]


@given(value=BRACES)
@examples(100)
def test_a_value_is_never_expanded_again(value: str) -> None:
    assert fill("<{{a}}|{{b}}>", {"a": value, "b": "2"}) == f"<{value}|2>"


@given(text=BRACES)
@examples(200)
def test_a_text_without_names_and_literal_braces_stays_as_it_is(text: str) -> None:
    names = names_in(text)
    if not names and r"\{{" not in text:
        assert fill(text, VALUES) == text
    assert set(names_in(fill(text, {}))) >= set(names)


@given(pieces=st.lists(st.text(max_size=10) | st.sampled_from(["{", "{{", "}}", "\\{{"])))
@examples(100)
def test_escaping_every_pair_of_braces_gives_any_text_back(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert fill(text.replace("{{", r"\{{"), {}) == text


def test_a_megabyte_of_braces_is_filled_at_once() -> None:
    for text in ("{" * 1_000_000, "{{" + "a" * 1_000_000, "{{a" * 300_000, "\\{{" * 300_000):
        assert len(fill(text, VALUES)) <= len(text)
