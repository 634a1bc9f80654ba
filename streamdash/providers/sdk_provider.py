"""What the three providers share: a client of an official SDK over our transport, and one loop."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

import httpx2

from streamdash.providers.api_keys import Mask, Secret, read_key
from streamdash.providers.http_errors import failure
from streamdash.providers.transport.certificates import trust
from streamdash.providers.transport.proxies import proxy_secrets
from streamdash.providers.transport.response import (
    TEXT_MAX,
    beginning,
    body_chunks,
    check_response,
    check_size,
    cut_by_length,
    headers_of,
    odd_flags,
    read_tail,
    resumed,
    whole_body,
)
from streamdash.providers.transport.timed_transport import TimedTransport
from streamdash.providers.wire.large_events import read_answer, read_large, read_rest
from streamdash.providers.wire.sse import LargeEvent, SseDecoder
from streamdash.providers.wire.wire_reader import Malformed, WireFailure, read_event
from streamdash.streams.asked_url import with_url
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Flag
from streamdash.streams.flags import ignored
from streamdash.streams.provider import AttemptContext
from streamdash.streams.spec import Endpoint, StreamSpec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from contextlib import AbstractAsyncContextManager

    from streamdash.providers.wire.wire_reader import WireReader
    from streamdash.streams.errors import Form

SDK_KEY = "unused"
"""What the SDKs get for a key: they insist on one, and the transport sends the real one."""
TURN = 2 << 10
"""Bytes of a body that are read before the other streams have their turn: about 1 ms of work."""
MESSAGE_MAX = 4_000
"""Characters of an error's message."""


