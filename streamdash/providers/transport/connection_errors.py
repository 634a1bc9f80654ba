"""aiohttp's and the system's exceptions as StreamError, for the server and for a proxy."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import aiohttp

from streamdash.streams.errors import StreamError


def transport_error(error: Exception) -> StreamError:
    """The error of a request to the server that failed below HTTP."""
    match error:
        case StreamError():
            return error
        case aiohttp.ClientConnectorDNSError():
            return StreamError("dns", f"no address for {error.host}", retryable=True)
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(error.certificate_error, "verify_message", "") or "it is not trusted"
            return StreamError("tls", f"certificate of {error.host}: {reason}")
        case aiohttp.ClientConnectorSSLError():
            return StreamError(
                "tls", f"TLS with {error.host}:{error.port} failed: {_os_reason(error)}"
            )
        case aiohttp.ClientConnectorError():
            where = f"{error.host}:{error.port}"
            return StreamError("connect", f"{where}: {_os_reason(error)}", retryable=True)
        case aiohttp.ServerDisconnectedError():
            return StreamError(
                "disconnected", "the server closed the connection without an answer", retryable=True
            )
        case aiohttp.ClientPayloadError():
            what = "the connection ended in the middle of the body"
            if "content length" in str(error):
                what += ": fewer bytes arrived than Content-Length announces"
            return StreamError("disconnected", what, retryable=True)
        case aiohttp.ClientResponseError():
            return StreamError("protocol", _not_http(error.message))
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


def proxy_error(error: Exception, place: str) -> StreamError:
    """The error of a request that failed at a proxy or on the way to it; it names the proxy."""
    cause = getattr(error, "os_error", None)
    match error:
        case aiohttp.ClientHttpProxyError():
            return refused_by_proxy(error.status, error.message, place)
        case aiohttp.ClientConnectorDNSError():
            return StreamError("dns", f"no address for the proxy {place}", retryable=True)
        case aiohttp.ClientProxyConnectionError() if isinstance(
            cause, aiohttp.ClientConnectorDNSError | socket.gaierror
        ):
            return StreamError("dns", f"no address for the proxy {place}", retryable=True)
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            explained = transport_error(error)
            explained.message += f" (through the proxy {place})"
            return explained
        case aiohttp.ClientConnectorError():
            reason = f"the proxy {place}: {_os_reason(error)}"
            return StreamError("connect", reason, retryable=True)
        case aiohttp.ServerDisconnectedError():
            reason = f"the proxy {place} closed the connection without an answer"
            return StreamError("connect", reason, retryable=True)
        case aiohttp.ClientResponseError():
            return StreamError(
                "connect", f"the proxy {place}: {_not_http(error.message, https='')}"
            )
        case StreamError():
            return error
        case OSError() | aiohttp.ClientConnectionError():
            reason = f"the proxy {place}: the connection broke: {_os_reason(error)}"
            return StreamError("connect", reason, retryable=True)
        case _:
            return StreamError(
                "connect", f"the proxy {place}: {type(error).__name__}: {error}"[:300]
            )


def refused_by_proxy(status: int, reason: str, place: str) -> StreamError:
    """The error of a proxy that answers in place of the server."""
    words = f": {' '.join(reason.split())[:200]}" if reason.strip() else ""
    hint = "; it wants a user and a password: http://USER:PASSWORD@HOST:PORT" * (status == 407)
    return StreamError(
        "connect",
        f"the proxy {place} refused with HTTP {status}{words}{hint}",
        http_status=status,
        retryable=status in (429, 502, 503, 504),
    )


def _not_http(message: str, https: str = ", so the base URL must begin with https://") -> str:
    if "\\x15\\x03" in message:
        # a TLS server answers a plain request with an alert
        return f"not an HTTP answer: the server speaks TLS{https}"
    return f"not an HTTP answer: {' '.join(message.split())}"[:300]


def _os_reason(error: Exception) -> str:
    """The operating system's message without the text that aiohttp adds."""
    cause = getattr(error, "os_error", None) or error
    number = getattr(cause, "errno", None)
    if (
        isinstance(number, int)
        and number in errno.errorcode
        and not isinstance(cause, ssl.SSLError)
    ):
        return os.strerror(number)
    reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return str(reason)
