"""The transport under both SDKs: aiohttp behind httpx2's interface.

It reports when a connection is open and when the request is sent, sends only necessary headers,
follows no redirect, uses no proxy for loopback, and raises StreamError for every failure, here
where the cause is known.
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
from streamdash.providers.transport.certificates import tls_context
from streamdash.providers.transport.connection_errors import (
    proxy_error,
    refused_by_proxy,
    transport_error,
)
from streamdash.providers.transport.content_encoding import can_unpack, encodings_of
from streamdash.providers.transport.proxies import proxy_for
from streamdash.providers.transport.resolver import Resolver
from streamdash.providers.transport.tolerant_heads import tolerate
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Connected, Flag, Sent
from streamdash.streams.flags import FlagName
from streamdash.streams.provider import AttemptContext, current_exchange
from streamdash.streams.redaction.request_url import shown_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import SimpleNamespace

    from streamdash.providers.transport.proxies import Proxy

RESEND_S = 1.0
"""A request that fails after this time is not sent again: the server may have acted on it."""
HEADERS_MAX = 64 << 10
"""Bytes of one header; content security policies of gateways exceed aiohttp's 8 KiB."""

_SDK_HEADERS = frozenset({"accept", "content-type", "user-agent", "anthropic-version"})
"""The SDKs' headers that go to every server; others may come from the user's environment."""


class RequestTrace:
    """Times of one request's connection, filled in by aiohttp's trace callbacks."""

    __slots__ = ("connect_s", "connecting_since", "dns_s", "exchange", "reused", "sent_at")

    def __init__(self, exchange: AttemptContext | None) -> None:
        self.exchange = exchange
        self.connecting_since = 0.0
        self.dns_s: float | None = None
        self.connect_s: float | None = None
        self.reused = False
        self.sent_at: float | None = None

    @property
    def met_a_closed_connection(self) -> bool:
        """Whether the server had probably closed a reused connection before the request arrived."""
        return self.reused and (self.sent_at is None or monotonic() - self.sent_at < RESEND_S)


class TimedTransport(httpx2.AsyncBaseTransport):
    """Carries requests to one endpoint. `headers` returns the endpoint's own, with the key."""

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
        response = await self._send(session, request, url, proxy)
        if exchange is not None and url.scheme == "https":
            # the other end of a tunnel is the server itself
            exchange.proxy = ""
        _check_status(response, url, proxy)
        failed = response.status >= 400
        encodings = encodings_of(response.headers.getall("content-encoding", ()))
        # `Body` unpacks the encodings it supports; the header stays for one that will be refused
        dropped = b"content-encoding" if failed or can_unpack(encodings) else None
        return httpx2.Response(
            response.status,
            headers=[pair for pair in response.raw_headers if pair[0].lower() != dropped],
            stream=Body(response, ERROR_BODY_MAX if failed else None, encodings),
            extensions={"http_version": b"HTTP/1.1"},
        )

    async def _send(
        self,
        session: aiohttp.ClientSession,
        request: httpx2.Request,
        url: URL,
        proxy: Proxy | None,
    ) -> aiohttp.ClientResponse:
        """The response; a request that met a closed connection is sent over another one."""
        content = await request.aread()
        while True:
            trace = RequestTrace(current_exchange.get())
            try:
                return await session.request(
                    request.method,
                    url,
                    headers=self._outgoing(request, url, proxy),
                    data=content or None,
                    allow_redirects=False,
                    proxy=None if proxy is None else proxy.url,
                    proxy_headers=_tunnel_headers(url, proxy),
                    trace_request_ctx=trace,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # a server may close an idle connection at any moment; it has not answered
                if not trace.met_a_closed_connection:
                    raise _explained(error, url, proxy, trace) from None
                if trace.exchange is not None:
                    trace.exchange.emit(Flag(FlagName.RESENT))
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise _explained(error, url, proxy, trace) from None

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
        # a compressed stream arrives in lumps, and a cut one may look complete
        headers["accept-encoding"] = "identity"
        for name, value in self._headers().items():
            headers[name.lower()] = value
        if proxy is not None and proxy.authorization and url.scheme == "http":
            headers["proxy-authorization"] = proxy.authorization
        return headers

    def _open_session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0, ssl=tls_context(self._environ) if self._tls else True, resolver=Resolver()
        )
        tolerate(connector, asyncio.get_running_loop())
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the runner has its own
            auto_decompress=False,
            max_field_size=HEADERS_MAX,
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[_trace_config()],
        )
        return self._session


