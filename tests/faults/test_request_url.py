"""An error names the URL that was asked, and no secret in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.streams.redaction.request_url import shown_url, with_url
from streamdash.streams.spec import Deadlines
from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import DIALECTS
from tests.faults.framing import answered, streamed
from tests.faults.server import FaultServer
from tests.fuzzing import examples

if TYPE_CHECKING:
    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply

IDS = [dialect.api for dialect in DIALECTS]
PATHS = {
    "openai": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
    "anthropic": "/v1/messages",
}
REFUSALS: dict[str, Reply] = {
    "not found": answered(404, '{"error": {"message": "no such model"}}'),
    "a key that is wrong": answered(401, '{"error": {"message": "bad key"}}'),
    "plain words": answered(418, "a teapot", "text/plain"),
    "an empty error": answered(500, b""),
    "a page with status 200": answered(200, "<html><h1>Welcome</h1></html>", "text/html"),
    "a redirect": answered(302, b"", headers={"location": "http://u:pw@127.0.0.1:9/in?key=s3"}),
    "nothing at all": answered(204, b""),
}
pytestmark = pytest.mark.fault("wire", "an error does not say which URL was asked")


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_every_refusal_names_the_url(d: Dialect) -> None:
    with FaultServer({name: (reply,) for name, reply in REFUSALS.items()}) as server:
        endpoint = endpoint_at(d, server.url)
        states = await ended(*(asked(endpoint, name) for name in REFUSALS))
        wanted = server.url + PATHS[d.api]
    for state in states:
        error = state.error
        assert error is not None
        assert wanted in error.message, state.spec.label
        if error.message.startswith("HTTP"):
            assert error.message.startswith(f"HTTP {error.http_status or 204} from {wanted}: ")
        assert "pw" not in error.message
        assert "s3" not in error.message


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_whoever_does_not_answer_is_named_too(d: Dialect) -> None:
    nobody = endpoint_at(d, "http://127.0.0.1:9")
    with FaultServer({"mute": ()}) as server:
        silent = endpoint_at(d, server.url, name="silent")
        deadlines = Deadlines(connect=1, ttft=0.05, stall=0, total=0)
        states = await ended(asked(nobody, "m"), asked(silent, "mute", deadlines=deadlines))
        wanted = server.url + PATHS[d.api]
    refused, mute = (state.error for state in states)
    assert refused is not None
    assert mute is not None
    assert refused.message.endswith(f"(http://127.0.0.1:9{PATHS[d.api]})")
    assert wanted in mute.message


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_an_error_in_the_answer_keeps_the_servers_own_words(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.begin, d.fail("server_error", "it broke")),)}) as server:
        (state,) = await ended(asked(endpoint_at(d, server.url), "m"))
    assert state.error is not None
    assert state.error.message == "it broke"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://host/v1/chat/completions", "http://host/v1/chat/completions"),
        ("https://user:pw@host:8/v1", "https://host:8/v1"),
        ("https://h/v1?key=sk-1&api-version=2", "https://h/v1?key=***&api-version=***"),
        ("https://h/v1?sk-1&k=a;b", "https://h/v1?***&k=***"),
        ("https://h/#sk-1", "https://h/"),
        ("http://[::1]:8/v1", "http://[::1]:8/v1"),
        ("not a URL", ""),
        ("http://[broken", ""),
    ],
)
def test_a_url_is_shown_without_secrets(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_the_url_stands_behind_the_status() -> None:
    url = "http://host/v1/messages"
    assert with_url("HTTP 404: no", url) == f"HTTP 404 from {url}: no"
    assert with_url("host:80: refused", url) == f"host:80: refused ({url})"
    assert with_url(f"HTTP 404 from {url}: no", url) == f"HTTP 404 from {url}: no"
    assert with_url("no key", "") == "no key"


@examples(200)
@given(st.text(), st.text(st.characters(exclude_characters="/?#@[]\\"), min_size=1))
def test_no_password_and_no_value_is_ever_shown(rest: str, secret: str) -> None:
    for url in (f"http://u:{secret}-pw@h/{rest}", f"http://h/?k={secret.replace('&', '')}-pw"):
        assert "-pw" not in shown_url(url).removesuffix(rest)
