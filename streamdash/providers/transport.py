"""The transport under both SDKs: aiohttp behind httpx2's interface, with the attempt's clock.

It stamps when a connection stands and when the request leaves, sends no header that nobody asked
for, follows no redirect, uses no proxy for loopback, and turns what breaks into StreamError where
the cause is still known.
"""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
from yarl import URL

from streamdash.providers.body import ERROR_BODY_MAX, Body
from streamdash.providers.connection_errors import transport_error
from streamdash.providers.resolver import Resolver
from streamdash.streams.asked_url import shown_url
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Connected, Flag, Sent
from streamdash.streams.exchange import Exchange, current_exchange

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from types import SimpleNamespace

RESEND_S = 1.0
"""After this long a request was at work, and is not sent again behind anyone's back."""
HEADERS_MAX = 64 << 10
"""Bytes of one header: content security policies of gateways are longer than aiohttp's 8 KiB."""

_SDK_HEADERS = frozenset({"accept", "content-type", "user-agent", "anthropic-version"})
"""Headers of the SDKs that any server may see; others they take from the environment."""


class Trip:
    """One request's way through aiohttp, for its trace callbacks."""

    __slots__ = ("connect_s", "dns_s", "exchange", "mark", "reused", "sent_at")

    def __init__(self, exchange: Exchange | None) -> None:
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
        self, headers: Callable[[], Mapping[str, str]], *, tls: bool, all_sdk_headers: bool
    ) -> None:
        self._headers = headers
        self._tls = tls
        self._all_sdk_headers = all_sdk_headers
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session or self._open_session()
        url = URL(str(request.url), encoded=True)
        exchange = current_exchange.get()
        if exchange is not None:
            exchange.url = str(url)
        content = await request.aread()
        response = None
        while response is None:
            trip = Trip(exchange)
            try:
                response = await session.request(
                    request.method,
                    url,
                    headers=self._outgoing(request),
                    data=content or None,
                    allow_redirects=False,
                    proxy=_proxy_for(url),
                    trace_request_ctx=trip,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # a server may close a connection that waited for its next request at any moment;
                # it has not answered, so the request is sent again over another one
                if not trip.met_a_closed_connection:
                    raise transport_error(error) from None
                if trip.exchange is not None:
                    trip.exchange.emit(Flag("resent"))
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise transport_error(error) from None
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
        packing = b"content-encoding" if failed else None  # an error's body is unpacked here
        return httpx2.Response(
            response.status,
            headers=[pair for pair in response.raw_headers if pair[0].lower() != packing],
            stream=Body(response, ERROR_BODY_MAX if failed else None),
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
            connector=aiohttp.TCPConnector(
                limit=0, ssl=trust() if self._tls else True, resolver=Resolver()
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the runner has its own
            auto_decompress=False,
            max_field_size=HEADERS_MAX,
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[_trace()],
        )
        return self._session


@cache
def trust() -> ssl.SSLContext:
    """The certificates that the SDKs would trust. Loading them takes up to 0.1 s, once."""
    return httpx2.create_ssl_context()


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