def _check_status(response: aiohttp.ClientResponse, url: URL, proxy: Proxy | None) -> None:
    """Close the response and raise StreamError if its status means that no answer follows."""
    status = response.status
    if status == 407 and proxy is not None and url.scheme == "http":
        response.close()
        raise refused_by_proxy(status, response.reason or "", proxy.place)
    if status < 200:
        response.close()
        raise StreamError("protocol", f"HTTP {status}: not an answer", http_status=status)
    if 300 <= status < 400:
        location = response.headers.get("location", "nowhere")
        location = shown_url(location) or location.partition("?")[0]
        response.close()
        raise StreamError(
            "protocol",
            f"HTTP {status}: the server redirects to {location}; redirects are not "
            "followed, so that no key or prompt reaches another host",
            http_status=status,
        )


def _tunnel_headers(url: URL, proxy: Proxy | None) -> dict[str, str] | None:
    """The headers of the CONNECT request that opens a tunnel through a proxy."""
    if proxy is None or proxy.authorization is None or url.scheme != "https":
        return None
    return {"Proxy-Authorization": proxy.authorization}


def _explained(error: Exception, url: URL, proxy: Proxy | None, trace: RequestTrace) -> StreamError:
    """The error of a request; the proxy's fault unless a tunnel to the server was open."""
    tunnelled = url.scheme != "http" and (trace.connect_s is not None or trace.reused)
    if proxy is not None and not tunnelled:
        return proxy_error(error, proxy.place)
    return transport_error(error)


def _trace_config() -> aiohttp.TraceConfig:
    """Callbacks that report a request's connection and the moment at which it is sent."""
    config = aiohttp.TraceConfig()

    def trace_of(context: SimpleNamespace) -> RequestTrace:
        trace: RequestTrace = context.trace_request_ctx
        return trace

    async def creating(_session: object, context: SimpleNamespace, _params: object) -> None:
        trace_of(context).connecting_since = monotonic()

    async def created(_session: object, context: SimpleNamespace, _params: object) -> None:
        trace = trace_of(context)
        trace.connect_s = monotonic() - trace.connecting_since

    async def resolved(_session: object, context: SimpleNamespace, _params: object) -> None:
        trace = trace_of(context)
        trace.dns_s = monotonic() - trace.connecting_since

    async def reused(_session: object, context: SimpleNamespace, _params: object) -> None:
        trace_of(context).reused = True

    async def writing_headers(_session: object, context: SimpleNamespace, _params: object) -> None:
        trace = trace_of(context)
        if trace.exchange is not None:
            trace.exchange.emit(Connected(trace.reused, trace.dns_s, trace.connect_s))
            await trace.exchange.ready()

    async def writing_body(_session: object, context: SimpleNamespace, _params: object) -> None:
        trace = trace_of(context)
        if trace.exchange is not None and trace.sent_at is None:
            trace.sent_at = monotonic()
            trace.exchange.emit(Sent())

    config.on_connection_create_start.append(creating)
    config.on_connection_create_end.append(created)
    config.on_dns_resolvehost_end.append(resolved)
    config.on_connection_reuseconn.append(reused)
    config.on_request_headers_sent.append(writing_headers)
    config.on_request_chunk_sent.append(writing_body)
    return config
