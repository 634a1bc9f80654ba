"""The provider that all dialects share: an official SDK over our transport, and one read loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Protocol

import httpx2

from streamdash.providers.api_keys import Mask, Secret, read_key
from streamdash.providers.errors.sdk_errors import error_from_exception
from streamdash.providers.prompt_front import PromptFields, with_fresh_line
from streamdash.providers.sdk_warmup import rehearse, silence
from streamdash.providers.transport.certificates import tls_context
from streamdash.providers.transport.proxies import proxy_secrets
from streamdash.providers.transport.response_checks import (
    TEXT_MAX,
    body_chunks,
    check_response,
    check_size,
    checked_body,
    cut_by_length,
    headers_event,
    odd_flags,
    read_tail,
    whole_body,
)
from streamdash.providers.transport.timed_transport import TimedTransport
from streamdash.providers.wire.body_end import read_end
from streamdash.providers.wire.large_events import read_answer, read_large
from streamdash.providers.wire.sse import LargeEvent, SseDecoder
from streamdash.providers.wire.wire_reader import Malformed, WireFailure, read_event
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Flag
from streamdash.streams.flags import ignored
from streamdash.streams.redaction.request_url import with_url

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from streamdash.providers.wire.sse import ServerSentEvent
    from streamdash.providers.wire.wire_reader import WireReader
    from streamdash.streams.errors import Form
    from streamdash.streams.provider import AttemptContext
    from streamdash.streams.spec import Endpoint, StreamSpec

SDK_KEY = "unused"
"""A placeholder key for the SDKs, which insist on one; the transport sends the real key."""
TURN = 2 << 10
"""Bytes of a body that are read before the other streams have their turn: about 1 ms of work."""
MESSAGE_MAX = 4_000
"""Characters of an error's message."""


class SdkResponse(Protocol):
    """An SDK's response whose body has not been read."""

    http_response: httpx2.Response


class SendRequest(Protocol):
    """An SDK's method that sends one request; its context manager closes the connection."""

    def __call__(self, **fields: object) -> AbstractAsyncContextManager[SdkResponse]: ...


