"""A provider without a server: its answers are scripts, or supplied event by event.

For tests of code that runs or shows streams. With `virtual_time`, waiting takes no time:

    async def work() -> Run:
        providers = ScriptedProviders({"lab": ScriptedProvider(answer("one ", "two"))})
        run = live_run(plan, providers, clock=virtual_clock)
        run.start()
        await run.wait()
        return run

    run = run_virtual(work())

The test supplies the answer of a provider without scripts, before or after its stream asks:

    providers["A"].say("one ")
    providers["A"].finish()
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamError
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

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from streamdash.streams.provider import AttemptContext, Provider
    from streamdash.streams.spec import Endpoint, StreamSpec

Step = tuple[float, "Event | StreamError"]
"""Seconds to wait, then the event to yield or the error to raise."""

HEADERS = Headers(200, "req-1", "text/event-stream")
STOP = Finish("stop", Status.DONE)
_CONNECTED = Connected(reused=False, connect_s=0.001)
_IDENTITY = Identity("chatcmpl-1", "m-1")


def answer(*texts: str, gap: float = 0.1, first: float = 0.5) -> list[Step]:
    """The script of a complete answer: headers, one delta per text, finish reason, marker.

    The first delta comes after `first` seconds, the others `gap` seconds apart.
    """
    steps: list[Step] = [(first / 2, HEADERS)]
    wait = first / 2
    for text in texts:
        steps += [(wait, Wire("chunk", text)), (0.0, Delta("answer", text))]
        wait = gap
    return [*steps, (0.0, STOP), (0.0, Terminal())]


class ScriptedProvider:
    """Plays the n-th script for the n-th attempt, and the last one for every attempt after it.

    Without any script it yields what `say` and the methods after it queue. `warm` raises
    `warm_error`, as a provider without a key does.
    """

    def __init__(self, *scripts: Sequence[Step], warm_error: StreamError | None = None) -> None:
        self._scripts = scripts
        self._warm_error = warm_error
        self.queued: asyncio.Queue[Event | StreamError | None] = asyncio.Queue()
        """Events supplied by the test and not yet yielded; None ends the connection."""
        self.requests: list[StreamSpec] = []
        """The spec of every attempt, oldest first."""
        self.open = 0
        """Attempts whose connection is open."""

    def say(self, text: str, channel: Channel = "answer") -> None:
        """Send a chunk with this text."""
        self.send(Wire("chat.completion.chunk", _chat_chunk(text)))
        self.send(Delta(channel, text))

    def send(self, event: Event) -> None:
        """Send any event."""
        self.queued.put_nowait(event)

    def finish(self, reason: str = "stop", outcome: Status = Status.DONE) -> None:
        """Complete the answer, with its usage, and close the connection."""
        self.send(Wire("chat.completion.chunk", _chat_chunk("", reason)))
        self.send(_IDENTITY)
        self.send(Finish(reason, outcome))
        self.send(Usage(input=5, output=7))
        self.send(Terminal())
        self.cut()

    def cut(self) -> None:
        """Close the connection without a finish reason."""
        self.queued.put_nowait(None)

    def fail(self, error: StreamError) -> None:
        """End the attempt with an error."""
        self.queued.put_nowait(error)

    async def warm(self) -> None:
        """See `Provider`."""
        if self._warm_error is not None:
            raise self._warm_error

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """See `Provider`."""
        self.requests.append(spec)
        if not self._scripts:
            return self._play_queue(exchange)
        return self.play(self._scripts[: len(self.requests)][-1], exchange)

    async def play(
        self, script: Sequence[Step], exchange: AttemptContext
    ) -> AsyncGenerator[Event, None]:
        """Play one script."""
        await exchange.ready()
        exchange.emit(Sent())
        self.open += 1
        try:
            for wait, event in script:
                if wait:
                    await asyncio.sleep(wait)
                if isinstance(event, StreamError):
                    raise event
                yield event
        finally:
            self.open -= 1

    async def _play_queue(self, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        await exchange.ready()
        exchange.emit(_CONNECTED)
        exchange.emit(Sent())
        self.open += 1
        try:
            yield HEADERS
            while (item := await self.queued.get()) is not None:
                if isinstance(item, StreamError):
                    raise item
                yield item
        finally:
            self.open -= 1

    async def aclose(self) -> None:
        """See `Provider`."""


class ScriptedProviders:
    """A `ProviderSource` that finds a provider by its endpoint's name, else by the stream's label.

    `scripted["A"]` is the provider for the label `A`, made at its first lookup.
    """

    def __init__(self, by_endpoint: Mapping[str, Provider] | None = None) -> None:
        self._by_endpoint = {} if by_endpoint is None else by_endpoint
        self.by_label: dict[str, ScriptedProvider] = {}
        self.closed = False

    def __getitem__(self, label: str) -> ScriptedProvider:
        return self.by_label.setdefault(label, ScriptedProvider())

    def provider(self, endpoint: Endpoint) -> Provider:
        """See `ProviderSource`."""
        return self._by_endpoint.get(endpoint.name, self)

    async def warm(self) -> None:
        """See `Provider`."""

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """See `Provider`."""
        return self[spec.label].stream(spec, exchange)

    async def aclose(self) -> None:
        """See `ProviderSource`."""
        self.closed = True


def _chat_chunk(text: str, finish: str | None = None) -> str:
    """One Chat Completions chunk, as JSON."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return json.dumps(
        {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m-1", "choices": [choice]}
    )
