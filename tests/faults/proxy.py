"""A proxy on loopback that records requests and gives a scripted answer."""

from __future__ import annotations

import select
import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from types import TracebackType

Answer = bytes | Literal["tunnel", "hang", "reset", "close"]
"""Bytes to send, a tunnel to `FaultProxy.target`, no answer, an RST, or a FIN."""


class FaultProxy:
    """Gives every connection the same answer; a context manager."""

    def __init__(self, answer: Answer, target: int = 0) -> None:
        self.heads: list[str] = []
        """The first bytes of each connection, up to the end of a request's head."""
        self.target = target
        self._answer = answer
        self._server = socket.socket()
        self._server.bind(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._over = threading.Event()

    def __enter__(self) -> FaultProxy:
        self._server.listen(50)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(65536)
                if not more:
                    break
                head += more
            self.heads.append(head.decode("latin-1"))
            match self._answer:
                case "tunnel":
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    with socket.create_connection(("127.0.0.1", self.target)) as other:
                        _pass_on(connection, other)
                case "hang":
                    self._over.wait(10)
                case "reset":
                    linger = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                case "close":
                    pass
                case data:
                    connection.sendall(data)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    ends = {one: other, other: one}
    while True:
        for ready in select.select(list(ends), [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            ends[ready].sendall(data)
