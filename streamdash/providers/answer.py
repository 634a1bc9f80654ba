"""A response with a good status: whether it can be an answer, and its way to a clean end."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

from streamdash.providers.failures import explain_body
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Headers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from streamdash.providers.keys import Mask

GOODBYE_S = 0.1
"""How long to wait for the end of a body after the terminal marker, to keep the connection."""
WRONG_BODY_MAX = 64 << 10
WRONG_BODY_S = 2.0
WHOLE_MAX = 8 << 20
"""Bytes of an answer in one piece."""

_BODILESS = frozenset({204, 205})
_UNPACKED = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""Content encodings that are read although nobody asked for one."""


def headers_of(response: Any, mask: Mask) -> Headers:
    """The event of a response's arrival."""
    headers = response.headers
    request_id = headers.get("x-request-id") or headers.get("request-id")
    return Headers(
        response.status_code,
        mask(request_id) if request_id else None,
        mask(headers.get("content-type", "")),
    )


async def expect(response: Any, kind: str, mask: Mask) -> None:
    """Raise StreamError unless the body is of this kind; one without a type is believed."""
    status = response.status_code
    if status in _BODILESS:
        raise StreamError("protocol", f"HTTP {status}: an answer without a body")
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in _UNPACKED:
        raise StreamError("protocol", f"the body is packed as {packed!r}, which nobody asked for")
    content_type = response.headers.get("content-type", "")
    if not content_type or kind in content_type.lower():
        return
    said = explain_body(await _start_of(response), mask)
    wanted = "JSON" if kind == "json" else "an event stream"
    raise StreamError(
        "protocol",
        f"not {wanted} but {content_type.split(';')[0].strip()}: {said}",
        http_status=status,
    )


async def _start_of(response: Any) -> bytes:
    """What arrives of a body within limits of size and time, however it ends."""
    body = bytearray()
    with suppress(Exception):
        async with asyncio.timeout(WRONG_BODY_S), pieces(response) as arriving:
            async for data in arriving:
                body += data
                if len(body) >= WRONG_BODY_MAX:
                    break
    return bytes(body[:WRONG_BODY_MAX])


async def whole_body(response: Any) -> bytes:
    """All of a body; raises StreamError where it is longer than any answer."""
    body = bytearray()
    async with pieces(response) as arriving:
        async for data in arriving:
            body += data
            if len(body) > WHOLE_MAX:
                raise StreamError("protocol", f"the answer is longer than {WHOLE_MAX >> 20} MiB")
    return bytes(body)


def pieces(response: Any) -> aclosing[Any]:
    """The body as it arrives.

    Not through the SDK's own iterator, which leaves what is under it to the garbage collector.
    """
    return aclosing(response.http_response.aiter_bytes())


async def goodbye(arriving: AsyncIterator[bytes]) -> None:
    """Read what little follows the terminal marker, so that the connection ends cleanly."""
    # the answer is whole: how the connection goes says nothing
    with suppress(Exception):
        async with asyncio.timeout(GOODBYE_S):
            async for _ in arriving:
                pass
