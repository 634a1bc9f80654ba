"""Requests that the server refuses, and its errors in each dialect."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import aiohttp
import anthropic
import openai
import pytest

from streamdash.demo.script import Rejection, Script, Step
from streamdash.demo.server import BODY_LIMIT, DemoServer
from tests.demo.conftest import anthropic_for, openai_for

if TYPE_CHECKING:
    from collections.abc import Mapping

CHAT, RESPONSES, MESSAGES = "/v1/chat/completions", "/v1/responses", "/v1/messages"
HELLO = [{"role": "user", "content": "hello"}]


async def answer_to(
    server: DemoServer,
    path: str,
    body: object = None,
    *,
    raw: bytes | None = None,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, object]]:
    url = server.base_url("anthropic") + path
    async with aiohttp.ClientSession(trust_env=False) as session:
        if raw is None:
            sent = session.request(method, url, json=body, headers=headers)
        else:
            sent = session.request(method, url, data=BytesIO(raw), headers=headers)
        async with sent as response:
            assert response.content_type == "application/json"
            return response.status, await response.json()


async def test_an_unknown_model_is_not_found(
    openai_client: openai.AsyncOpenAI, anthropic_client: anthropic.AsyncAnthropic
) -> None:
    with pytest.raises(openai.NotFoundError) as chat:
        await openai_client.chat.completions.create(
            model="nobody", messages=[{"role": "user", "content": "hello"}]
        )
    with pytest.raises(openai.NotFoundError) as responses:
        await openai_client.responses.create(model="nobody", input="hello", stream=True)
    with pytest.raises(anthropic.NotFoundError) as messages:
        await anthropic_client.messages.create(
            model="nobody", max_tokens=9, messages=[{"role": "user", "content": "hello"}]
        )

    for told in (chat.value, responses.value):
        assert "nobody" in told.message
        assert (told.code, told.param) == ("model_not_found", "model")
        assert told.request_id
    assert messages.value.type == "not_found_error"
    assert "nobody" in messages.value.message
    assert messages.value.request_id


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        (CHAT, {"messages": HELLO}, "model"),
        (CHAT, {"model": "", "messages": HELLO}, "model"),
        (CHAT, {"model": "quick"}, "messages"),
        (CHAT, {"model": "quick", "messages": []}, "messages"),
        (CHAT, {"model": "quick", "messages": HELLO, "max_tokens": 0}, "max_tokens"),
        (CHAT, {"model": "quick", "messages": HELLO, "max_tokens": True}, "max_tokens"),
        (RESPONSES, {"input": "hello"}, "model"),
        (RESPONSES, {"model": "quick"}, "input"),
        (RESPONSES, {"model": "quick", "input": []}, "input"),
        (
            RESPONSES,
            {"model": "quick", "input": "x", "max_output_tokens": "9"},
            "max_output_tokens",
        ),
    ],
)
async def test_an_openai_request_without_a_required_key_is_refused_and_the_key_named(
    server: DemoServer, path: str, body: object, names: str
) -> None:
    status, told = await answer_to(server, path, body)

    error = told["error"]
    assert status == 400
    assert isinstance(error, dict)
    assert error["type"] == "invalid_request_error"
    assert error["param"] == names
    assert names in error["message"]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"max_tokens": 9, "messages": HELLO}, "model"),
        ({"model": "quick", "messages": HELLO}, "max_tokens"),
        ({"model": "quick", "messages": HELLO, "max_tokens": -1}, "max_tokens"),
        ({"model": "quick", "max_tokens": 9}, "messages"),
    ],
)
async def test_an_anthropic_request_without_a_required_key_is_refused_and_the_key_named(
    server: DemoServer, body: object, names: str
) -> None:
    status, told = await answer_to(server, MESSAGES, body)

    error = told["error"]
    assert status == 400
    assert told["type"] == "error"
    assert told["request_id"] == server.requests[0].request_id
    assert isinstance(error, dict)
    assert error["type"] == "invalid_request_error"
    assert names in error["message"]


@pytest.mark.parametrize("path", [CHAT, RESPONSES, MESSAGES])
@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 200_000, b"9" * 10_000]
)
async def test_a_body_that_is_not_a_json_object_is_refused(
    server: DemoServer, path: str, raw: bytes
) -> None:
    status, told = await answer_to(server, path, raw=raw)

    assert status == 400
    assert "JSON" in str(told["error"])


@pytest.mark.parametrize(
    "messages",
    [
        [None],
        ["hello"],
        [{"role": "user"}],
        [{"role": "user", "content": 7}],
        [{"role": "user", "content": [{"type": "image"}, 3, {"text": None}]}],
    ],
)
async def test_messages_of_an_odd_shape_count_as_empty(
    server: DemoServer, messages: object
) -> None:
    body = {"model": "echo", "messages": messages, "input": messages, "max_tokens": 9}

    for path in (CHAT, MESSAGES):
        status, _ = await answer_to(server, path, body)
        assert status == 200
    assert server.requests[-1].deltas == 0


MESSAGE = {"type": "message", "role": "assistant"}


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"role": "assistant", "content": "hello"}, "Cannot determine type of 'item'"),
        ({"role": "assistant", "content": [{"type": "output_text", "text": "a"}]}, "item"),
        ({**MESSAGE, "content": [{"type": "input_text", "text": "a"}]}, "'output_text', 'refusal'"),
        ({**MESSAGE, "content": [{"type": "text", "text": "a"}]}, "'output_text', 'refusal'"),
        ({**MESSAGE, "content": 7}, "content"),
        ({"role": "user"}, "content"),
        ({"role": "user", "content": []}, "content"),
        ({"role": "user", "content": [{"type": "output_text", "text": "a"}]}, "'input_text'"),
        ({"role": "user", "content": [{"type": "input_text"}]}, "content[0].text"),
        ({"role": "tool", "content": "4", "tool_call_id": "c"}, "role"),
        ({"type": "function_call_output", "output": "4"}, "call_id"),
        ({"type": "function_call", "arguments": {}}, "arguments"),
        ("hello", "object"),
        (None, "object"),
    ],
)
async def test_input_items_that_a_strict_server_refuses(
    server: DemoServer, item: object, said: str
) -> None:
    body = {"model": "echo", "input": [*HELLO, item]}

    status, told = await answer_to(server, RESPONSES, body)

    assert status == 400
    assert said in str(told["error"])


async def test_a_body_beyond_the_limit_is_too_large(server: DemoServer) -> None:
    status, told = await answer_to(server, MESSAGES, raw=b"x" * (BODY_LIMIT + 1))

    assert status == 413
    assert "request_too_large" in str(told["error"])


async def test_other_paths_and_methods_are_refused_in_the_dialect_that_asks(
    server: DemoServer,
) -> None:
    status, told = await answer_to(server, "/v1/nothing", {})
    assert status == 404
    assert "/v1/nothing" in str(told["error"])

    status, told = await answer_to(
        server, "/v1/nothing", {}, headers={"anthropic-version": "2023-06-01"}
    )
    assert (status, told["type"]) == (404, "error")

    status, told = await answer_to(server, CHAT, method="GET")
    assert status == 405


async def test_both_sdks_can_list_the_models(
    openai_client: openai.AsyncOpenAI, anthropic_client: anthropic.AsyncAnthropic
) -> None:
    named = [model.id async for model in openai_client.models.list()]
    listed = [model async for model in anthropic_client.models.list()]

    assert {"quick", "slow", "thinker", "bursty", "long", "code"} <= set(named)
    assert [model.id for model in listed] == named
    assert all(model.display_name and model.created_at.year == 2025 for model in listed)


async def test_a_scripted_rejection_comes_with_its_status_and_headers() -> None:
    busy = Script(rejection=Rejection(429, "Slow down.", headers={"retry-after": "7"}))
    full = Script(rejection=Rejection(529, "Overloaded."))
    async with DemoServer(pace=0, scripts={"busy": busy, "full": full}) as server:
        async with openai_for(server) as client:
            with pytest.raises(openai.RateLimitError) as limited:
                await client.responses.create(model="busy", input="hello", stream=True)
        async with anthropic_for(server) as other:
            with pytest.raises(anthropic.APIStatusError) as overloaded:
                await other.messages.create(
                    model="full", max_tokens=9, messages=[{"role": "user", "content": "hello"}]
                )

    assert limited.value.response.headers["retry-after"] == "7"
    assert "Slow down." in limited.value.message
    assert overloaded.value.status_code == 529
    assert overloaded.value.type == "overloaded_error"


async def test_a_sequence_of_scripts_gives_one_per_request() -> None:
    row = [
        Script(rejection=Rejection(503, "Not yet.")),
        Script(steps=(Step(0, "answer", "first"),)),
        Script(steps=(Step(0, "answer", "later"),)),
    ]
    async with DemoServer(pace=0, scripts={"row": row}) as server, openai_for(server) as client:
        with pytest.raises(openai.InternalServerError):
            await client.responses.create(model="row", input="hello")
        answers = [await client.responses.create(model="row", input="hello") for _ in range(3)]
    texts = [answer.output_text for answer in answers]

    assert texts == ["first", "later", "later"]
