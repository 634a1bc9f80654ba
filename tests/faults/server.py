"""A server without an HTTP library: it writes a script's bytes, split wherever the script says.

It runs in a thread with its own event loop, because its stamps must not wait for the client's. The
`model` in a request's body selects the script.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType


class Send(NamedTuple):
    """Write these bytes and wait until the system has taken them."""

    data: bytes


class Pause(NamedTuple):
    """Send nothing for this long."""

    seconds: float


class Flood(NamedTuple):
    """Write the same bytes `times` times, or until the client has gone."""

    data: bytes
    times: int | None = None


class Stall(NamedTuple):
    """Send nothing more; hold the connection until the client closes it."""


class Close(NamedTuple):
    """End the connection in the ordinary way."""


class HalfClose(NamedTuple):
    """Send a FIN and keep reading until the client closes the connection."""


class Reset(NamedTuple):
    """Break the connection with an RST."""


Step: TypeAlias = Send | Pause | Flood | Stall | Close | HalfClose | Reset
Reply: TypeAlias = "Sequence[Step]"
Script: TypeAlias = "Sequence[Reply]"
"""The reply to the first request, to the second, and so on; the last one is repeated."""


@dataclass(slots=True)
class Received:
    """One request, and when its connection was written to and closed."""

    connection: int
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: float
    sent_at: list[float] = field(default_factory=list)
    """When each `Send` began."""
    closed_at: float | None = None
    """When the client's end of the connection was seen to close."""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def json(self) -> dict[str, object]:
        loaded = json.loads(self.body)
        assert isinstance(loaded, dict)
        return loaded


class FaultServer:
    """Answers from `scripts`, which has one script per model name; a context manager."""

    def __init__(
        self,
        scripts: Mapping[str, Script],
        *,
        tls: ssl.SSLContext | None = None,
        greeting: Reply | None = None,
    ) -> None:
        self.scripts = dict(scripts)
        self.received: dict[str, list[Received]] = {}
        self.connections = 0
        self.port = 0
        self._tls = tls
        self._greeting = greeting
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="fault server")
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> FaultServer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def wait_until(self, happened: Callable[[], bool], timeout_s: float = 5.0) -> bool:
        """Block until `happened()` is true; checked after every change. Returns whether it is."""
        with self._changed:
            return self._changed.wait_for(happened, timeout_s)

    def hang_up(self) -> None:
        """Close every open connection from the server's side."""
        self._loop.call_soon_threadsafe(self._hang_up)

    def _hang_up(self) -> None:
        for task in self._handlers:
            task.cancel()

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self._stop = asyncio.Event()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._connection(reader, writer))
            self._handlers.add(task)
            task.add_done_callback(self._handlers.discard)

        server = await asyncio.start_server(
            accept, "127.0.0.1", 0, ssl=self._tls, limit=1 << 24, backlog=512
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        self._hang_up()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if self._greeting is not None:
                    asking = asyncio.ensure_future(reader.read())
                    await self._perform(self._greeting, writer, asking, [])
                    return
                await self._requests(number, reader, writer)
        finally:
            writer.transport.abort()

    async def _requests(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = await _read_request(number, reader)
        while True:
            model = str(request.json().get("model"))
            earlier = self.received.setdefault(model, [])
            script = self.scripts[model]
            reply = script[min(len(earlier), len(script) - 1)]
            self._note(lambda: earlier.append(request))  # noqa: B023  # called at once
            asking = asyncio.ensure_future(_read_request(number, reader))
            try:
                await self._perform(reply, writer, asking, request.sent_at)
                following = await asking
            except BaseException:
                self._note(lambda: setattr(request, "closed_at", monotonic()))  # noqa: B023
                raise
            finally:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
            request = following

    def _note(self, change: Callable[[], None]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    async def _perform(
        self,
        reply: Reply,
        writer: asyncio.StreamWriter,
        asking: asyncio.Future[bytes] | asyncio.Future[Received],
        sent_at: list[float],
    ) -> None:
        """Do what the reply says; `asking` ends when the client has gone or asks again."""
        for step in reply:
            if asking.done():
                return
            match step:
                case Send(data):
                    sent_at.append(monotonic())
                    writer.write(data)
                    await writer.drain()
                case Pause(seconds):
                    await asyncio.wait([asking], timeout=seconds)
                case Flood(data, times):
                    count = 0
                    while (times is None or count < times) and not asking.done():
                        writer.write(data)
                        await writer.drain()
                        await asyncio.sleep(0)
                        count += 1
                case Stall():
                    await asyncio.wait([asking])
                case HalfClose():
                    writer.write_eof()
                    await asyncio.wait([asking])
                case Close():
                    writer.close()
                    await writer.wait_closed()
                case Reset():
                    sock: socket.socket = writer.get_extra_info("socket")
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    writer.transport.abort()


async def _read_request(number: int, reader: asyncio.StreamReader) -> Received:
    """One request; raises IncompleteReadError or OSError when the client has gone."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")[:-2]
    at = monotonic()
    method, target, _version = first.split(" ", 2)
    headers = tuple(
        (name.strip().lower(), value.strip())
        for name, _colon, value in (line.partition(":") for line in lines)
    )
    length = next((int(value) for name, value in headers if name == "content-length"), 0)
    body = await reader.readexactly(length)
    return Received(number, method, target, headers, body, at)
