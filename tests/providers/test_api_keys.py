"""Reading and checking keys, and masking them."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.api_keys import Mask, Secret, read_key
from streamdash.streams.errors import StreamError
from streamdash.streams.redaction.secrets import is_recognisable
from streamdash.streams.spec import Endpoint

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorKind

KEY = "sk-canary-0123456789abcdef"
LAB = Endpoint(name="lab", api="openai", base_url="http://127.0.0.1/v1", key_env="LAB_KEY")


def masking(*secrets: str) -> Mask:
    mask = Mask()
    for secret in secrets:
        mask.learn(Secret(secret))
    return mask


def test_a_secret_is_shown_only_by_reveal() -> None:
    secret = Secret(KEY)
    shown = f"{secret} {secret!r} {[secret]} {copy.deepcopy(secret)}"
    assert KEY not in shown
    assert KEY.encode() not in pickle.dumps(secret)
    assert secret.reveal() == KEY


def test_an_endpoint_without_a_key_variable_gets_no_key() -> None:
    keyless = Endpoint(name="local", api="openai", base_url="http://127.0.0.1/v1")
    assert read_key(keyless, {"OPENAI_API_KEY": KEY}) is None


def test_white_space_around_a_key_is_removed() -> None:
    key = read_key(LAB, {"LAB_KEY": f" {KEY}\n"})
    assert key is not None
    assert key.reveal() == KEY


@pytest.mark.parametrize("environ", [{}, {"LAB_KEY": ""}, {"LAB_KEY": " \n"}])
def test_a_missing_key_is_reported_with_its_variable(environ: dict[str, str]) -> None:
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
def test_an_impossible_key_is_reported_without_repeating_it(value: str, says: str) -> None:
    with pytest.raises(StreamError) as raised:
        read_key(LAB, {"LAB_KEY": value})
    assert says in raised.value.message
    assert value not in raised.value.message
    assert "abc" not in raised.value.message


def test_a_mask_replaces_every_occurrence() -> None:
    mask = masking(KEY)
    assert mask(f"a {KEY} b{KEY}") == "a *** b***"
    assert mask("nothing to hide") == "nothing to hide"
    assert KEY not in repr(mask)


def test_a_key_inside_a_longer_key_leaves_nothing_of_the_longer_one() -> None:
    mask = masking("sk-ab12cdef34567", "sk-ab12cdef34567-and-more")
    assert mask("sk-ab12cdef34567-and-more sk-ab12cdef34567") == "*** ***"


@pytest.mark.parametrize("escape", ["\\u003d", "%3D", "%3d"])
def test_a_key_written_with_escapes_is_masked(escape: str) -> None:
    mask = masking("sk-4bcdefghijkl==mnopqrstuvw9=")
    masked = mask(f"sk-4bcdefghijkl{escape}{escape}mnopqrstuvw9{escape}")
    assert "bcdefghijkl" not in masked
    assert "mnopqrstuvw" not in masked


def test_a_short_value_is_not_masked_in_other_words() -> None:
    assert masking("lab")("a label") == "a label"


@pytest.mark.parametrize(
    ("key", "kind", "message", "says"),
    [
        ("ollama", "auth", "HTTP 401: bad key: ollama", "HTTP 401: bad key: ***"),
        ("ollama", "auth", "HTTP 403: 'ollama'", "HTTP 403: '***'"),
        ("sk-1", "bad_request", "token sk-1 is no sk-10", "token *** is no sk-10"),
        ("ollama", "not_found", "model ollama/x not found", "model ollama/x not found"),
        ("401", "auth", "HTTP 401: wrong", "HTTP 401: wrong"),
        ("key", "auth", "Incorrect API key", "Incorrect API key"),
        ("no", "auth", "no key", "no key"),
        (KEY, "server", f"at {KEY[:14]}… ", "at ***… "),
        (KEY, "server", "sk-canary", "sk-canary"),
    ],
)
def test_an_error_repeats_no_key_and_keeps_its_other_words(
    key: str, kind: ErrorKind, message: str, says: str
) -> None:
    assert masking(key).message(StreamError(kind, message)) == says


@pytest.mark.parametrize(
    "text",
    [
        "ollama", "anything", "default", "unused", "length", "sk-1", "test", "none", "EMPTY",
        "not-needed", "lm-studio", "sk-no-key-required", "no-key-required", "your-api-key-here",
        "internationalization", "chat.completion.chunk", "response.output_text.delta",
        "claude-sonnet-4-5-20250929", "gpt-4o-mini-2024-07-18", "llama-3.1-8b-instruct",
        "http://127.0.0.1:11434/v1", "NotNeededForALocalServer", "sk-1234", "content_filter",
        "2025-04-01-preview", "text/event-stream", "placeholder-for-local-use-only",
    ],
)  # fmt: skip
def test_a_word_is_not_a_recognisable_key(text: str) -> None:
    assert not is_recognisable(text)
    assert not masking(text).secrets


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8x", "sk-ant-api03-0aB1cD2eF3gH", "gsk_a1b2c3d4e5f6g7h8",
        "AIzaSyD-1a2B3c4D5e6F7g8H9i0JkLmN", "550e8400-e29b-41d4-a716-446655440000",
        "0123456789abcdef0123456789abcdef", "kJhGfDsAqWeRtYuIoPzX", "team-canary-55aa31",
        "qwkdjfhqpwoeirutylaksjdhfgmznxbcvq", "4111111111111111",
    ],
)  # fmt: skip
def test_a_real_providers_key_is_recognisable(text: str) -> None:
    assert is_recognisable(text)
    assert masking(text).secrets.hide(f"({text})") == f"({text[:3]}{'*' * (len(text) - 3)})"


def test_only_headers_that_may_be_secret_are_masked() -> None:
    mask = Mask()
    mask.learn_headers(
        {"Authorization": f"Bearer {KEY}", "x-team-token": "team-0aa1bb2cc3dd", "x-title": "Python"}
    )
    assert mask(json.dumps({"got": f"Bearer {KEY}"})) == '{"got": "Bearer ***"}'
    assert mask(f"{KEY} team-0aa1bb2cc3dd Python") == "*** *** Python"