class SdkProvider:
    """One endpoint, reached through an official SDK; its requests share a connection pool."""

    sdk: ClassVar[str]
    own: ClassVar[frozenset[str]]
    """Built-in endpoints of the SDK's maker, which receive every header that the SDK sets."""
    reader: ClassVar[type[WireReader]]
    prompt: ClassVar[PromptFields]
    """Where a request has its prompt."""
    ignores: ClassVar[tuple[str, ...]] = ()
    """Stream keys that the dialect does not have; a stream that sets one is flagged."""

    def __init__(self, endpoint: Endpoint, environ: Mapping[str, str]) -> None:
        self._endpoint = endpoint
        self._environ = environ
        self._send: SendRequest | None = None
        self._http: httpx2.AsyncClient | None = None
        self._warming: asyncio.Future[None] | None = None
        self.mask = Mask()
        self.mask.learn_headers(endpoint.headers)
        self.mask.learn_url(endpoint.base_url)
        for secret in proxy_secrets(environ):
            self.mask.learn(Secret(secret))

    @property
    def host(self) -> str:
        """The host that requests go to."""
        return httpx2.URL(self._endpoint.base_url).host

    @staticmethod
    def _new_sender(base_url: str, http_client: httpx2.AsyncClient) -> SendRequest:
        """A new SDK client's method for the dialect, without retries and deadlines of its own."""
        raise NotImplementedError

    @staticmethod
    def _auth_header(key: str) -> tuple[str, str]:
        """The header that carries the key: its name and its value."""
        raise NotImplementedError

    def _fields(self, spec: StreamSpec, forms: frozenset[Form]) -> dict[str, object]:
        """The arguments of `SendRequest`; `forms` are those that the server asked for."""
        raise NotImplementedError

    def _reader_for(self, spec: StreamSpec, exchange: AttemptContext) -> WireReader:
        """The reader of one attempt's answer."""
        return self.reader()

    def _can_use(self, form: Form, spec: StreamSpec, forms: frozenset[Form]) -> bool:
        """Whether `form` would change a request that already uses `forms`."""
        return False

    async def warm(self) -> None:
        """Import the SDK and send one request through it in memory, in a thread, once."""
        key = read_key(self._endpoint, self._environ)
        if key is not None:
            self.mask.learn(key)
        if self._warming is None:
            self._warming = asyncio.ensure_future(asyncio.to_thread(self._warm_up))
        await asyncio.shield(self._warming)

    def _warm_up(self) -> None:
        silence(self.sdk)
        if self._tls:
            with suppress(StreamError):  # raised again when a request needs it
                tls_context(self._environ)
        rehearse(type(self))

    @property
    def _tls(self) -> bool:
        return self._endpoint.base_url.startswith("https:")

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """One attempt; see `streams.provider.Provider`."""
        self.mask.learn_params(spec.params)
        exchange.secrets = self.mask.secrets
        return self._stream(spec, exchange)

    async def _stream(  # noqa: C901  # the hot path: a generator in between would cost each chunk
        self, spec: StreamSpec, exchange: AttemptContext
    ) -> AsyncGenerator[Event, None]:
        for flag in self._ignored(spec):
            yield flag
        reader = self._reader_for(spec, exchange)
        decoder = SseDecoder()
        cut: StreamError | None = None
        size = 0
        try:
            send = self._send or self.connect(self.open_client())
            fields = self._fields(spec, exchange.forms)
            if exchange.fresh_line is not None:
                fields = with_fresh_line(fields, exchange.fresh_line, self.prompt)
            # no code may come between the request and its `async with`: a cancellation there would
            # leave the socket to the garbage collector
            async with send(**fields) as sdk_response:
                response = sdk_response.http_response
                yield headers_event(response, self.mask)
                trust = check_response(response, "event-stream" if spec.stream else "json")
                async with body_chunks(response) as chunks:
                    body = await checked_body(response, chunks, trust, self.mask)
                    exchange.answered = True
                    for flag in odd_flags(response, trust):
                        yield flag
                    if not spec.stream:
                        async for event in read_answer(reader, await whole_body(body)):
                            yield event
                        return
                    async for data in body:
                        size += len(data)
                        if size > TEXT_MAX:
                            check_size(size, exchange)
                        for number, piece in enumerate(_turns(data, decoder)):
                            if number:
                                await asyncio.sleep(0)  # the other streams have their turn
                            for sse in decoder.feed(piece):
                                if isinstance(sse, LargeEvent):
                                    async for event in read_large(reader, sse):
                                        yield event
                                else:
                                    for event in _read(reader, sse, exchange):
                                        yield event
                                if reader.over:
                                    await read_tail(body)
                                    return
                            if decoder.broken is not None:
                                raise decoder.broken
                    if decoder.inside_a_line:
                        cut = cut_by_length(response, size)
        except Exception as raised:
            last, error = await self._end(raised, reader, decoder, exchange)
        else:
            last, error = await self._end(None, reader, decoder, exchange)
        for event in last:
            yield event
        error = error or cut
        if error is not None and not reader.over:
            raise self._presentable(error, spec, exchange)

    def _ignored(self, spec: StreamSpec) -> list[Flag]:
        """A flag for each key of the stream that the dialect does not have."""
        return [Flag(ignored(name)) for name in self.ignores if getattr(spec, name)]

    async def _end(
        self,
        raised: Exception | None,
        reader: WireReader,
        decoder: SseDecoder,
        exchange: AttemptContext,
    ) -> tuple[list[Event], StreamError | None]:
        """The last events of a body that ended or raised, and the error that ended it."""
        if isinstance(raised, WireFailure):
            return raised.events, raised.error
        error = None if raised is None else error_from_exception(raised, self.mask)
        return await read_end(reader, decoder, error, exchange)

    def _presentable(
        self, error: StreamError, spec: StreamSpec, exchange: AttemptContext
    ) -> StreamError:
        """The error without secrets, cut to `MESSAGE_MAX`, with a form only if that can be tried.

        It names the URL, unless an answer had begun: then the server's own words say more.
        """
        through = exchange.through_proxy(error.message)
        if not exchange.answered:
            error.message = with_url(error.message, exchange.url)
        error.message = self.mask.message(error)[:MESSAGE_MAX] + through
        error.args = (error.message,)
        if error.form is not None and not self._can_use(error.form, spec, exchange.forms):
            error.form = None
        return error

    def connect(self, http_client: httpx2.AsyncClient) -> SendRequest:
        """Send all requests through `http_client`; returns the method that sends one."""
        self._send = self._new_sender(self._endpoint.base_url, http_client)
        return self._send

    def open_client(self) -> httpx2.AsyncClient:
        """A client that sends the endpoint's headers with each request; `aclose` closes it."""
        endpoint = self._endpoint
        transport = TimedTransport(
            self._own_headers,
            tls=self._tls,
            all_sdk_headers=endpoint.builtin and endpoint.name in self.own,
            environ=self._environ,
        )
        self._http = httpx2.AsyncClient(transport=transport, timeout=None, trust_env=False)
        return self._http

    def _own_headers(self) -> Mapping[str, str]:
        """The header with the key, read anew for each request, and the endpoint's headers."""
        key = read_key(self._endpoint, self._environ)
        auth = () if key is None else (self._auth_header(key.reveal()),)
        return {**dict(auth), **self._endpoint.headers}

    async def aclose(self) -> None:
        """Close all connections."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        if self._http is not None:
            await self._http.aclose()
            self._http = None
            self._send = None


def without_none(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def _turns(data: bytes, decoder: SseDecoder) -> Sequence[bytes]:
    """The bytes of one read in pieces of `TURN`; in one piece if no event can end in them."""
    if len(data) <= TURN or (decoder.inside_a_large_line and b"\n" not in data):
        return (data,)
    return [data[start : start + TURN] for start in range(0, len(data), TURN)]


def _read(reader: WireReader, sse: ServerSentEvent, exchange: AttemptContext) -> list[Event]:
    """The events of one server-sent event; after the finish reason a malformed one is no error."""
    try:
        return read_event(reader, sse)
    except Malformed as malformed:
        if not exchange.finished:
            raise
        return malformed.events
