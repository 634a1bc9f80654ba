"""The body of an aiohttp response as an httpx2 byte stream."""

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
    """A response's bytes as they arrive, unpacked if the encodings are supported.

    With a `limit`, which the bodies of errors have, at most that many bytes.
    """

    def __init__(
        self, response: aiohttp.ClientResponse, limit: int | None, encodings: tuple[str, ...] = ()
    ) -> None:
        self._response = response
        self._limit = limit
        self._can_unpack = can_unpack(encodings)
        names = reversed(encodings) if self._can_unpack else ()
        self._unpackers = [Unpacker(name) for name in names]
        self._corrupt = False
        """Whether unpacking has failed; the rest cannot be unpacked either."""
        connection = response.connection
        protocol = connection.protocol if connection is not None else None
        self._closed = protocol.closed if protocol is not None else None
        if self._closed is not None:
            self._closed.add_done_callback(self._connection_closed)

    def _connection_closed(self, closed: asyncio.Future[None]) -> None:
        """End a body with malformed chunks, whose reader aiohttp would leave waiting."""
        _retrieve(closed)
        content = self._response.content
        if content.exception() is None and not content.is_eof():
            content.set_exception(
                StreamError("protocol", "malformed data: the chunks of the body are invalid")
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
                    # a few bytes may unpack to many: the other streams have their turn
                    await asyncio.sleep(0)
        except (aiohttp.ClientError, OSError, StreamError) as error:
            # aiohttp has no public way to the bytes that arrived before the connection broke
            if not self._corrupt and (data := content._read_nowait(-1)):
                for piece in self._unpacked(data):
                    yield piece
            raise transport_error(error) from None
        except BaseException:
            # a reader that is cancelled inside an SDK never closes the body itself
            self._response.close()
            raise

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        try:
            yield from unpacked(data, self._unpackers)
        except StreamError:
            self._corrupt = True
            raise

    async def _limited(self, limit: int) -> bytes:
        """The first `limit` bytes of the body, or those that arrive within `ERROR_BODY_S`."""
        body = bytearray()
        loop = asyncio.get_running_loop()
        heard_at = loop.time()
        try:
            async with asyncio.timeout(ERROR_BODY_S):
                while len(body) < limit and (data := await self._response.content.readany()):
                    heard_at = loop.time()
                    for piece in unpacked(data, self._unpackers):
                        body += piece
                        if len(body) >= limit:
                            break
        except TimeoutError:
            exchange = current_exchange.get()
            if exchange is not None:
                exchange.waited_s = loop.time() - heard_at
        except (aiohttp.ClientError, StreamError):
            pass  # a part of an error's body is better than nothing
        return bytes(body[:limit]) if self._can_unpack else b""

    async def aclose(self) -> None:
        if self._closed is not None:
            self._closed.remove_done_callback(self._connection_closed)
            self._closed.remove_done_callback(_retrieve)
            self._closed.add_done_callback(_retrieve)
        # only after a whole body can the connection be used again
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


def _retrieve(closed: asyncio.Future[None]) -> None:
    """Retrieve a connection's exception; the event loop logs one that nobody retrieves."""
    if not closed.cancelled():
        closed.exception()
