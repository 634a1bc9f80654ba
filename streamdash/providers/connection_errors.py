"""What breaks below HTTP, by the exception that still knows it."""

from __future__ import annotations

import errno
import os
import ssl

import aiohttp

from streamdash.streams.errors import StreamError


def transport_error(error: Exception) -> StreamError:
    """What broke below HTTP, by the exception that still knows it."""
    match error:
        case StreamError():
            return error
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
            what = "the connection ended in the middle of the body"
            if "content length" in str(error):
                what += ": fewer bytes came than Content-Length says"
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


def _not_http(message: str) -> str:
    if "\\x15\\x03" in message:
        # an alert, which is how a TLS server meets a plain request
        return "not an HTTP answer: the server speaks TLS, so the base URL must begin with https://"
    return f"not an HTTP answer: {' '.join(message.split())}"[:300]


def _os_reason(error: Exception) -> str:
    """The operating system's word for it, without aiohttp's frame around it."""
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
