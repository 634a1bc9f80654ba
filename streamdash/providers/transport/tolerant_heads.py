"""Accepts response heads that HTTP forbids but that servers behind proxies do send."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError

if TYPE_CHECKING:
    import asyncio

    import aiohttp

HEAD_MAX = 64 << 10
"""Bytes of a head that are examined; aiohttp refuses a longer one."""
IGNORED_LENGTH = "x-ignored-content-length"
"""The new name of a `Content-Length` that contradicts a chunked body."""

_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:[^\r\n]*chunked", re.IGNORECASE | re.MULTILINE)
_INTERIM = re.compile(rb"HTTP/1\.\d 1(?!01)\d\d")


class TolerantHandler(ResponseHandler):
    """aiohttp's protocol, but each response's head is corrected before aiohttp parses it."""

    _head: bytearray | None = None
    """The bytes of the head so far; None once it is complete."""
    _left: int | None = None
    """Bytes of the body that are missing according to its `Content-Length`."""

    def set_response_params(self, **params: Any) -> None:
        self._head, self._left = bytearray(), None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        if self._head is None:
            super().data_received(data if self._left is None else self._within(data))
            return
        self._head += data
        if self._head[:5] == b"HTTP/"[: len(self._head)] and not self._complete():
            return
        self._pass_on()

    def _complete(self) -> bool:
        """Whether the final head has arrived after any interim ones, or exceeds `HEAD_MAX`."""
        head = self._head or b""
        start = 0
        while len(head) < HEAD_MAX:
            end = head.find(b"\r\n\r\n", start)
            if end < 0:
                return b"\n\n" in head
            if not _INTERIM.match(head, start):
                return True
            start = end + 4
        return True

    def _pass_on(self) -> None:
        data, self._head = bytes(self._head or b""), None
        end = data.find(b"\r\n\r\n")
        while end >= 0 and _INTERIM.match(data, data.rfind(b"HTTP/", 0, end)):
            end = data.find(b"\r\n\r\n", end + 4)
        head, body = (data[:end], data[end:]) if end >= 0 else (data, b"")
        lengths = {length.strip() for length in _LENGTH.findall(head)}
        if lengths and _CHUNKED.search(head):
            # the connection is not used again: the server may mean more bytes than we read
            self.force_close()
            head = re.sub(rb"(?im)^content-length(?=[ \t]*:)", IGNORED_LENGTH.encode(), head)
        elif len(lengths) > 1:
            found = " and ".join(sorted(length.decode("latin-1") for length in lengths))
            self.set_exception(
                HttpProcessingError(
                    code=400, message=f"two lengths that contradict each other: {found}"
                )
            )
            if self.transport is not None:
                self.transport.close()
            return
        elif lengths and (length := lengths.pop()).isdigit():
            self._left = int(length) + 4
            body = self._within(body)
        super().data_received(head + body)

    def _within(self, data: bytes) -> bytes:
        """The part of `data` that belongs to the body; bytes beyond it are not another response."""
        if self._left is None or len(data) <= self._left:
            self._left = None if self._left is None else self._left - len(data)
            return data
        data, self._left = data[: self._left], 0
        self.force_close()
        return data

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._head:
            # aiohttp judges a head that was cut
            self._pass_on()
        super().connection_lost(exc)


def tolerate(connector: aiohttp.TCPConnector, loop: asyncio.AbstractEventLoop) -> None:
    """Make a connector use `TolerantHandler`; aiohttp has no public way to do that."""
    factory: Any = partial(TolerantHandler, loop=loop)
    connector._factory = factory
