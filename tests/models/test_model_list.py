"""What endpoints answer when they are asked for their models, over real connections."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.demo.server import DemoServer
from streamdash.providers.model_list import list_models
from streamdash.providers.model_names import NotAListError, join, read_page
from streamdash.streams.errors import StreamError
from streamdash.streams.spec import APIS, Endpoint
from tests.fuzzing import examples
from tests.models.serving import Request, answer, openai_list, serving

if TYPE_CHECKING:
    from streamdash.streams.spec import Api

KEY = "sk-proj-abcdefghijklmnopqrstuv123456"
ENVIRON = {"LAB_KEY": KEY}
HOSTILE = ["\x1b[2J\x1b]0;title\x07", "a\u202eb", "nul\x00", "two\nlines", "\ud800", "x" * 300, "",
           "   ", " blank ", None, 7, {"id": "x"}, ["y"]]  # fmt: skip


def endpoint(base_url: str, api: Api = "openai", *, key_env: str | None = None) -> Endpoint:
    return Endpoint("lab", api, base_url, key_env=key_env, headers={"x-team": "blue"})


async def failure(lab: Endpoint, *, timeout_s: float | None = None) -> StreamError:
    with pytest.raises(StreamError) as raised:
        await list_models(lab, ENVIRON, timeout_s=timeout_s)
    return raised.value


@pytest.mark.parametrize("api", APIS)
async def test_the_models_of_each_dialect_are_listed(api: Api) -> None:
    async with DemoServer() as server:
        found = await list_models(endpoint(server.base_url(api), api, key_env="LAB_KEY"), ENVIRON)
        (request,) = server.requests
    assert {"echo", "slow", "thinker"} <= set(found.models)
    assert list(found.models) == sorted(found.models)
    assert (request.method, request.path) == ("GET", "/v1/models")
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["x-team"] == "blue"
    if api == "anthropic":
        assert headers["x-api-key"] == KEY
        assert headers["anthropic-version"] == "2023-06-01"
        assert "authorization" not in headers
    else:
        assert headers["authorization"] == f"Bearer {KEY}"
        assert "anthropic-version" not in headers


async def test_all_pages_of_anthropic_are_read() -> None:
    names = [f"claude-{number}" for number in range(1, 8)]

    def page(request: Request) -> bytes:
        after = request.query.get("after_id")
        start = names.index(after) + 1 if after else 0
        part = names[start : start + 3]
        return answer(
            {"data": [{"type": "model", "id": name} for name in part],
             "has_more": start + 3 < len(names), "last_id": part[-1]}
        )  # fmt: skip

    async with serving(page) as server:
        found = await list_models(endpoint(server.url, "anthropic"), {})
    assert list(found.models) == names
    assert [request.query.get("after_id") for request in server.requests] == [
        None,
        "claude-3",
        "claude-6",
    ]
    assert {request.query["limit"] for request in server.requests} == {"1000"}


@pytest.mark.fault("model lists", "endless pages")
@pytest.mark.parametrize("last_id", [None, "same", 7, "\x1b"])
async def test_pages_that_never_end_are_given_up(last_id: object) -> None:
    body = {"data": [{"id": "same"}], "has_more": True, "last_id": last_id}
    async with serving(answer(body)) as server:
        found = await list_models(endpoint(server.url, "anthropic"), {})
        assert found.models == ("same",)
        assert len(server.requests) == 2


@pytest.mark.fault("model lists", "hostile names")
async def test_five_thousand_names_are_listed_once_and_hostile_ones_left_out() -> None:
    names = [f"vendor/model-{number}" for number in range(5000)]
    async with serving(answer(openai_list([*names, *names[:9], *HOSTILE]))) as server:
        found = await list_models(endpoint(server.url), {})
    assert list(found.models) == names  # model-2 before model-10
    assert found.left_out == len(HOSTILE)


@pytest.mark.parametrize(
    ("body", "models"),
    [
        ([{"id": "b"}, {"id": "a"}], ("a", "b")),  # Together sends a bare list
        ({"object": "list", "data": None}, ()),  # Ollama without a model
        ({"data": []}, ()),
        ({"models": [{"name": "llama3:8b"}], "data": "?"}, ("llama3:8b",)),
        ({"data": ["plain", {"name": "named"}, {"model": "as-model"}]},
         ("as-model", "named", "plain")),
    ],
)  # fmt: skip
async def test_lists_of_other_shapes_are_read(body: object, models: tuple[str, ...]) -> None:
    async with serving(answer(body)) as server:
        assert (await list_models(endpoint(server.url), {})).models == models


WRONG = [
    (answer({"hello": 1}), "answers, but not with a list of models"),
    (answer({"data": {"id": "a"}}), "answers, but not with a list of models"),
    (answer(b"[" * 100_000), "answers, but not with a list of models"),
    (answer(b"\xff\xfe"), "answers, but not with a list of models"),
    (answer(b""), "answers, but not with a list of models"),
    (answer(b"<html><title>Sign in</title>", kind="text/html"), "answers with text/html: Sign in"),
    (answer({"error": {"message": "no such path"}}, status="404 Not Found"),
     "HTTP 404: no such path"),
    (answer({"error": {"message": f"bad key {KEY}"}}, status="401 Unauthorized"),
     "HTTP 401: bad key ***"),
    (answer(b"", status="204 No Content"), "HTTP 204: an answer without a body"),
    (answer(b"", status="307 Temporary Redirect", Location="http://127.0.0.1:1/?k=1"),
     "HTTP 307: the server redirects to http://127.0.0.1:1/"),
    (b"SSH-2.0-OpenSSH\r\n", "not an HTTP answer"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", "the connection ended in the middle"),
    (b"", "the server closed the connection without an answer"),
    (answer(gzip.compress(b"{}"), Content_Encoding="br"), "the body is compressed with 'br'"),
]  # fmt: skip


@pytest.mark.fault("model lists", "wrong answers")
@pytest.mark.parametrize("api", ["openai", "anthropic"])
@pytest.mark.parametrize(("reply", "sentence"), WRONG)
async def test_a_wrong_answer_is_one_sentence(api: Api, reply: bytes, sentence: str) -> None:
    async with serving(reply) as server:
        error = await failure(endpoint(server.url, api, key_env="LAB_KEY"))
    assert sentence in error.message
    assert "\n" not in error.message
    assert len(error.message) <= 301
    assert KEY not in error.message


@pytest.mark.fault("model lists", "slow answers")
@pytest.mark.parametrize(
    "reply", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"]
)
async def test_a_server_that_does_not_finish_is_given_up(reply: bytes) -> None:
    async with serving(reply, hangs=True) as server:
        error = await failure(endpoint(server.url), timeout_s=0.3)
    assert error.message == "does not list its models within 0.3 s"


@pytest.mark.fault("model lists", "huge answers")
async def test_a_list_without_end_is_not_read() -> None:
    body = b'{"data": [' + b'{"id": "a"}, ' * 1_000_000
    async with serving(answer(body)) as server:
        error = await failure(endpoint(server.url), timeout_s=20)
    assert error.message == "its list is longer than 8 MiB"


async def test_nothing_is_sent_without_the_key() -> None:
    async with serving(answer(openai_list(["a"]))) as server:
        lab = endpoint(server.url, key_env="OTHER_KEY")
        assert "OTHER_KEY is not set" in (await failure(lab)).message
        assert server.requests == []


async def test_no_answer_is_one_sentence() -> None:
    error = await failure(endpoint("http://127.0.0.1:9"))
    assert error.message == "127.0.0.1:9: Connection refused"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["data", "models", "id", "name", "has_more", "last_id"]), inner
        )
    ),
    max_leaves=20,
)


@given(json_values)
@examples(200)
def test_any_json_is_a_list_or_refused(value: object) -> None:
    try:
        found = join([read_page(json.dumps(value).encode())])
    except NotAListError:
        return
    assert all(name.isprintable() and name == name.strip() != "" for name in found.models)
    assert len(set(found.models)) == len(found.models)


async def test_the_list_comes_through_the_proxy_of_the_environment() -> None:
    async with serving(answer(openai_list(["far"]))) as proxy:
        lab = endpoint("http://models.example/v1")
        found = await list_models(lab, {"http_proxy": proxy.url})
        assert found.models == ("far",)
        assert proxy.requests[0].path == "/v1/models"
