"""Looks names up in daemon threads, which do not delay the program's exit.

A silent name server blocks a lookup for half a minute, and Python joins the threads of its own
pool at exit. That pool is also small: a few lookups that hang would block all others.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from aiohttp.abc import AbstractResolver, ResolveResult

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class Resolver(AbstractResolver):
    """The system's name lookup, each in a thread of its own."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        def look_up() -> list[Any]:
            # configured families only: connecting to an address without a route takes a timeout
            flags = socket.AI_ADDRCONFIG
            return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=flags)

        return [
            ResolveResult(
                hostname=host,
                # the numeric address, with its zone if it has one
                host=socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0],
                port=address[1],
                family=kind,
                proto=proto,
                flags=_NUMERIC,
            )
            for kind, _, proto, _, address in await _in_a_thread(look_up)
        ]

    async def close(self) -> None:
        """Do nothing: a running lookup ends by itself."""


async def _in_a_thread(call: Callable[[], list[Any]]) -> list[Any]:
    """The outcome of `call` in a daemon thread, which a cancellation leaves running."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[list[Any]] = loop.create_future()

    def settle(result: list[Any] | None, error: OSError | None) -> None:
        if outcome.done():
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(result or [])

    def work() -> None:
        result, error = None, None
        try:
            result = call()
        except OSError as raised:
            error = raised
        except ValueError as raised:
            # the name is impossible, such as one with too long a label
            error = socket.gaierror(socket.EAI_NONAME, str(raised))
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, result, error)

    Thread(target=work, name="name lookup", daemon=True).start()
    return await outcome
