"""A provider whose answers the test speaks, word by word."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from streamdash.streams.events import (
    Channel,
    Connected,
    Delta,
    Event,
    Finish,
    Headers,
    Identity,
    Sent,
    Status,
    Terminal,
    Usage,
    Wire,
)
from streamdash.streams.run import Run
from streamdash.streams.spec import Deadlines, Endpoint, RunPlan, StreamSpec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from streamdash.streams.errors import StreamError
    from streamdash.streams.provider import AttemptContext

ENDPOINT = Endpoint(name="lab", api="openai", base_url="http://127.0.0.1:1/v1")
DEMO_ENDPOINT = Endpoint(name="demo", api="openai", base_url="", demo=True)


def chat_chunk(text: str, finish: str | None = None) -> str:
    """One Chat Completions chunk."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return json.dumps(
        {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m-1", "choices": [choice]}
    )


class ScriptedStream:
    """The server's side of one stream: what is said here arrives there."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Event | StreamError | None] = asyncio.Queue()
        self.requests: list[StreamSpec] = []
        self.open = 0
        """Attempts that are being answered right now."""

    def send_text(self, text: str, channel: Channel = "answer") -> None:
        self.queue.put_nowait(Wire("chat.completion.chunk", chat_chunk(text)))
        self.queue.put_nowait(Delta(channel, text))

    def send(self, event: Event) -> None:
        self.queue.put_nowait(event)

    def finish(self, reason: str = "stop", outcome: Status = Status.DONE) -> None:
        self.queue.put_nowait(Wire("chat.completion.chunk", chat_chunk("", reason)))
        self.queue.put_nowait(Identity("chatcmpl-1", "m-1"))
        self.queue.put_nowait(Finish(reason, outcome))
        self.queue.put_nowait(Usage(input=5, output=7))
        self.queue.put_nowait(Terminal())
        self.queue.put_nowait(None)

    def cut(self) -> None:
        """Hang up without a word."""
        self.queue.put_nowait(None)

    def fail(self, error: StreamError) -> None:
        self.queue.put_nowait(error)


class ScriptedProvider:
    """All streams by label; provider and provider source in one."""

    def __init__(self) -> None:
        self.streams: dict[str, ScriptedStream] = {}
        self.closed = False

    def __getitem__(self, label: str) -> ScriptedStream:
        return self.streams.setdefault(label, ScriptedStream())

    def provider(self, endpoint: Endpoint) -> ScriptedProvider:
        return self

    async def warm(self) -> None:
        return

    async def stream(
        self, spec: StreamSpec, exchange: AttemptContext
    ) -> AsyncGenerator[Event, None]:
        stream = self[spec.label]
        stream.requests.append(spec)
        await exchange.ready()
        exchange.emit(Connected(reused=False, connect_s=0.001))
        exchange.emit(Sent())
        stream.open += 1
        try:
            yield Headers(200, "req-1", "text/event-stream")
            while (said := await stream.queue.get()) is not None:
                if isinstance(said, Exception):
                    raise said
                yield said
        finally:
            stream.open -= 1

    async def aclose(self) -> None:
        self.closed = True


def spec(label: str, *, demo: bool = False, prompted: bool = True, retries: int = 0) -> StreamSpec:
    """One stream's spec at the scripted endpoint."""
    messages: tuple[Mapping[str, object], ...] = ({"role": "user", "content": "hello"},)
    return StreamSpec(
        label=label,
        endpoint=DEMO_ENDPOINT if demo else ENDPOINT,
        model="m-1",
        messages=messages if prompted else (),
        deadlines=Deadlines(connect=0, ttft=0, stall=0, total=0),
        retries=retries,
    )


def scripted_run(
    *labels: str, demo: bool = False, prompted: bool = True, retries: int = 0
) -> tuple[Run, ScriptedProvider]:
    """A run of one stream a label, and the provider that answers it."""
    provider = ScriptedProvider()
    specs = tuple(spec(label, demo=demo, prompted=prompted, retries=retries) for label in labels)
    return Run(RunPlan(specs=specs, title="Test"), provider), provider
