"""Runs the whole table: per dialect one run with every scenario and seven healthy neighbours."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.registry import Providers
from streamdash.streams.live import live_run
from streamdash.streams.spec import Endpoint, RunPlan, StreamSpec
from streamdash.streams.timing import deadlines
from tests.faults.dialects import DIALECTS
from tests.faults.framing import LAST_CHUNK, chunk, chunked_head
from tests.faults.scenarios import scenarios
from tests.faults.scenarios.scenario import CALM
from tests.faults.server import FaultServer, Pause, Reply, Send, Stall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.events import Event
    from streamdash.streams.state import StreamState
    from tests.faults.dialects import Dialect
    from tests.faults.scenarios.scenario import Scenario
    from tests.faults.server import Received

NEIGHBOURS = 7
TOGETHER = 80
"""Streams of one dialect at once: as many as a crowded dashboard has."""
CERTIFICATE = Path(__file__).with_name("certificate.pem")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one stream of the trial ended, and what the server saw of it."""

    state: StreamState
    received: list[Received]
    events_after_end: int


class Endings:
    """Counts what a listener still hears of a stream that has ended: nothing, it is hoped."""

    def __init__(self) -> None:
        self.late: dict[str, int] = {}
        self._ended: set[str] = set()

    def on_event(self, state: StreamState, event: Event, at: float) -> None:
        label = state.spec.label
        if label in self._ended:
            self.late[label] = self.late.get(label, 0) + 1
        if state.ended_at is not None:
            self._ended.add(label)


def neighbour_text(d: Dialect, number: int) -> list[str]:
    """The pieces of a healthy neighbour's answer, no two answers alike."""
    return [f"{d.api} {number}.{place} 世界😀\n" for place in range(60)]


def neighbour(d: Dialect, number: int) -> tuple[Reply, ...]:
    """A healthy answer that takes as long as most of the others together."""
    steps: list[Send | Pause] = [Send(chunked_head()), Send(chunk(d.begin))]
    for piece in neighbour_text(d, number):
        steps += [Send(chunk(d.say(piece))), Pause(0.08)]
    return ((*steps, Send(chunk(d.finish() + d.end()) + LAST_CHUNK)),)


def spec_of(
    scenario: Scenario, dialect: Dialect, endpoint: Endpoint, *, model: str | None = None
) -> StreamSpec:
    """The scenario's stream; the server finds its script by the model's name."""
    return StreamSpec(
        label=scenario.name,
        endpoint=endpoint,
        model=model or scenario.name,
        messages=({"role": "user", "content": "Hello"},),
        stream=scenario.stream,
        max_tokens=scenario.max_tokens,
        deadlines=scenario.deadlines,
        retries=scenario.retries,
    )


def endpoint_at(dialect: Dialect, name: str, url: str) -> Endpoint:
    """A custom endpoint of the dialect without a key."""
    base_url = url if dialect.api == "anthropic" else f"{url}/v1"
    return Endpoint(name=f"{dialect.api} {name}", api=dialect.api, base_url=base_url)


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def no_such_host() -> Iterator[None]:
    """Names under `.invalid` have no address, and no name server hears of them."""
    real = socket.getaddrinfo

    def lookup(host: object, *rest: object, **more: object) -> object:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lookup)
        yield


async def _no_wait(_seconds: float) -> None:
    """In place of a retry's wait: its length is in the state."""


async def _run(d: Dialect, stack: contextlib.ExitStack) -> dict[str, Outcome]:
    table = scenarios(d)
    scripts = {s.name: s.script for s in table if s.place == "server"}
    healthy = {f"neighbour {n}": neighbour(d, n) for n in range(NEIGHBOURS)}
    main = stack.enter_context(FaultServer({**scripts, **healthy}))
    signed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    signed.load_cert_chain(CERTIFICATE)
    untrusted = stack.enter_context(FaultServer({}, tls=signed))
    silent = stack.enter_context(FaultServer({}, greeting=(Stall(),)))
    urls = {
        "server": main.url,
        "refused": f"http://127.0.0.1:{closed_port()}",
        "nowhere": "http://nowhere.invalid",
        "untrusted": untrusted.url,
        "silent": silent.url.replace("http:", "https:"),
    }
    specs = []
    for s in table:
        url = urls.get(s.place)
        name = s.place if url else s.name
        if url is None:
            greeting = None if s.place == "alone" else s.script[0]
            url = stack.enter_context(FaultServer({s.name: s.script}, greeting=greeting)).url
            if s.place == "other as https":
                url = url.replace("http:", "https:")
        specs.append(spec_of(s, d, endpoint_at(d, name, url)))
    at_main = endpoint_at(d, "server", main.url)
    neighbours = [
        StreamSpec(label=name, endpoint=at_main, model=name, messages=specs[0].messages,
                   deadlines=CALM)
        for name in healthy
    ]  # fmt: skip
    endings = Endings()
    run = live_run(
        RunPlan(specs=(*neighbours, *specs), concurrency=TOGETHER),
        Providers({}),
        listeners=(endings,),
        rng=Random(7),
        sleep=_no_wait,
    )
    run.start()
    await run.wait()
    await run.drain()
    return {
        state.spec.label: Outcome(
            state, main.received.get(state.spec.label, []), endings.late.get(state.spec.label, 0)
        )
        for state in run.states
    }


async def _all() -> dict[str, dict[str, Outcome]]:
    with (
        contextlib.ExitStack() as stack,
        no_such_host(),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(deadlines, "FINISH_GRACE_S", deadlines.COUNTED_GRACE_S)
        found = await asyncio.gather(*(_run(d, stack) for d in DIALECTS))
        return {d.api: outcomes for d, outcomes in zip(DIALECTS, found, strict=True)}


def perform() -> dict[str, dict[str, Outcome]]:
    """Every scenario of every dialect at once: outcomes by `api` and the scenario's name."""
    return asyncio.run(_all())
