"""The transport under both SDKs: aiohttp behind httpx2's interface, with the attempt's clock.

It stamps when a connection stands and when the request leaves, sends no header that nobody asked
for, follows no redirect, uses no proxy for loopback, and turns what breaks into StreamError where
the cause is still known.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from functools import cache
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
from yarl import URL

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Connected, Sent
from streamdash.streams.exchange import Exchange, current_exchange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from types import SimpleNamespace

ERROR_BODY_MAX = 64 << 10
ERROR_BODY_S = 5.0

_SDK_HEADERS = frozenset({"accept", "content-type", "user-agent", "anthropic-version"})
"""Headers of the SDKs that any server may see; others they take from the environment."""


class Trip:
    """One request's way through aiohttp, for its trace callbacks."""

    __slots__ = ("connect_s", "dns_s", "exchange", "mark", "reused", "sent")

    def __init__(self, exchange: Exchange | None) -> None:
        self.exchange = exchange
        self.mark = 0.0
        self.dns_s: float | None = None
        self.connect_s: float | None = None
        self.reused = False
        self.sent = False


class TimedTransport(httpx2.AsyncBaseTransport):
    """Carries requests to one endpoint. `headers` gives the endpoint's own (auth among them)."""

    def __init__(
        self, headers: Callable[[], Mapping[str, str]], *, tls: bool, all_sdk_headers: bool
    ) -> None:
        self._headers = headers
        self._tls = tls
        self._all_sdk_headers = all_sdk_headers
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session or self._open_session()
        url = URL(str(request.url), encoded=True)
        content = await request.aread()
        try:
            response = await session.request(
                request.method,
                url,
                headers=self._outgoing(request),
                data=content or None,
                allow_redirects=False,
                proxy=_proxy_for(url),
                trace_request_ctx=Trip(current_exchange.get()),
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise transport_error(error) from None
        if 300 <= response.status < 400:
            where = response.headers.get("location", "nowhere")
            response.close()
            raise StreamError(
                "protocol",
                f"HTTP {response.status}: the server redirects to {where}; redirects are not "
                "followed, so that no key or prompt reaches another host",
                http_status=response.status,
            )
        limit = ERROR_BODY_MAX if response.status >= 400 else None
        return httpx2.Response(
            response.status,
            headers=response.raw_headers,
            stream=Body(response, limit),
            extensions={"http_version": b"HTTP/1.1"},
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _outgoing(self, request: httpx2.Request) -> dict[str, str]:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name in _SDK_HEADERS or self._all_sdk_headers
        }
        for name in ("authorization", "x-api-key", "host", "content-length", "connection"):
            headers.pop(name, None)
        # a compressed stream arrives in lumps, and its cut end cannot be told from its real one
        headers["accept-encoding"] = "identity"
        for name, value in self._headers().items():
            headers[name.lower()] = value
        return headers

    def _open_session(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=trust() if self._tls else True),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the runner has its own
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[_trace()],
        )
        return self._session


@cache
def trust() -> ssl.SSLContext:
    """The certificates that the SDKs would trust. Loading them takes up to 0.1 s, once."""
    return httpx2.create_ssl_context()


class Body(httpx2.AsyncByteStream):
    """A response's bytes as they arrive; of an error's body, at most `limit` bytes."""

    def __init__(self, response: aiohttp.ClientResponse, limit: int | None) -> None:
        self._response = response
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._response.content
        try:
            if self._limit is not None:
                yield await self._limited(self._limit)
                return
            while data := await content.readany():
                yield data
        except (aiohttp.ClientError, OSError) as error:
            raise transport_error(error) from None

    async def _limited(self, limit: int) -> bytes:
        """What arrives of the body within its limits of size and time."""
        parts = bytearray()
        with contextlib.suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(ERROR_BODY_S):
                while len(parts) < limit and (data := await self._response.content.readany()):
                    parts += data
        return bytes(parts[:limit])

    async def aclose(self) -> None:
        # a body read to its end gives its connection back; any other closes it, at once
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


def _trace() -> aiohttp.TraceConfig:
    """Trace callbacks that report a request's connection and the moment it leaves."""
    config = aiohttp.TraceConfig()

    def trip_of(context: SimpleNamespace) -> Trip:
        trip: Trip = context.trace_request_ctx
        return trip

    async def creating(_session: object, context: SimpleNamespace, _params: object) -> None:
        trip_of(context).mark = monotonic()

    async def created(_session: object, context: SimpleNamespace, _params: object) -> None:
        trip = trip_of(context)
        trip.connect_s = monotonic() - trip.mark

    async def resolved(_session: object, context: SimpleNamespace, _params: object) -> None:
        trip = trip_of(context)
        trip.dns_s = monotonic() - trip.mark

    async def reused(_session: object, context: SimpleNamespace, _params: object) -> None:
        trip_of(context).reused = True

    async def writing_headers(_session: object, context: SimpleNamespace, _params: object) -> None:
        trip = trip_of(context)
        if trip.exchange is not None:
            trip.exchange.emit(Connected(trip.reused, trip.dns_s, trip.connect_s))
            await trip.exchange.ready()

    async def writing_body(_session: object, context: SimpleNamespace, _params: object) -> None:
        trip = trip_of(context)
        if trip.exchange is not None and not trip.sent:
            trip.sent = True
            trip.exchange.emit(Sent())

    config.on_connection_create_start.append(creating)
    config.on_connection_create_end.append(created)
    config.on_dns_resolvehost_end.append(resolved)
    config.on_connection_reuseconn.append(reused)
    config.on_request_headers_sent.append(writing_headers)
    config.on_request_chunk_sent.append(writing_body)
    return config


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _proxy_for(url: URL) -> str | None:
    """The proxy that the environment names for `url`; none for loopback."""
    host = url.host or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get(url.scheme)


def transport_error(error: Exception) -> StreamError:
    """What broke below HTTP, by the exception that still knows it."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return StreamError("dns", f"no address for {error.host}", retryable=True)
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(error.certificate_error, "verify_message", "") or "it is not trusted"
            return StreamError("tls", f"certificate of {error.host}: {reason}")
        case aiohttp.ClientConnectorSSLError():
            return StreamError("tls", f"no TLS with {error.host}:{error.port}: {_os_reason(error)}")
        case aiohttp.ClientConnectorError():
            where = f"{error.host}:{error.port}"
            return StreamError("connect", f"{where}: {_os_reason(error)}", retryable=True)
        case aiohttp.ServerDisconnectedError():
            return StreamError(
                "disconnected", "the server closed the connection without an answer", retryable=True
            )
        case aiohttp.ClientPayloadError():
            return StreamError(
                "disconnected", "the connection ended in the middle of the body", retryable=True
            )
        case aiohttp.ClientResponseError():
            return StreamError("protocol", f"not an HTTP answer: {error.message}"[:300])
        case aiohttp.InvalidURL():
            return StreamError("bad_request", f"not a URL to send to: {error}")
        case ssl.SSLError():
            return StreamError("tls", f"TLS broke: {error.reason or error}")
        case OSError() | aiohttp.ClientConnectionError():
            return StreamError(
                "disconnected", f"the connection broke: {_os_reason(error)}", retryable=True
            )
        case _:
            return StreamError("protocol", f"{type(error).__name__}: {error}"[:300])


def _os_reason(error: Exception) -> str:
    """The operating system's word for it, without aiohttp's frame around it."""
    cause = getattr(error, "os_error", None) or error
    reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return str(reason)
