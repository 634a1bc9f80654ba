"""Values as TOML: the standard library reads back exactly what was written."""

from __future__ import annotations

import math
import tomllib
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streamdash.promptfile.writing import toml_text
from tests.fuzzing import examples

HOSTILE = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from(["\n", "\r", "\t", '"', "'", "\\", "\0", "\ufeff", "\u202e", "\x7f", "\x85"]),
    max_size=40,
)
QUOTES = st.text(st.sampled_from(["'", '"', "\\", "\n", "a"]), max_size=12)
VALUES = st.recursive(
    HOSTILE
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HOSTILE, inner, max_size=4),
    max_leaves=12,
)


@given(text=HOSTILE | QUOTES)
@example(text='"""')
@example(text='a\n"""')
@example(text='a\n"""""\\"')
@example(text="\n'''\"\"\"\\")
@example(text='ends in quotes\n""""')
@example(text="ends in a quote\nand a \\ backslash'")
@example(text="\r\n")
@example(text="\U000e0041 tag\n")
@examples(300)
def test_any_text_reads_back_from_a_line_and_from_a_block(text: str) -> None:
    line = toml_text.text(text)
    assert "\n" not in line
    assert tomllib.loads(f"x = {line}") == {"x": text}
    block = toml_text.block(text)
    assert tomllib.loads(f"x = {block}") == {"x": text}
    for written in (line, block):
        assert not set(written) & {"\r", "\0", "\ufeff", "\u202e", "\x1b", "\x85", "\x7f"}


@given(value=VALUES)
@examples(200)
def test_any_value_of_a_request_reads_back(value: object) -> None:
    assert tomllib.loads(f"x = {toml_text.value(value)}") == {"x": value}


@given(name=HOSTILE)
@examples(100)
def test_any_key_reads_back(name: str) -> None:
    assert tomllib.loads(f"{toml_text.key(name)} = 1") == {name: 1}


def test_a_text_of_several_lines_is_as_readable_as_it_can_be() -> None:
    assert toml_text.block("one\ntwo") == '"""\none\ntwo"""'
    assert toml_text.block("a \\d\n'b'!") == "'''\na \\d\n'b'!'''"
    assert toml_text.block("tab\tand \x1b\n") == '"""\ntab\tand \\u001B\n"""'
    assert toml_text.block("one line") == '"one line"'


def test_a_very_long_text_is_written_quickly() -> None:
    text = 'a"\\\n' * 250_000
    assert tomllib.loads(f"x = {toml_text.block(text)}") == {"x": text}


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, None, date(2024, 1, 1), b"x", "\ud800", {"k": None}]
)
def test_what_no_request_can_carry_is_refused(value: object) -> None:
    with pytest.raises(toml_text.UnwritableError, match=r"no |null"):
        toml_text.value(value)
