"""The server may close an idle connection at any moment."""

from __future__ import annotations

import asyncio

from streamdash.providers.registry import Providers
from streamdash.streams.events import Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import Endpoint, RunPlan, StreamSpec

ANSWER = (
    b'data: {"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}]}\n\n'
    b"data: [DONE]\n\n"
)
RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n%s" % (
    len(ANSWER),
    ANSWER,
)


async def test_a_request_on_a_closed_connection_is_sent_again() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(RESPONSE)
        # read the next request over this connection and close without an answer
        await reader.readuntil(b"messages")
        await reader.readuntil(b"POST")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    endpoint = Endpoint(name="lab", api="openai", base_url=f"http://127.0.0.1:{port}/v1")
    spec = StreamSpec(
        label="A",
        endpoint=endpoint,
        model="m",
        messages=({"role": "user", "content": "Hello"},),
        retries=0,
    )
    run = live_run(RunPlan(specs=(spec,), repeat=3), Providers({}))
    run.start()
    await run.wait()
    await run.drain()
    server.close()
    states = [*run.past[0], run.states[0]]
    assert [(state.status, state.attempts) for state in states] == [(Status.DONE, 1)] * 3
    assert [state.text.value() for state in states] == ["hello"] * 3
    assert connections == 3
    assert all(state.connected is not None and not state.connected.reused for state in states)
