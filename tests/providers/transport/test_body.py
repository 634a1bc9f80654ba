"""Bodies that break before they are read, and the limits of error bodies."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx2
import pytest

from streamdash.providers.transport.body import ERROR_BODY_MAX
from streamdash.providers.transport.timed_transport import TimedTransport
from streamdash.streams.errors import StreamError
from tests.faults.framing import answered, chunk, chunked_head, gzipped, head
from tests.faults.server import Close, FaultServer, Flood, Pause, Reset, Send

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorKind
    from tests.faults.server import Reply


async def body_of(reply: Reply, *, late_s: float = 0.0) -> tuple[bytes, StreamError | None]:
    """The bytes of a body that is read `late_s` after its headers, and the error that ended it."""
    data = bytearray()
    with FaultServer({"m": (reply,)}) as server:
        transport = TimedTransport(dict, tls=False, all_sdk_headers=False)
        async with (
            httpx2.AsyncClient(transport=transport, timeout=None) as client,
            client.stream("POST", f"{server.url}/v1", json={"model": "m"}) as response,
        ):
            await asyncio.sleep(late_s)
            try:
                async for piece in response.aiter_bytes():
                    data += piece
            except StreamError as error:
                return bytes(data), error
    return bytes(data), None


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ((Close(),), "disconnected"),
        ((Reset(),), "disconnected"),
        ((Pause(0.1), Send(b"zz\r\nnever\r\n")), "protocol"),
    ],
    ids=["closed", "reset", "malformed"],
)
async def test_bytes_before_a_broken_body_are_read_even_late(how: Reply, kind: ErrorKind) -> None:
    data, error = await body_of((Send(chunked_head()), Send(chunk(b"kept")), *how), late_s=0.3)
    assert data == b"kept"
    assert error is not None
    assert error.kind == kind


async def test_only_the_start_of_an_errors_body_is_read() -> None:
    data, error = await body_of((Send(head(500, content_type="text/plain")), Flood(b"x" * 9999)))
    assert error is None
    assert data == b"x" * ERROR_BODY_MAX


@pytest.mark.parametrize("packed", [gzipped(b"it broke"), gzipped(b"it broke")[:-4]])
async def test_an_errors_body_in_gzip_is_unpacked_cut_or_not(packed: bytes) -> None:
    reply = answered(500, packed, "text/plain", {"content-encoding": "gzip"})
    assert await body_of(reply) == (b"it broke", None)
