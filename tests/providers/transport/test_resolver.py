"""Name lookups that fail or hang affect only their own stream."""

from __future__ import annotations

import asyncio
import socket
import threading
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.transport.resolver import Resolver
from streamdash.streams.events import Status
from tests.faults.asking import asked, ended, endpoint_at, nothing_left, run_of, warmed
from tests.faults.dialects import CHAT
from tests.faults.framing import streamed
from tests.faults.server import FaultServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def silent_name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Makes lookups under `.invalid` hang until the test ends; the event is set when one begins."""
    asked_for, over = threading.Event(), threading.Event()
    real = socket.getaddrinfo

    def lookup(host: object, *rest: object, **more: object) -> object:
        if str(host).endswith(".invalid"):
            asked_for.set()
            over.wait(30)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    yield asked_for
    over.set()


async def test_localhost_is_found() -> None:
    found = await Resolver().resolve("localhost", 80, socket.AF_INET)
    assert [(entry["host"], entry["port"]) for entry in found] == [("127.0.0.1", 80)]


@pytest.mark.parametrize("host", ["x" * 70 + ".invalid", "a..invalid", "\udcff.invalid"])
async def test_an_impossible_name_has_no_address(host: str) -> None:
    with pytest.raises(socket.gaierror):
        await Resolver().resolve(host, 80)


def test_the_program_exits_at_once_while_a_lookup_hangs(
    silent_name_server: threading.Event,
) -> None:
    async def leave() -> Status:
        run = await warmed(run_of(asked(endpoint_at(CHAT, "http://hangs.invalid"), "m")))
        run.start()
        await asyncio.to_thread(silent_name_server.wait, 5)
        run.cancel(0)
        await run.drain()
        assert await nothing_left() == set()
        return run.states[0].status

    started = monotonic()
    assert asyncio.run(leave()) is Status.CANCELLED
    assert monotonic() - started < 3


@pytest.mark.usefixtures("silent_name_server")
async def test_lookups_that_hang_do_not_block_others() -> None:
    with FaultServer({"m": (streamed(CHAT.healthy("fine")),)}) as server:
        hanging = [endpoint_at(CHAT, f"http://h{n}.invalid", name=f"h{n}") for n in range(20)]
        local = endpoint_at(CHAT, server.url.replace("127.0.0.1", "localhost"))
        run = await warmed(run_of(*(asked(endpoint, "m") for endpoint in [*hanging, local])))
        run.start()
        async with asyncio.timeout(10):
            while not run.states[-1].status.final:  # noqa: ASYNC110  # it happens in many places
                await asyncio.sleep(0.01)
        await run.drain()
    assert run.states[-1].text.value() == "fine"


async def test_a_failed_name_server_is_a_dns_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lookup(*_rest: object, **_more: object) -> object:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    (state,) = await ended(asked(endpoint_at(CHAT, "http://gone.invalid"), "m"))
    assert state.error is not None
    assert state.error.kind == "dns"
    assert "gone.invalid" in state.error.message
