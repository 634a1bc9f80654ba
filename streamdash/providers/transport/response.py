"""A response with a good status: whether it can be an answer, and its way to a clean end."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import httpx2

from streamdash.providers.http_errors import explain_body
from streamdash.providers.transport.content_encoding import packings_of
from streamdash.providers.transport.response_heads import IGNORED_LENGTH
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Flag, Headers
from streamdash.streams.flags import FlagName
from streamdash.streams.provider import current_exchange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from streamdash.providers.api_keys import Mask
    from streamdash.streams.provider import AttemptContext

GOODBYE_S = 0.1
"""How long to wait for the end of a body after the terminal marker, to keep the connection."""
WRONG_BODY_MAX = 64 << 10
WRONG_BODY_S = 2.0
WHOLE_MAX = 32 << 20
"""Bytes of an answer in one piece."""
TEXT_MAX = 64 << 20
"""Characters of a streamed answer, all channels together."""
BODY_MAX = 1 << 30
"""Bytes of a streamed answer's body, unpacked; pictures and traces are most of such a one."""

_BODILESS = frozenset({204, 205})
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":", b"data\n", b"data\r", b"error:")
"""How a line of an event stream begins."""
_BOM = b"\xef\xbb\xbf"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?(?!utf-?8\b)[^\"';\s]", re.IGNORECASE)


def headers_of(response: Any, mask: Mask) -> Headers:
    """The event of a response's arrival."""
    headers = response.headers
    request_id = headers.get("x-request-id") or headers.get("request-id")
    return Headers(
        response.status_code,
        mask(request_id) if request_id else None,
        mask(headers.get("content-type", "")),
    )


class Trust(NamedTuple):
    """How far a response's headers can be believed."""

    doubted: bool
    """The type is another one: the body's beginning decides."""
    odd: bool
    """The type is missing, another one, or names another character set."""


def check_response(response: Any, kind: str) -> Trust:
    """Whether the body is said to be of this kind; raises StreamError where it cannot be read."""
    status = response.status_code
    if status in _BODILESS:
        raise StreamError("protocol", f"HTTP {status}: an answer without a body")
    if packings := packings_of(response.headers.get_list("content-encoding")):
        packed = ", ".join(packings)
        raise StreamError("protocol", f"the body is packed as {packed!r}, which nobody asked for")
    content_type = response.headers.get("content-type", "").strip()
    doubted = bool(content_type) and kind not in content_type.lower()
    return Trust(doubted, doubted or not content_type or bool(_CHARSET.search(content_type)))


def odd_flags(response: Any, believed: Trust) -> list[Flag]:
    """Marks for headers that say something else than the body is."""
    flags = [Flag(FlagName.CONTENT_TYPE)] if believed.odd else []
    return [*flags, Flag(FlagName.CONTENT_LENGTH)] if IGNORED_LENGTH in response.headers else flags


async def beginning(response: Any, arriving: AsyncIterator[bytes], kind: str, mask: Mask) -> bytes:
    """The first bytes of a body whose type is another one: enough to see that it is as expected.

    Raises StreamError where it is not, with its own words, as far as they come soon.
    """
    body = bytearray()
    opened: bool | None = None
    while opened is None:
        data = await anext(arriving, None)
        if data is None:
            break
        body += data
        opened = _begins(bytes(body[:WRONG_BODY_MAX]), kind)
        if opened is None and len(body) > WRONG_BODY_MAX:
            break
    if opened:
        return bytes(body)
    await _read_on(body, arriving)
    content_type = response.headers.get("content-type", "").split(";")[0].strip()
    wanted = "JSON" if kind == "json" else "an event stream"
    said = explain_body(bytes(body[:WRONG_BODY_MAX]), mask)
    raise StreamError(
        "protocol",
        f"not {wanted} but {content_type}: {said}",
        http_status=response.status_code,
    )


def _begins(body: bytes, kind: str) -> bool | None:
    """Whether a body begins as one of its kind; None where too little has come to tell."""
    start = body.removeprefix(_BOM).lstrip()
    if not start or _BOM.startswith(start):
        return None
    if kind == "json":
        return start[:1] in (b"{", b"[")
    if start.startswith(_FIELDS):
        return True
    return None if any(field.startswith(start) for field in _FIELDS) else False


async def _read_on(body: bytearray, arriving: AsyncIterator[bytes]) -> None:
    """Read what comes of a wrong body within limits of size and time, however it ends."""
    loop = asyncio.get_running_loop()
    heard_at = loop.time()
    with suppress(StreamError, aiohttp.ClientError, httpx2.TransportError):
        try:
            async with asyncio.timeout(WRONG_BODY_S):
                async for data in arriving:
                    heard_at = loop.time()
                    body += data
                    if len(body) >= WRONG_BODY_MAX:
                        break
        except TimeoutError:
            if (exchange := current_exchange.get()) is not None:
                exchange.waited_s = loop.time() - heard_at


async def resumed(begun: bytes, arriving: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The body of which `begun` was already read."""
    yield begun
    async for data in arriving:
        yield data


def check_size(size: int, exchange: AttemptContext) -> None:
    """Raise StreamError where a streamed answer of `size` bytes is longer than any answer."""
    if exchange.chars > TEXT_MAX:
        raise StreamError("protocol", f"the answer is longer than {TEXT_MAX >> 20} MiB of text")
    if size > BODY_MAX:
        raise StreamError("protocol", f"the body is longer than {BODY_MAX >> 20} MiB")


def cut_by_length(response: Any, size: int) -> StreamError | None:
    """The error of a line that stops where `Content-Length` says that the body ends."""
    length = response.headers.get("content-length", "")
    if length != str(size):
        return None
    return StreamError(
        "protocol", f"the answer stops inside a line, after the {size} bytes of its Content-Length"
    )


async def whole_body(arriving: AsyncIterator[bytes]) -> bytearray:
    """All of a body; raises StreamError where it is longer than any answer."""
    body = bytearray()
    async for data in arriving:
        body += data
        if len(body) > WHOLE_MAX:
            raise StreamError("protocol", f"the answer is longer than {WHOLE_MAX >> 20} MiB")
    return body


def body_chunks(response: Any) -> aclosing[Any]:
    """The body as it arrives.

    Not through the SDK's own iterator, which leaves what is under it to the garbage collector.
    """
    return aclosing(response.http_response.aiter_bytes())


async def read_tail(arriving: AsyncIterator[bytes]) -> None:
    """Read what little follows the terminal marker, so that the connection ends cleanly."""
    # the answer is whole: how the connection goes says nothing
    with suppress(Exception):
        async with asyncio.timeout(GOODBYE_S):
            async for _ in arriving:
                pass
