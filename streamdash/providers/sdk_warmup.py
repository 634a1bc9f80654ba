"""Prepares an SDK: the first request imports many modules, which no stream's clock should pay."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from typing import TYPE_CHECKING, Protocol

import httpx2

from streamdash.streams.provider import AttemptContext
from streamdash.streams.spec import Endpoint, StreamSpec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from streamdash.streams.events import Event

    NewProvider = Callable[[Endpoint, Mapping[str, str]], "ConnectableProvider"]
    """The class of a dialect's provider."""


class ConnectableProvider(Protocol):
    """A provider that sends through a given HTTP client."""

    def connect(self, http_client: httpx2.AsyncClient) -> object: ...

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]: ...


def silence(sdk: str) -> None:
    """Keep an SDK's log and warnings off the screen, whatever `OPENAI_LOG` says."""
    for name in (sdk, "httpx2", "httpcore2"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    warnings.filterwarnings("ignore", "The model '.*' is deprecated", DeprecationWarning)


def rehearse(dialect: NewProvider) -> None:
    """Send one request through the SDK and back in memory, unless that was done before."""
    with _lock:
        if dialect not in _rehearsed:
            asyncio.run(_send_in_memory(dialect))
            _rehearsed.add(dialect)


_rehearsed: set[NewProvider] = set()
_lock = threading.Lock()
_MESSAGES = ({"role": "user", "content": "Hello"},)


async def _send_in_memory(dialect: NewProvider) -> None:
    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, headers={"content-type": "text/event-stream"}, content=b"data: [DONE]\n\n"
        )

    endpoint = Endpoint(name="rehearsal", api="openai", base_url="http://rehearsal.invalid/v1")
    spec = StreamSpec(label="", endpoint=endpoint, model="m", messages=_MESSAGES)
    provider = dialect(endpoint, {})
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        provider.connect(http)
        async for _ in provider.stream(spec, AttemptContext(emit=lambda _event: None)):
            pass
