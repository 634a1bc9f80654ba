"""The transport under both SDKs: aiohttp behind httpx2's interface, with the attempt's clock.

It stamps when a connection stands and when the request leaves, sends no header that nobody asked
for, follows no redirect, uses no proxy for loopback, and turns what breaks into StreamError where
the cause is still known.
"""

from __future__ import annotations

import asyncio
import os
from time import monotonic
from typing import TYPE_CHECKING

import aiohttp
import httpx2
from yarl import URL

from streamdash.providers.transport.body import ERROR_BODY_MAX, Body
from streamdash.providers.transport.certificates import trust
from streamdash.providers.transport.connection_errors import (
    proxy_error,
    refused_by_proxy,
    transport_error,
)
from streamdash.providers.transport.content_encoding import can_unpack, packings_of
from streamdash.providers.transport.proxies import proxy_for
from streamdash.providers.transport.resolver import Resolver
from streamdash.providers.transport.response_heads import tolerate
from streamdash.streams.asked_url import shown_url
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Connected, Flag, Sent
from streamdash.streams.flags import FlagName
from streamdash.streams.provider import AttemptContext, current_exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import SimpleNamespace

    from streamdash.providers.transport.proxies import Proxy

RESEND_S = 1.0
"""After this long a request was at work, and is not sent again behind anyone's back."""
HEADERS_MAX = 64 << 10
"""Bytes of one header: content security policies of gateways are longer than aiohttp's 8 KiB."""

_SDK_HEADERS = frozenset({"accept", "content-type", "user-agent", "anthropic-version"})
"""Headers of the SDKs that any server may see; others they take from the environment."""


class RequestTrace:
    """One request's way through aiohttp, for its trace callbacks."""

    __slots__ = ("connect_s", "dns_s", "exchange", "mark", "reused", "sent_at")

    def __init__(self, exchange: AttemptContext | None) -> None:
        self.exchange = exchange
        self.mark = 0.0
        self.dns_s: float | None = None
        self.connect_s: float | None = None
        self.reused = False
        self.sent_at: float | None = None

    @property
    def met_a_closed_connection(self) -> bool:
        """Whether what broke was closed before the request came: that shows in a round trip."""
        return self.reused and (self.sent_at is None or monotonic() - self.sent_at < RESEND_S)


class TimedTransport(httpx2.AsyncBaseTransport):
    """Carries requests to one endpoint. `headers` gives the endpoint's own (auth among them)."""

    def __init__(
        self,
        headers: Callable[[], Mapping[str, str]],
        *,
        tls: bool,
        all_sdk_headers: bool,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._headers = headers
        self._environ = environ
        self._tls = tls
        self._all_sdk_headers = all_sdk_headers
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session or self._open_session()
        url = URL(str(request.url), encoded=True)
        proxy = proxy_for(url, self._environ)
        exchange = current_exchange.get()
        if exchange is not None:
            exchange.url = str(url)
            if proxy is not None:
                exchange.proxy = proxy.place
        content = await request.aread()
        response = None
        while response is None:
            trip = RequestTrace(exchange)
            try:
                response = await session.request(
                    request.method,
                    url,
                    headers=self._outgoing(request, url, proxy),
                    data=content or None,
                    allow_redirects=False,
                    proxy=None if proxy is None else proxy.url,
                    proxy_headers=_tunnel_headers(url, proxy),
                    trace_request_ctx=trip,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # a server may close a connection that waited for its next request at any moment;
                # it has not answered, so the request is sent again over another one
                if not trip.met_a_closed_connection:
                    raise _explained(error, url, proxy, trip) from None
                if trip.exchange is not None:
                    trip.exchange.emit(Flag(FlagName.RESENT))
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise _explained(error, url, proxy, trip) from None
        if exchange is not None and url.scheme == "https":
            # a tunnel's other end is the server itself
            exchange.proxy = ""
        if response.status == 407 and proxy is not None and url.scheme == "http":
            response.close()
            raise refused_by_proxy(407, response.reason or "", proxy.place)
        if response.status < 200:
            response.close()
            raise StreamError(
                "protocol", f"HTTP {response.status}: not an answer", http_status=response.status
            )
        if 300 <= response.status < 400:
            where = response.headers.get("location", "nowhere")
            where = shown_url(where) or where.partition("?")[0]
            response.close()
            raise StreamError(
                "protocol",
                f"HTTP {response.status}: the server redirects to {where}; redirects are not "
                "followed, so that no key or prompt reaches another host",
                http_status=response.status,
            )
        failed = response.status >= 400
        packings = packings_of(response.headers.getall("content-encoding", ()))
        # what can be unpacked is unpacked here; what remains is named where it is refused
        known = b"content-encoding" if failed or can_unpack(packings) else None
        return httpx2.Response(
            response.status,
            headers=[pair for pair in response.raw_headers if pair[0].lower() != known],
            stream=Body(response, ERROR_BODY_MAX if failed else None, packings),
            extensions={"http_version": b"HTTP/1.1"},
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _outgoing(self, request: httpx2.Request, url: URL, proxy: Proxy | None) -> dict[str, str]:
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
        if proxy is not None and proxy.authorization and url.scheme == "http":
            headers["proxy-authorization"] = proxy.authorization
        return headers

    def _open_session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0, ssl=trust(self._environ) if self._tls else True, resolver=Resolver()
        )
        tolerate(connector, asyncio.get_running_loop())
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the runner has its own
            auto_decompress=False,
            max_field_size=HEADERS_MAX,
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[_trace()],
        )
        return self._session


def _tunnel_headers(url: URL, proxy: Proxy | None) -> dict[str, str] | None:
    """What a proxy is given with the CONNECT that asks for a tunnel."""
    if proxy is None or proxy.authorization is None or url.scheme != "https":
        return None
    return {"Proxy-Authorization": proxy.authorization}


def _explained(error: Exception, url: URL, proxy: Proxy | None, trip: RequestTrace) -> StreamError:
    """What broke; until a tunnel stands, and without one, the other side is the proxy."""
    if proxy is not None and (url.scheme == "http" or (trip.connect_s is None and not trip.reused)):
        return proxy_error(error, proxy.place)
    return transport_error(error)


def _trace() -> aiohttp.TraceConfig:
    """Trace callbacks that report a request's connection and the moment it leaves."""
    config = aiohttp.TraceConfig()

    def trip_of(context: SimpleNamespace) -> RequestTrace:
        trip: RequestTrace = context.trace_request_ctx
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
        if trip.exchange is not None and trip.sent_at is None:
            trip.sent_at = monotonic()
            trip.exchange.emit(Sent())

    config.on_connection_create_start.append(creating)
    config.on_connection_create_end.append(created)
    config.on_dns_resolvehost_end.append(resolved)
    config.on_connection_reuseconn.append(reused)
    config.on_request_headers_sent.append(writing_headers)
    config.on_request_chunk_sent.append(writing_body)
    return config
