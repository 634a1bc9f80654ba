"""The kind of error that an HTTP status stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.providers.errors.error_kinds import status_kind, status_retryable

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorKind


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
def test_a_status_has_a_kind_and_may_be_retryable(
    status: int, kind: ErrorKind, retried: bool
) -> None:
    assert status_kind(status) == kind
    assert status_retryable(status) is retried