class SdkProvider:
    """One endpoint spoken to through an official SDK; its requests share a connection pool."""

    sdk: ClassVar[str]
    own: ClassVar[frozenset[str]]
    """Built-in endpoints of the SDK's maker, which get every header that the SDK sends."""
    reader: ClassVar[type[WireReader]]
    ignores: ClassVar[tuple[str, ...]] = ()
    """Stream keys that the dialect has no word for; asking for one is flagged."""

    def __init__(self, endpoint: Endpoint, environ: Mapping[str, str]) -> None:
        self._endpoint = endpoint
        self._environ = environ
        self._client: Any = None
        self._http: httpx2.AsyncClient | None = None
        self._warming: asyncio.Future[None] | None = None
        self._mask = Mask()
        self._mask.learn_headers(endpoint.headers)
        self._mask.learn_url(endpoint.base_url)
        for secret in proxy_secrets(environ):
            self._mask.learn(Secret(secret))

    @property
    def host(self) -> str:
        """The host that requests go to."""
        return httpx2.URL(self._endpoint.base_url).host

    async def warm(self) -> None:
        """Import the SDK and send one answer through it in memory, in a thread, once."""
        key = read_key(self._endpoint, self._environ)
        if key is not None:
            self._mask.learn(key)
        if self._warming is None:
            self._warming = asyncio.ensure_future(asyncio.to_thread(self._rehearse))
        await asyncio.shield(self._warming)

    def _rehearse(self) -> None:
        _quieten(self.sdk)
        if self._tls:
            with suppress(StreamError):  # told when a request needs it
                trust(self._environ)
        with _rehearsing:
            if type(self) not in _rehearsed:
                asyncio.run(_rehearse(type(self)))
                _rehearsed.add(type(self))

    @property
    def _tls(self) -> bool:
        return self._endpoint.base_url.startswith("https:")

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """One attempt. See `streams.exchange.Provider`."""
        self._mask.learn_params(spec.params)
        exchange.secrets = self._mask.secrets
        return self._stream(spec, exchange)

    async def _stream(  # noqa: C901  # from bytes to events in one place: the hot path
        self, spec: StreamSpec, exchange: AttemptContext
    ) -> AsyncGenerator[Event, None]:
        for name in self.ignores:
            if getattr(spec, name):
                yield Flag(ignored(name))
        reader = self._reader_for(spec, exchange)
        decoder = SseDecoder()
        error: StreamError | None
        cut: StreamError | None = None
        size = 0
        try:
            # nothing may stand between the request and its `async with`: a cancellation there
            # would leave the socket to the garbage collector
            async with self._open(self._connected_client(), spec, exchange.forms) as response:
                yield headers_of(response, self._mask)
                kind = "event-stream" if spec.stream else "json"
                believed = check_response(response, kind)
                async with body_chunks(response) as arriving:
                    body = arriving
                    if believed.doubted:
                        begun = await beginning(response, body, kind, self._mask)
                        body = resumed(begun, arriving)
                    exchange.answered = True
                    for flag in odd_flags(response, believed):
                        yield flag
                    if not spec.stream:
                        answer = await whole_body(body)
                        async for event in read_answer(reader, answer):
                            yield event
                        return
                    async for data in body:
                        size += len(data)
                        if size > TEXT_MAX:
                            check_size(size, exchange)
                        turn = TURN
                        if decoder.inside_a_large_line and b"\n" not in data:
                            turn = len(data)  # no event ends here
                        for start in range(0, len(data), turn):
                            if start:
                                # much at once: the other streams have their turn in between
                                await asyncio.sleep(0)
                            for sse in decoder.feed(data[start : start + turn]):
                                if isinstance(sse, LargeEvent):
                                    async for event in read_large(reader, sse):
                                        yield event
                                else:
                                    try:
                                        events = read_event(reader, sse)
                                    except Malformed as junk:
                                        if not exchange.finished:
                                            raise
                                        events = junk.events
                                    for event in events:
                                        yield event
                                if reader.over:
                                    await read_tail(body)
                                    return
                            if decoder.broken is not None:
                                raise decoder.broken
                    if decoder.inside_a_line:
                        cut = cut_by_length(response, size)
        except WireFailure as broken:
            last, error = broken.events, broken.error
        except Exception as raised:
            error = failure(raised, self._mask)
            last, error = await read_rest(reader, decoder, error, exchange)
        else:
            last, error = await read_rest(reader, decoder, None, exchange)
        for event in last:
            yield event
        error = error or cut
        if error is not None and not reader.over:
            raise self._told(error, spec, exchange)

    def _reader_for(self, spec: StreamSpec, exchange: AttemptContext) -> WireReader:
        """The reader of one attempt's answer."""
        return self.reader()

    def _told(self, error: StreamError, spec: StreamSpec, exchange: AttemptContext) -> StreamError:
        """The error without secrets, as long as a reader bears, and with no form that is no way.

        It names the URL, unless an answer had begun: then the server's own words say more.
        """
        through = exchange.through_proxy(error.message)
        if not exchange.answered:
            error.message = with_url(error.message, exchange.url)
        error.message = self._mask.message(error)[:MESSAGE_MAX] + through
        error.args = (error.message,)
        if error.form is not None and not self._has(error.form, spec, exchange.forms):
            error.form = None
        return error

    def _has(self, form: Form, spec: StreamSpec, forms: frozenset[Form]) -> bool:
        """Whether the request can be spelt in another form than with those already tried."""
        return False

    def _connected_client(self) -> Any:
        if self._client is None:
            endpoint = self._endpoint
            own = endpoint.builtin and endpoint.name in self.own
            transport = TimedTransport(
                self._own_headers, tls=self._tls, all_sdk_headers=own, environ=self._environ
            )
            self._http = httpx2.AsyncClient(transport=transport, timeout=None, trust_env=False)
            self._client = self._new_client(endpoint.base_url, self._http)
        return self._client

    def _own_headers(self) -> Mapping[str, str]:
        """Auth as the dialect wants it, with the key of this moment, and the endpoint's headers."""
        key = read_key(self._endpoint, self._environ)
        auth: dict[str, str] = {}
        if key is not None:
            if self.sdk == "anthropic":
                auth["x-api-key"] = key.reveal()
            else:
                auth["authorization"] = f"Bearer {key.reveal()}"
        return {**auth, **self._endpoint.headers}

    def _open(
        self, client: Any, spec: StreamSpec, forms: frozenset[Form]
    ) -> AbstractAsyncContextManager[Any]:
        """The SDK's request as a context manager: closing it closes the connection."""
        raise NotImplementedError

    @staticmethod
    def _new_client(base_url: str, http_client: httpx2.AsyncClient) -> Any:
        """An asynchronous client of the SDK, without retries and deadlines of its own."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close all connections."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        if self._http is not None:
            await self._http.aclose()
            self._http = None
            self._client = None


def _quieten(sdk: str) -> None:
    """Keep an SDK's words off the screen, whatever `OPENAI_LOG` and `ANTHROPIC_LOG` say."""
    for name in (sdk, "httpx2", "httpcore2"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    warnings.filterwarnings("ignore", "The model '.*' is deprecated", DeprecationWarning)


_rehearsed: set[type[SdkProvider]] = set()
_rehearsing = threading.Lock()


async def _rehearse(provider: type[SdkProvider]) -> None:
    """Send a request through the SDK and back in memory: its first one pays for many imports."""

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, headers={"content-type": "text/event-stream"}, content=b"data: [DONE]\n\n"
        )

    endpoint = Endpoint(name="rehearsal", api="openai", base_url="http://rehearsal.invalid/v1")
    spec = StreamSpec(label="", endpoint=endpoint, model="m", messages=_REHEARSED)
    part = provider(endpoint, {})
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        part._client = part._new_client(endpoint.base_url, http)
        exchange = AttemptContext(emit=lambda _event: None)
        async for _ in part.stream(spec, exchange):
            pass


_REHEARSED = ({"role": "user", "content": "Hello"},)
