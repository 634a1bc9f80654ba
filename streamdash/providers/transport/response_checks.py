"""Checks whether a response with a good status can be an answer, and limits its body's size."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
import httpx2

from streamdash.providers.errors.error_messages import explain_body
from streamdash.providers.transport.content_encoding import encodings_of
from streamdash.providers.transport.tolerant_heads import IGNORED_LENGTH
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Flag, Headers
from streamdash.streams.flags import FlagName
from streamdash.streams.provider import current_exchange

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from typing import Literal, TypeAlias

    from streamdash.providers.api_keys import Mask
    from streamdash.streams.provider import AttemptContext

    BodyKind: TypeAlias = Literal["event-stream", "json"]
    """The part of a content type that an answer's body must have."""

GOODBYE_S = 0.1
"""Time that a body gets to end after the terminal marker; then its connection can be reused."""
WRONG_BODY_MAX = 64 << 10
WRONG_BODY_S = 2.0
WHOLE_MAX = 32 << 20
"""Bytes of an answer in one piece."""
TEXT_MAX = 64 << 20
"""Characters of a streamed answer, all channels together."""
BODY_MAX = 1 << 30
"""Bytes of a streamed answer's body, unpacked; most of so long a body is pictures and traces."""

_BODILESS = frozenset({204, 205})
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":", b"data\n", b"data\r", b"error:")
"""The possible beginnings of a line of an event stream."""
_BOM = b"\xef\xbb\xbf"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?(?!utf-?8\b)[^\"';\s]", re.IGNORECASE)


def headers_event(response: httpx2.Response, mask: Mask) -> Headers:
    """The event that a response's headers have arrived."""
    headers = response.headers
    request_id = headers.get("x-request-id") or headers.get("request-id")
    return Headers(
        response.status_code,
        mask(request_id) if request_id else None,
        mask(headers.get("content-type", "")),
    )


class Trust(NamedTuple):
    """How well a response's content type fits the body that was requested."""

    kind: BodyKind
    doubted: bool
    """The content type is a different one: the first bytes of the body decide."""
    odd: bool
    """The content type is missing, a different one, or names a character set other than UTF-8."""


def check_response(response: httpx2.Response, kind: BodyKind) -> Trust:
    """Compare the headers with the kind of body that was requested.

    Raises StreamError if there is no body or if it is compressed.
    """
    status = response.status_code
    if status in _BODILESS:
        raise StreamError("protocol", f"HTTP {status}: an answer without a body")
    if encodings := encodings_of(response.headers.get_list("content-encoding")):
        packed = ", ".join(encodings)
        raise StreamError(
            "protocol", f"the body is compressed with {packed!r}, which was not requested"
        )
    content_type = response.headers.get("content-type", "").strip()
    doubted = bool(content_type) and kind not in content_type.lower()
    return Trust(kind, doubted, doubted or not content_type or bool(_CHARSET.search(content_type)))


def odd_flags(response: httpx2.Response, trust: Trust) -> list[Flag]:
    """Flags for headers that contradict the body."""
    flags = [Flag(FlagName.CONTENT_TYPE)] if trust.odd else []
    return [*flags, Flag(FlagName.CONTENT_LENGTH)] if IGNORED_LENGTH in response.headers else flags


async def checked_body(
    response: httpx2.Response, chunks: AsyncIterator[bytes], trust: Trust, mask: Mask
) -> AsyncIterator[bytes]:
    """The chunks of the body, after a look at the first ones if the content type is doubted.

    Raises StreamError, with the start of the body in its message, if it is of another kind.
    """
    if not trust.doubted:
        return chunks
    start = bytearray()
    fits: bool | None = None
    while fits is None and len(start) <= WRONG_BODY_MAX:
        data = await anext(chunks, None)
        if data is None:
            break
        start += data
        fits = _begins(bytes(start[:WRONG_BODY_MAX]), trust.kind)
    if fits:
        return _resumed(bytes(start), chunks)
    await _read_on(start, chunks)
    content_type = response.headers.get("content-type", "").split(";")[0].strip()
    wanted = "JSON" if trust.kind == "json" else "an event stream"
    words = explain_body(bytes(start[:WRONG_BODY_MAX]), mask)
    raise StreamError(
        "protocol",
        f"not {wanted} but {content_type}: {words}",
        http_status=response.status_code,
    )


def _begins(body: bytes, kind: BodyKind) -> bool | None:
    """Whether a body begins like one of this kind; None if there are too few bytes to tell."""
    start = body.removeprefix(_BOM).lstrip()
    if not start or _BOM.startswith(start):
        return None
    if kind == "json":
        return start[:1] in (b"{", b"[")
    if start.startswith(_FIELDS):
        return True
    return None if any(field.startswith(start) for field in _FIELDS) else False


async def _read_on(body: bytearray, chunks: AsyncIterator[bytes]) -> None:
    """Read more of a wrong body into `body`, within limits of size and time."""
    loop = asyncio.get_running_loop()
    heard_at = loop.time()
    with suppress(StreamError, aiohttp.ClientError, httpx2.TransportError):
        try:
            async with asyncio.timeout(WRONG_BODY_S):
                async for data in chunks:
                    heard_at = loop.time()
                    body += data
                    if len(body) >= WRONG_BODY_MAX:
                        break
        except TimeoutError:
            if (exchange := current_exchange.get()) is not None:
                exchange.waited_s = loop.time() - heard_at


async def _resumed(start: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield start
    async for data in chunks:
        yield data


def check_size(size: int, exchange: AttemptContext) -> None:
    """Raise StreamError if a streamed answer of `size` bytes is too long in text or in bytes."""
    if exchange.chars > TEXT_MAX:
        raise StreamError("protocol", f"the answer is longer than {TEXT_MAX >> 20} MiB of text")
    if size > BODY_MAX:
        raise StreamError("protocol", f"the body is longer than {BODY_MAX >> 20} MiB")


def cut_by_length(response: httpx2.Response, size: int) -> StreamError | None:
    """The error of a body that stops inside a line just where its `Content-Length` ends."""
    length = response.headers.get("content-length", "")
    if length != str(size):
        return None
    return StreamError(
        "protocol", f"the answer stops inside a line, after the {size} bytes of its Content-Length"
    )


async def whole_body(chunks: AsyncIterator[bytes]) -> bytearray:
    """All bytes of a body; raises StreamError if there are more than `WHOLE_MAX`."""
    body = bytearray()
    async for data in chunks:
        body += data
        if len(body) > WHOLE_MAX:
            raise StreamError("protocol", f"the answer is longer than {WHOLE_MAX >> 20} MiB")
    return body


def body_chunks(response: httpx2.Response) -> aclosing[AsyncGenerator[bytes, None]]:
    """The bytes of the body as they arrive.

    The SDK's own iterator would leave the generator below it to the garbage collector.
    """
    return aclosing(response.aiter_bytes())


async def read_tail(chunks: AsyncIterator[bytes]) -> None:
    """Read the few bytes after the terminal marker, which lets the connection be reused."""
    # the answer is complete, even if the connection fails now
    with suppress(Exception):
        async with asyncio.timeout(GOODBYE_S):
            async for _ in chunks:
                pass
