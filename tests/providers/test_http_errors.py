"""What a server says of a failure, as one kind, one sentence and a time to wait."""

from __future__ import annotations

from email.utils import formatdate
from time import perf_counter, time

import httpx2
import pytest

from streamdash.providers.http_errors import (
    error_message,
    explain_body,
    failure,
    retry_after_s,
    stream_error,
)
from streamdash.providers.wire.error_kinds import status_kind, status_retryable
from streamdash.streams.errors import ErrorKind, StreamError


@pytest.mark.parametrize(
    ("status", "kind", "retried"),
    [
        (400, "bad_request", False),
        (401, "auth", False),
        (402, "auth", False),
        (403, "auth", False),
        (404, "not_found", False),
        (408, "server", True),
        (409, "server", True),
        (413, "bad_request", False),
        (418, "bad_request", False),
        (422, "bad_request", False),
        (429, "rate_limit", True),
        (500, "server", True),
        (503, "server", True),
        (529, "overloaded", True),
        (599, "server", True),
    ],
)
def test_a_status_has_a_kind_and_may_be_worth_another_attempt(
    status: int, kind: ErrorKind, retried: bool
) -> None:
    assert status_kind(status) == kind
    assert status_retryable(status) is retried


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"error": {"message": "no"}}, "no"),
        ({"error": "no"}, "no"),
        ({"message": "no"}, "no"),
        ({"detail": "no"}, "no"),
        ({"object": "error", "message": "no", "code": 400}, "no"),
        ({"type": "error", "error": {"type": "x", "message": "no"}}, "no"),
        ({"detail": [{"loc": ["body", "top_p"], "msg": "too big", "input": 7}]},
         "body.top_p: too big"),
        ({"detail": [{"msg": "one"}, {"msg": "two"}]}, "one; two"),
        ({"message": {"detail": [{"loc": ["body", 0], "msg": "no"}]}}, "body.0: no"),
        ({"error": {"message": "no", "metadata": {"raw": "up\nstream"}}}, "no (up stream)"),
        ({"error": {}}, None),
        ({"error": None, "choices": []}, None),
        ([], None),
        ("no", None),
        (None, None),
    ],
)  # fmt: skip
def test_the_sentence_of_an_error_object_is_found(body: object, sentence: str | None) -> None:
    assert error_message(body) == sentence


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b"plain  words\n here", "plain words here"),
        (b'{"error": {"message": "no"}}', "no"),
        (b'{"ok": 1}', '{"ok": 1}'),
        (b"<html><style>x{}</style><h1>Bad &amp; worse</h1><script>y()</script>", "Bad & worse"),
        (b"<html><script>never closed", "the body is empty"),
        (b"a < b", "a < b"),
        (b"\xff\xfe words", "\ufffd\ufffd words"),
        (b"[" * 50_000, "[" * 300 + "…"),
    ],
)
def test_a_body_of_the_wrong_kind_is_told_in_one_line(body: bytes, said: str) -> None:
    assert explain_body(body) == said


def test_a_page_made_to_be_slow_to_read_is_read_at_once() -> None:
    started = perf_counter()
    explain_body(b"<html>" + b"<script>" * 8_000)
    explain_body(b"<html>" + b"<" * 64_000)
    assert perf_counter() - started < 0.2


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ({"error": {"type": "overloaded_error"}}, "overloaded", None),
        ({"error": {"code": 502, "message": "x"}}, "server", 502),
        ({"error": {"code": "429"}}, "rate_limit", 429),
        ({"error": {"status": 404}}, "not_found", 404),
        ({"error": {"code": True}}, "server", None),
        ({"error": {"code": "invalid_api_key"}}, "auth", None),
        ({"error": {"type": "insufficient_quota"}}, "rate_limit", None),
        ({"error": {"code": "context_length_exceeded"}}, "bad_request", None),
        ({"object": "error", "code": 400}, "bad_request", 400),
        ({"error": ["odd"]}, "server", None),
        ("odd", "server", None),
        (None, "server", None),
    ],
)
def test_an_error_object_in_a_stream_has_a_kind(
    body: object, kind: ErrorKind, status: int | None
) -> None:
    error = stream_error(body)
    assert (error.kind, error.http_status) == (kind, status)
    assert error.message


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
    return failure(httpx2.HTTPStatusError("no", request=request, response=response))


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
def test_a_refused_spelling_names_the_other_one(text: str, form: str | None) -> None:
    assert refused(400, text).form == form
    assert refused(500, text).form is None


def test_the_root_cause_is_told_not_the_wrapping() -> None:
    try:
        try:
            raise StreamError("dns", "no address for x")
        except StreamError as inner:
            raise RuntimeError("Connection error.") from inner
    except RuntimeError as outer:
        error = failure(outer)
    assert (error.kind, error.message) == ("dns", "no address for x")


def test_a_surprise_is_an_internal_error_with_its_name() -> None:
    error = failure(KeyError("odd"))
    assert (error.kind, error.message) == ("internal", "KeyError: 'odd'")


def test_a_secret_is_blotted_out_before_a_body_is_cut() -> None:
    text = "x" * 290 + "sk-canary-0123456789"
    request = httpx2.Request("POST", "http://127.0.0.1/v1")
    response = httpx2.Response(500, text=text, request=request)
    error = failure(
        httpx2.HTTPStatusError("no", request=request, response=response),
        lambda said: said.replace("sk-canary-0123456789", "***"),
    )
    assert "canary" not in error.message
    assert "***" in error.message
