"""An SDK's exception as a StreamError, with a time to wait and another form of the request."""

from __future__ import annotations

from email.utils import formatdate
from time import time

import httpx2
import pytest

from streamdash.providers.errors.sdk_errors import error_from_exception, retry_after_s
from streamdash.streams.errors import StreamError


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 3.5 "}, 3.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "3"}, 3.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({"retry-after": "Wed, 99 Oct 2015"}, None),
        ({"retry-after": "4233600"}, 4_233_600.0),
    ],
)
def test_retry_after_is_a_wait_or_nothing(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers) == wait_s


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_a_date_in_retry_after_is_a_wait_from_now(zone: str) -> None:
    date = formatdate(time() + 30, usegmt=True).replace("GMT", zone)
    wait_s = retry_after_s({"retry-after": date})
    assert wait_s is not None
    assert 28 < wait_s <= 30


def refused(status: int, text: str) -> StreamError:
    request = httpx2.Request("POST", "http://127.0.0.1/v1")
    response = httpx2.Response(status, text=text, request=request)
    return error_from_exception(httpx2.HTTPStatusError("no", request=request, response=response))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Unrecognized request argument supplied: stream_options", "no_stream_options"),
        ("'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
         "max_completion_tokens"),
        ("max_completion_tokens: Extra inputs are not permitted", "max_tokens"),
        ("max_tokens is too large: 99999", None),
        ("no such model", None),
        ('{"detail": [{"loc": ["messages"], "msg": "missing", "input": {"stream_options": {}}}]}',
         None),
    ],
)  # fmt: skip
def test_a_refusal_names_the_other_form(text: str, form: str | None) -> None:
    assert refused(400, text).form == form
    assert refused(500, text).form is None


def test_the_root_cause_is_reported_instead_of_its_wrapper() -> None:
    try:
        try:
            raise StreamError("dns", "no address for x")
        except StreamError as inner:
            raise RuntimeError("Connection error.") from inner
    except RuntimeError as outer:
        error = error_from_exception(outer)
    assert (error.kind, error.message) == ("dns", "no address for x")


def test_an_unexpected_exception_is_an_internal_error_with_its_name() -> None:
    error = error_from_exception(KeyError("odd"))
    assert (error.kind, error.message) == ("internal", "KeyError: 'odd'")


def test_a_secret_is_masked_before_a_body_is_cut() -> None:
    text = "x" * 290 + "sk-canary-0123456789"
    request = httpx2.Request("POST", "http://127.0.0.1/v1")
    response = httpx2.Response(500, text=text, request=request)
    error = error_from_exception(
        httpx2.HTTPStatusError("no", request=request, response=response),
        lambda text: text.replace("sk-canary-0123456789", "***"),
    )
    assert "canary" not in error.message
    assert "***" in error.message
