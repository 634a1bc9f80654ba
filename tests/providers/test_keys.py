"""Keys are read when needed, checked, and repeated by nobody."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from streamdash.providers.keys import Mask, Secret, read_key
from streamdash.streams.errors import StreamError
from streamdash.streams.spec import Endpoint

KEY = "sk-canary-0123456789abcdef"
LAB = Endpoint(name="lab", api="openai", base_url="http://127.0.0.1/v1", key_env="LAB_KEY")


def masking(*secrets: str) -> Mask:
    mask = Mask()
    for secret in secrets:
        mask.learn(Secret(secret))
    return mask


def test_a_secret_shows_itself_to_nobody_who_does_not_ask() -> None:
    secret = Secret(KEY)
    shown = f"{secret} {secret!r} {[secret]} {copy.deepcopy(secret)}"
    assert KEY not in shown
    assert KEY.encode() not in pickle.dumps(secret)
    assert secret.reveal() == KEY


def test_an_endpoint_without_a_key_variable_gets_no_key() -> None:
    keyless = Endpoint(name="local", api="openai", base_url="http://127.0.0.1/v1")
    assert read_key(keyless, {"OPENAI_API_KEY": KEY}) is None


def test_white_space_around_a_key_is_no_part_of_it() -> None:
    key = read_key(LAB, {"LAB_KEY": f" {KEY}\n"})
    assert key is not None
    assert key.reveal() == KEY


@pytest.mark.parametrize("environ", [{}, {"LAB_KEY": ""}, {"LAB_KEY": " \n"}])
def test_a_missing_key_is_told_by_its_variable(environ: dict[str, str]) -> None:
    with pytest.raises(StreamError, match="LAB_KEY is not set") as raised:
        read_key(LAB, environ)
    assert raised.value.kind == "auth"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("sk-one\nsk-two", "white space at position 7"),
        ("sk one", "white space at position 3"),
        ("sk-\u0430bc", "U+0430 at position 4"),
        ("sk-\x00abc", "U+0000 at position 4"),
        ("\u201csk-abc\u201d", "U+201C at position 1"),
    ],
)
def test_what_cannot_be_a_key_is_told_without_repeating_it(value: str, says: str) -> None:
    with pytest.raises(StreamError) as raised:
        read_key(LAB, {"LAB_KEY": value})
    assert says in raised.value.message
    assert value not in raised.value.message
    assert "abc" not in raised.value.message


def test_a_mask_blots_out_every_occurrence() -> None:
    mask = masking(KEY)
    assert mask(f"a {KEY} b{KEY}") == "a *** b***"
    assert mask("nothing to hide") == "nothing to hide"
    assert KEY not in repr(mask)


def test_a_key_inside_a_longer_key_leaves_no_ends_behind() -> None:
    mask = masking("sk-abcdef", "sk-abcdef-and-more")
    assert mask("sk-abcdef-and-more sk-abcdef") == "*** ***"


@pytest.mark.parametrize("escape", ["\\u003d", "\\/", "%3D"])
def test_a_key_written_with_escapes_is_blotted_out_where_it_matters(escape: str) -> None:
    mask = masking("sk-abcdefghijkl=/mnopqrstuvwx==")
    masked = mask(f"sk-abcdefghijkl{escape}{escape}mnopqrstuvwx{escape}")
    assert "abcdefghijkl" not in masked
    assert "mnopqrstuvwx" not in masked


def test_a_short_value_is_no_secret_worth_blotting_out_words_for() -> None:
    assert masking("lab")("a label") == "a label"


def test_headers_that_speak_of_secrets_are_blotted_out_and_others_are_not() -> None:
    mask = Mask()
    mask.learn_headers(
        {"Authorization": f"Bearer {KEY}", "x-team-token": "tokenvalue", "x-title": "Python"}
    )
    assert mask(json.dumps({"got": f"Bearer {KEY}"})) == '{"got": "***"}'
    assert mask(f"{KEY} tokenvalue Python") == "*** *** Python"
