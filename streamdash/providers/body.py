"""A response's body as it arrives, and what is taken of an error's."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from typing import TYPE_CHECKING

import aiohttp
import httpx2

from streamdash.providers.connection_errors import transport_error
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ERROR_BODY_MAX = 64 << 10
ERROR_BODY_S = 2.0
_ANY_ZLIB = 47
"""Window bits that recognise gzip and zlib by themselves."""


class Body(httpx2.AsyncByteStream):
    """A response's bytes as they arrive; of an error's body, at most `limit` bytes, unpacked."""

    def __init__(self, response: aiohttp.ClientResponse, limit: int | None) -> None:
        self._response = response
        self._limit = limit
        connection = response.connection
        protocol = connection.protocol if connection is not None else None
        self._gone = protocol.closed if protocol is not None else None
        if self._gone is not None:
            self._gone.add_done_callback(self._lost)

    def _lost(self, gone: asyncio.Future[None]) -> None:
        """End a body that nobody ends: aiohttp forgets it when its chunks are malformed."""
        _look_at(gone)
        content = self._response.content
        if content.exception() is None and not content.is_eof():
            content.set_exception(
                StreamError("protocol", "malformed data: the chunks of the body make no sense")
            )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._response.content
        try:
            if self._limit is not None:
                yield await self._limited(self._limit)
                return
            while data := await content.readany():
                yield data
        except (aiohttp.ClientError, OSError, StreamError) as error:
            # what came before the connection broke came in time; there is no public way to it
            if data := content._read_nowait(-1):
                yield data
            raise transport_error(error) from None
        except BaseException:
            # a reader that was cancelled in an SDK's hands does not come back to close it
            self._response.close()
            raise

    async def _limited(self, limit: int) -> bytes:
        """What arrives of the body within its limits of size and time."""
        parts = bytearray()
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, StreamError):
            async with asyncio.timeout(ERROR_BODY_S):
                while len(parts) < limit and (data := await self._response.content.readany()):
                    parts += data
        if self._response.headers.get("content-encoding", "identity") == "identity":
            return bytes(parts[:limit])
        try:
            return zlib.decompressobj(_ANY_ZLIB).decompress(parts, limit)
        except zlib.error:
            return b""

    async def aclose(self) -> None:
        if self._gone is not None:
            self._gone.remove_done_callback(self._lost)
            self._gone.remove_done_callback(_look_at)
            self._gone.add_done_callback(_look_at)
        # a body read to its end gives its connection back; any other closes it, at once
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


def _look_at(gone: asyncio.Future[None]) -> None:
    """Take note of how a connection ended, or the event loop complains that nobody did."""
    if not gone.cancelled():
        gone.exception()
