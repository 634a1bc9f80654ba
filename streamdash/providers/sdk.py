"""What the three providers share: a client of an official SDK over our transport, and one loop."""

from __future__ import annotations

import asyncio
import json
import warnings
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

import httpx2

from streamdash.providers.dialect import WireFailure, read_event
from streamdash.providers.failures import explain_body, failure
from streamdash.providers.keys import Secret, mask, read_key
from streamdash.providers.sse import SseDecoder
from streamdash.providers.transport import TimedTransport, trust
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Flag, Headers, Wire
from streamdash.streams.exchange import Exchange
from streamdash.streams.spec import Endpoint, StreamSpec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager

    from streamdash.providers.dialect import Reader
    from streamdash.streams.errors import Form

SDK_KEY = "unused"
"""What the SDKs get for a key: they insist on one, and the transport sends the real one."""
GOODBYE_S = 0.1
"""How long to wait for the end of a body after the terminal marker, to keep the connection."""
WRONG_BODY_MAX = 64 << 10
WRONG_BODY_S = 2.0


class SdkProvider:
    """One endpoint spoken to through an official SDK; its requests share a connection pool."""

    sdk: ClassVar[str]
    reader: ClassVar[type[Reader]]
    ignores: ClassVar[tuple[str, ...]] = ()
    """Stream keys that the dialect has no word for; asking for one is flagged."""

    def __init__(self, endpoint: Endpoint, environ: Mapping[str, str]) -> None:
        self._endpoint = endpoint
        self._environ = environ
        self._client: Any = None
        self._http: httpx2.AsyncClient | None = None
        self._warming: asyncio.Future[None] | None = None
        self._secrets: tuple[Secret, ...] = tuple(map(Secret, endpoint.headers.values()))

    @property
    def host(self) -> str:
        """The host that requests go to."""
        return httpx2.URL(self._endpoint.base_url).host

    async def warm(self) -> None:
        """Import the SDK and send one answer through it in memory, in a thread, once."""
        key = read_key(self._endpoint, self._environ)
        if key is not None and not any(key.reveal() == known.reveal() for known in self._secrets):
            self._secrets += (key,)
        if self._warming is None:
            self._warming = asyncio.ensure_future(asyncio.to_thread(self._rehearse))
        await asyncio.shield(self._warming)

    def _rehearse(self) -> None:
        if self._tls:
            trust()
        asyncio.run(_rehearse(type(self)))

    @property
    def _tls(self) -> bool:
        return self._endpoint.base_url.startswith("https:")

    def stream(self, spec: StreamSpec, exchange: Exchange) -> AsyncGenerator[Event, None]:
        """One attempt. See `streams.exchange.Provider`."""
        return self._stream(spec, exchange)

    async def _stream(self, spec: StreamSpec, exchange: Exchange) -> AsyncGenerator[Event, None]:
        for name in self.ignores:
            if getattr(spec, name):
                yield Flag(f"{name}_ignored")
        try:
            # nothing may stand between the request and its `async with`: a cancellation there
            # would leave the socket to the garbage collector
            async with self._open(self._connected_client(), spec, exchange.forms) as response:
                yield _headers(response)
                if not spec.stream:
                    for event in await self._whole(response):
                        yield event
                    return
                await _expect(response, "text/event-stream")
                reader = self.reader()
                decoder = SseDecoder()
                async with aclosing(response.iter_bytes()) as body:
                    async for data in body:
                        for sse in decoder.feed(data):
                            for event in read_event(reader, sse):
                                yield event
                            if reader.over:
                                break
                        if reader.over:
                            await _goodbye(body)
                            return
                for sse in decoder.finish():
                    for event in read_event(reader, sse):
                        yield event
        except WireFailure as broken:
            yield broken.wire
            raise self._masked(broken.error) from None
        except Exception as error:
            raise self._masked(failure(error)) from None

    async def _whole(self, response: Any) -> list[Event]:
        """The events of an answer that comes in one piece."""
        await _expect(response, "json")
        try:
            body = json.loads(await response.read())
        except (ValueError, RecursionError) as error:
            raise StreamError("protocol", f"the answer is not JSON: {error}") from None
        if not isinstance(body, dict):
            raise StreamError("protocol", "the answer is not a JSON object")
        name = body.get("object") or body.get("type")
        wire = Wire(name if isinstance(name, str) else "answer", body)
        try:
            return [wire, *self.reader().whole(body)]
        except StreamError as error:
            raise WireFailure(wire, error) from None

    def _masked(self, error: StreamError) -> StreamError:
        error.message = mask(error.message, self._secrets)
        error.args = (error.message,)
        return error

    def _connected_client(self) -> Any:
        if self._client is None:
            endpoint = self._endpoint
            transport = TimedTransport(
                self._own_headers, tls=self._tls, all_sdk_headers=endpoint.builtin
            )
            self._http = httpx2.AsyncClient(transport=transport, timeout=None, trust_env=False)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
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
        if self._warming is not None and not self._warming.done():
            self._warming.cancel()
        if self._http is not None:
            await self._http.aclose()
            self._http = None
            self._client = None


def openai_client(base_url: str, http_client: httpx2.AsyncClient) -> Any:
    """An AsyncOpenAI without retries and deadlines of its own."""
    import openai

    return openai.AsyncOpenAI(
        api_key=SDK_KEY, base_url=base_url, http_client=http_client, max_retries=0, timeout=None
    )


def _headers(response: Any) -> Headers:
    headers = response.headers
    request_id = headers.get("x-request-id") or headers.get("request-id")
    return Headers(response.status_code, request_id, headers.get("content-type", ""))


async def _expect(response: Any, kind: str) -> None:
    """Raise StreamError unless the body is of this kind; one without a type is believed."""
    content_type = response.headers.get("content-type", "")
    if not content_type or kind in content_type.lower():
        return
    body = bytearray()
    try:
        async with asyncio.timeout(WRONG_BODY_S):
            async for data in response.iter_bytes():
                body += data
                if len(body) >= WRONG_BODY_MAX:
                    break
    except TimeoutError:
        pass
    raise StreamError(
        "protocol",
        f"not {'an event stream' if kind != 'json' else 'JSON'} but "
        f"{content_type.split(';')[0].strip()}: {explain_body(bytes(body[:WRONG_BODY_MAX]))}",
        http_status=response.status_code,
    )


async def _goodbye(body: AsyncIterator[bytes]) -> None:
    """Read what little follows the terminal marker, so that the connection ends cleanly."""
    try:
        async with asyncio.timeout(GOODBYE_S):
            async for _ in body:
                pass
    except Exception:  # noqa: S110  # the answer is whole: how the connection goes says nothing
        pass


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            part._client = part._new_client(endpoint.base_url, http)
        exchange = Exchange(emit=lambda _event: None)
        async for _ in part.stream(spec, exchange):
            pass


_REHEARSED = ({"role": "user", "content": "Hello"},)
