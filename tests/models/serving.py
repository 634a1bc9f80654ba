"""A server that answers every request with bytes of a test's choice, and lists what it received."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence


class Request(NamedTuple):
    """One request, with header names in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class Listing:
    """The base URL of a server, and its requests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []


def answer(
    body: object, *, status: str = "200 OK", kind: str = "application/json", **headers: str
) -> bytes:
    """A whole HTTP answer; a `body` that is no bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + data


def openai_list(names: Sequence[object]) -> dict[str, object]:
    return {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}


@asynccontextmanager
async def serving(
    reply: bytes | Callable[[Request], bytes],
    *,
    hangs: bool = False,
    ready: asyncio.Event | None = None,
) -> AsyncIterator[Listing]:
    """A loopback server that gives `reply`, once it is `ready`.

    With `hangs` it keeps connections open after the reply.
    """
    over = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            target = urlsplit(head[0].split()[1])
            pairs = (line.partition(":") for line in head[1:] if line)
            request = Request(
                target.path,
                {name: values[-1] for name, values in parse_qs(target.query).items()},
                {name.lower(): value.strip() for name, _, value in pairs},
            )
            listing.requests.append(request)
            if ready is not None:
                await ready.wait()
            writer.write(reply if isinstance(reply, bytes) else reply(request))
            await writer.drain()
            if hangs:
                await over.wait()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    listing = Listing(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield listing
    finally:
        for event in (over, ready):
            if event is not None:
                event.set()
        server.close()
        await server.wait_closed()
