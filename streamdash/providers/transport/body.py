"""A response's body as it arrives, and what is taken of an error's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import httpx2

from streamdash.providers.transport.connection_errors import transport_error
from streamdash.providers.transport.content_encoding import Unpacker, can_unpack, unpacked
from streamdash.streams.errors import StreamError
from streamdash.streams.provider import current_exchange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ERROR_BODY_MAX = 64 << 10
ERROR_BODY_S = 2.0


class Body(httpx2.AsyncByteStream):
    """A response's bytes as they arrive, unpacked; of an error's body, at most `limit` bytes.

    What is packed in a way that nobody can undo here comes as it is.
    """

    def __init__(
        self, response: aiohttp.ClientResponse, limit: int | None, packings: tuple[str, ...] = ()
    ) -> None:
        self._response = response
        self._limit = limit
        self._readable = can_unpack(packings)
        self._unpackers = [Unpacker(word) for word in reversed(packings)] if self._readable else []
        self._spoilt = False
        """Whether the bytes could not be unpacked: nothing that follows can."""
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
                if not self._unpackers:
                    yield data
                    continue
                for piece in self._unpacked(data):
                    yield piece
                    # a little may unpack to much: the other streams have their turn in between
                    await asyncio.sleep(0)
        except (aiohttp.ClientError, OSError, StreamError) as error:
            # what came before the connection broke came in time; there is no public way to it
            if not self._spoilt and (data := content._read_nowait(-1)):
                for piece in self._unpacked(data):
                    yield piece
            raise transport_error(error) from None
        except BaseException:
            # a reader that was cancelled in an SDK's hands does not come back to close it
            self._response.close()
            raise

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        try:
            yield from unpacked(data, self._unpackers)
        except StreamError:
            self._spoilt = True
            raise

    async def _limited(self, limit: int) -> bytes:
        """What arrives of the body within its limits of size and time."""
        parts = bytearray()
        loop = asyncio.get_running_loop()
        heard_at = loop.time()
        try:
            async with asyncio.timeout(ERROR_BODY_S):
                while len(parts) < limit and (data := await self._response.content.readany()):
                    heard_at = loop.time()
                    for piece in unpacked(data, self._unpackers):
                        parts += piece
                        if len(parts) >= limit:
                            break
        except TimeoutError:
            exchange = current_exchange.get()
            if exchange is not None:
                exchange.waited_s = loop.time() - heard_at
        except (aiohttp.ClientError, StreamError):
            pass  # an error's body is worth what came of it
        return bytes(parts[:limit]) if self._readable else b""

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
