"""A provider that says what its script says, when it says it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamError
from streamdash.streams.events import (
    Delta,
    Event,
    Finish,
    Headers,
    Sent,
    Status,
    Terminal,
    Wire,
)
from streamdash.streams.spec import Endpoint, StreamSpec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from streamdash.streams.provider import AttemptContext, Provider

Step = tuple[float, "Event | StreamError"]
"""Seconds to wait, then what happens."""

HEADERS = Headers(200, "req-1", "text/event-stream")
STOP = Finish("stop", Status.DONE)

ENDPOINT = Endpoint(name="lab", api="openai", base_url="http://127.0.0.1:1/v1")
SPEC = StreamSpec(
    label="A", endpoint=ENDPOINT, model="m", messages=({"role": "user", "content": "Hello"},)
)


def spec(label: str = "A", **changes: object) -> StreamSpec:
    """A stream spec with this label; each label gets an endpoint, and so a script, of its own."""
    endpoint = ENDPOINT._replace(name=label)
    return SPEC._replace(label=label, endpoint=endpoint, **changes)  # type: ignore[arg-type]


def spoken(*texts: str, gap: float = 0.1, first: float = 0.5) -> list[Step]:
    """A healthy answer: headers, one delta a text, the finish reason, the marker."""
    steps: list[Step] = [(first / 2, HEADERS)]
    wait = first / 2
    for text in texts:
        steps += [(wait, Wire("chunk", text)), (0.0, Delta("answer", text))]
        wait = gap
    return [*steps, (0.0, STOP), (0.0, Terminal())]


class Scripted:
    """Plays one script an attempt; the last one again for every attempt after it."""

    def __init__(self, *attempts: Sequence[Step], warm: StreamError | None = None) -> None:
        self._attempts = attempts
        self._warm = warm
        self.made = 0
        self.live = 0
        """Attempts whose connection is open."""

    async def warm(self) -> None:
        if self._warm is not None:
            raise self._warm

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        steps = self._attempts[min(self.made, len(self._attempts) - 1)]
        self.made += 1
        return self._play(steps, exchange)

    async def _play(
        self, steps: Sequence[Step], exchange: AttemptContext
    ) -> AsyncGenerator[Event, None]:
        self.live += 1
        try:
            await exchange.ready()
            exchange.emit(Sent())
            for wait, event in steps:
                if wait:
                    await asyncio.sleep(wait)
                if isinstance(event, StreamError):
                    raise event
                yield event
        finally:
            self.live -= 1

    async def aclose(self) -> None:
        pass


class ScriptedSource:
    """Providers by endpoint name."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self.closed = False

    def provider(self, endpoint: Endpoint) -> Provider:
        return self._providers[endpoint.name]

    async def aclose(self) -> None:
        self.closed = True
