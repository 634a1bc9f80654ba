"""The kind and the message that a server's error object, page or plain words give."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.errors.error_messages import (
    error_from_object,
    error_message,
    explain_body,
)

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorKind


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
def test_the_message_of_an_error_object_is_found(body: object, sentence: str | None) -> None:
    assert error_message(body) == sentence


@pytest.mark.parametrize(
    ("body", "shown"),
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
def test_a_body_of_the_wrong_kind_is_shown_on_one_line(body: bytes, shown: str) -> None:
    assert explain_body(body) == shown


def test_a_page_that_is_slow_to_search_is_read_quickly() -> None:
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
    error = error_from_object(body)
    assert (error.kind, error.http_status) == (kind, status)
    assert error.message
