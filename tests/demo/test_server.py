"""The server's life: what it notes, how it keeps time, how it ends."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest

from streamdash.demo.script import Script, Step
from streamdash.demo.server import REQUESTS_KEPT, DemoServer
from tests.demo.conftest import anthropic_for, openai_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import openai

    from streamdash.demo.received import Received

ENDLESS = Script(steps=(Step(0, "answer", "on and"), Step(3600, "answer", " on")))
LIMIT_S = 5.0


class ManualClock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
async def endless() -> AsyncIterator[DemoServer]:
    async with DemoServer(scripts={"endless": ENDLESS}) as server:
        yield server


@asynccontextmanager
async def asking_endless(
    server: DemoServer,
) -> AsyncIterator[tuple[aiohttp.ClientResponse, Received]]:
    """A request in the middle of its answer, from both sides."""
    body = {"model": "endless", "input": "hello", "stream": True}
    async with (
        aiohttp.ClientSession(server.base_url("openai") + "/", trust_env=False) as session,
        session.post("responses", json=body) as response,
    ):
        async for line in response.content:
            if b"output_text.delta" in line:
                break
        yield response, server.requests[-1]


async def over(entry: Received) -> None:
    await asyncio.wait_for(entry.over.wait(), LIMIT_S)


async def test_base_urls_suit_the_sdks(server: DemoServer) -> None:
    root = server.base_url("anthropic")

    assert root.startswith("http://127.0.0.1:")
    assert server.base_url("openai") == server.base_url("openai-responses") == root + "/v1"


async def test_a_server_that_is_not_running_has_no_base_url() -> None:
    with pytest.raises(RuntimeError):
        DemoServer().base_url("openai")


async def test_the_log_keeps_what_was_asked_and_when(
    server: DemoServer, openai_client: openai.AsyncOpenAI
) -> None:
    before = time.monotonic()
    stream = await openai_client.chat.completions.create(
        model="echo",
        messages=[{"role": "user", "content": "héllo"}],
        stream=True,
        extra_headers={"X-Team": "lab"},
    )
    async for _ in stream:
        pass
    (entry,) = server.requests
    await over(entry)

    assert (entry.method, entry.path, entry.status) == ("POST", "/v1/chat/completions", 200)
    assert entry.headers["x-team"] == "lab"
    assert isinstance(entry.body, dict)
    assert entry.body["messages"] == [{"role": "user", "content": "héllo"}]
    assert stream.response.headers["x-request-id"] == entry.request_id
    assert entry.opened_at is not None
    assert entry.first_delta_at is not None
    assert entry.last_delta_at is not None
    assert entry.ended_at is not None
    assert (
        before
        <= entry.received_at
        <= entry.opened_at
        <= entry.first_delta_at
        <= entry.last_delta_at
        <= entry.ended_at
    )
    assert entry.closed_by_client_at is None


async def test_the_key_a_client_sends_is_not_in_the_entrys_repr(
    server: DemoServer, openai_client: openai.AsyncOpenAI
) -> None:
    await openai_client.responses.create(model="echo", input="hello")

    (entry,) = server.requests
    assert entry.headers["authorization"] == "Bearer demo"
    assert "Bearer" not in repr(entry)


async def test_the_log_is_bounded(server: DemoServer) -> None:
    async with aiohttp.ClientSession(trust_env=False) as session:
        for number in range(REQUESTS_KEPT + 5):
            async with session.get(f"{server.base_url('openai')}/{number}"):
                pass

    assert len(server.requests) == REQUESTS_KEPT
    assert server.requests[0].path == "/v1/5"


async def test_a_client_that_goes_is_noticed_at_once(endless: DemoServer) -> None:
    async with asking_endless(endless) as (response, entry):
        closed_at = time.monotonic()
        response.close()
        await over(entry)

    assert entry.closed_by_client_at is not None
    assert entry.closed_by_client_at - closed_at < 0.1
    assert entry.ended_at is None


async def test_a_client_that_goes_before_the_first_byte_is_noticed_too() -> None:
    silent = Script(opening_s=3600)
    async with DemoServer(scripts={"silent": silent}) as server:
        for index, stream in enumerate((True, False)):
            async with openai_for(server) as client:
                asking = asyncio.ensure_future(
                    client.responses.create(model="silent", input="hello", stream=stream)
                )
                entry = await asyncio.wait_for(server.request(index), LIMIT_S)
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asking
            await over(entry)
            assert entry.closed_by_client_at is not None
            assert entry.opened_at is None


async def test_a_client_that_has_heard_everything_did_not_close_early(
    server: DemoServer,
) -> None:
    async with (
        anthropic_for(server) as client,
        client.messages.stream(
            model="echo", max_tokens=99, messages=[{"role": "user", "content": "hello"}]
        ) as stream,
    ):
        async for event in stream:
            if event.type == "message_stop":
                break
    await over(server.requests[0])

    assert server.requests[0].closed_by_client_at is None
    assert server.requests[0].ended_at is not None


async def test_waits_follow_the_script_and_the_pace() -> None:
    clock = ManualClock()
    script = Script(
        opening_s=1.0, steps=(Step(2.0, "answer", "a"), Step(0.5, "ping"), Step(0.5, "answer", "b"))
    )
    async with (
        DemoServer(pace=0.5, sleep=clock.sleep, clock=clock, scripts={"s": script}) as server,
        openai_for(server) as client,
    ):
        async for _ in await client.responses.create(model="s", input="x", stream=True):
            pass
        await client.responses.create(model="s", input="x")
        streamed, whole = server.requests

    assert clock.slept == [0.5, 1.0, 0.25, 0.25, 2.0]
    assert (streamed.received_at, streamed.opened_at) == (100.0, 100.5)
    assert (streamed.first_delta_at, streamed.last_delta_at) == (101.5, 102.0)
    assert (whole.received_at, whole.opened_at) == (102.0, 104.0)


async def test_a_wait_that_took_too_long_shortens_the_next() -> None:
    clock = ManualClock()
    script = Script(steps=tuple(Step(1.0, "answer", text) for text in "abcd"))

    async def oversleep(seconds: float) -> None:
        await clock.sleep(seconds + (0.25 if seconds else 0))

    async with (
        DemoServer(sleep=oversleep, clock=clock, scripts={"s": script}) as server,
        openai_for(server) as client,
    ):
        async for _ in await client.responses.create(model="s", input="x", stream=True):
            pass
        (entry,) = server.requests

    assert entry.first_delta_at == 101.25
    assert entry.last_delta_at == 104.25


async def test_each_event_leaves_as_a_chunk_of_its_own() -> None:
    script = Script(steps=tuple(Step(0, "answer", text) for text in "abc"))
    body = {"model": "s", "messages": [{"role": "user", "content": "x"}], "stream": True}
    events, held = [], b""
    async with (
        DemoServer(pace=0, scripts={"s": script}) as server,
        aiohttp.ClientSession(server.base_url("openai") + "/", trust_env=False) as session,
        session.post("chat/completions", json=body) as response,
    ):
        assert response.headers["transfer-encoding"] == "chunked"
        assert response.headers["content-type"].startswith("text/event-stream")
        async for data, ends_chunk in response.content.iter_chunks():
            held += data
            if ends_chunk:
                events.append(held)
                held = b""

    assert len(events) == 6
    assert all(event.startswith(b"data: ") and event.endswith(b"}\n\n") for event in events[:-1])
    assert events[-1] == b"data: [DONE]\n\n"


async def test_a_client_of_http_1_0_is_answered_until_the_connection_closes(
    server: DemoServer,
) -> None:
    body = b'{"model":"echo","input":"hello","stream":true}'
    port = int(server.base_url("anthropic").rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/responses HTTP/1.0\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    answer = await asyncio.wait_for(reader.read(), LIMIT_S)
    writer.close()
    await writer.wait_closed()

    assert b"chunked" not in answer.lower()
    assert b"response.completed" in answer


async def test_what_is_not_http_costs_only_its_own_connection(
    server: DemoServer, openai_client: openai.AsyncOpenAI, capfd: pytest.CaptureFixture[str]
) -> None:
    port = int(server.base_url("anthropic").rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
    assert b" 400 " in await asyncio.wait_for(reader.read(), LIMIT_S)
    writer.close()
    await writer.wait_closed()

    response = await openai_client.responses.create(model="echo", input="hello")
    assert response.output_text == "hello"
    assert capfd.readouterr() == ("", "")


async def test_closing_breaks_off_live_answers_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    server = DemoServer(scripts={"endless": ENDLESS})
    await server.start()
    async with AsyncExitStack() as clients:
        for _ in range(8):
            await clients.enter_async_context(asking_endless(server))
        begun = time.monotonic()
        await server.aclose()
        took = time.monotonic() - begun
        left = asyncio.all_tasks() - before

    assert took < 0.5
    assert left == set()
    assert all(entry.over.is_set() for entry in server.requests)
    assert all(entry.closed_by_client_at is None for entry in server.requests)


async def test_closing_does_not_wait_for_a_client_that_does_not_read() -> None:
    flood = Script(steps=tuple(Step(0, "answer", "x" * 100_000) for _ in range(200)))
    server = DemoServer(pace=0, scripts={"flood": flood})
    await server.start()
    body = b'{"model":"flood","input":"hello","stream":true}'
    with socket.socket() as deaf:
        deaf.setblocking(False)
        port = int(server.base_url("anthropic").rpartition(":")[2])
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", port))
        head = b"POST /v1/responses HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
        await loop.sock_sendall(deaf, head % len(body) + body)
        entry = await asyncio.wait_for(server.request(0), LIMIT_S)
        await asyncio.wait_for(entry.begun.wait(), LIMIT_S)
        begun = time.monotonic()
        await server.aclose()
        took = time.monotonic() - begun

    assert took < 0.5
    assert entry.ended_at is None


async def test_closing_twice_or_before_the_start_does_nothing() -> None:
    server = DemoServer()
    await server.aclose()
    await server.start()
    await server.aclose()
    await server.aclose()


async def test_a_closed_server_takes_no_more_connections() -> None:
    server = DemoServer()
    await server.start()
    port = int(server.base_url("anthropic").rpartition(":")[2])
    await server.aclose()

    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_an_error_and_leaves_nothing_open(server: DemoServer) -> None:
    port = int(server.base_url("anthropic").rpartition(":")[2])

    with pytest.raises(OSError, match="address already in use"):
        await DemoServer(port=port).start()


async def test_streams_side_by_side_do_not_disturb_each_other(
    openai_client: openai.AsyncOpenAI,
) -> None:
    async def echoed(text: str) -> str:
        return (await openai_client.responses.create(model="echo", input=text)).output_text

    texts = [f"stream {number} " * number for number in range(24)]
    assert await asyncio.gather(*map(echoed, texts)) == texts
