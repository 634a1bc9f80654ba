"""Runs that request fault servers through the real providers."""

from __future__ import annotations

import asyncio
import gc
from random import Random
from typing import TYPE_CHECKING

from streamdash.providers.registry import Providers
from streamdash.streams.live import LivePerformer, live_run
from streamdash.streams.spec import Endpoint, RunPlan, StreamSpec
from tests.faults.scenarios.scenario import CALM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.events import Event
    from streamdash.streams.run import Run
    from streamdash.streams.spec import Deadlines
    from streamdash.streams.state import StreamState
    from tests.faults.dialects import Dialect

QUESTION = ({"role": "user", "content": "Hello"},)


class Heard:
    """A listener that records every event with its time."""

    def __init__(self) -> None:
        self.events: list[tuple[StreamState, Event, float]] = []

    def on_event(self, state: StreamState, event: Event, at: float) -> None:
        self.events.append((state, event, at))

    def of(self, label: str) -> list[Event]:
        return [event for state, event, _ in self.events if state.spec.label == label]


def endpoint_at(
    dialect: Dialect,
    url: str,
    *,
    name: str = "lab",
    key_env: str | None = None,
    headers: Mapping[str, str] | None = None,
    builtin: bool = False,
) -> Endpoint:
    """An endpoint of this dialect at a fault server."""
    base_url = url if dialect.api == "anthropic" else f"{url}/v1"
    return Endpoint(
        name=name,
        api=dialect.api,
        base_url=base_url,
        key_env=key_env,
        headers=headers or {},
        builtin=builtin,
    )


def asked(
    endpoint: Endpoint, model: str, *, deadlines: Deadlines = CALM, retries: int = 0
) -> StreamSpec:
    """The spec of a stream that plays the script called `model`."""
    return StreamSpec(
        label=model,
        endpoint=endpoint,
        model=model,
        messages=QUESTION,
        deadlines=deadlines,
        retries=retries,
    )


def run_of(
    *specs: StreamSpec, environ: Mapping[str, str] | None = None, heard: Heard | None = None
) -> Run:
    """A run that has not started."""
    return live_run(
        RunPlan(specs=specs),
        Providers(environ or {}),
        rng=Random(7),
        listeners=(heard,) if heard else (),
    )


async def ended(
    *specs: StreamSpec, environ: Mapping[str, str] | None = None, heard: Heard | None = None
) -> list[StreamState]:
    """Run the streams to their ends, and leave nothing behind."""
    run = run_of(*specs, environ=environ, heard=heard)
    run.start()
    await run.wait()
    await run.drain()
    return run.states


async def warmed(run: Run) -> Run:
    """The same run after its SDKs are loaded, which would otherwise be part of the timing."""
    for spec in run.plan.specs:
        assert isinstance(run.performer, LivePerformer)
        await run.performer.providers.provider(spec.endpoint).warm()
    return run


async def nothing_left() -> set[asyncio.Task[object]]:
    """Tasks other than the caller's, including those that garbage collection starts."""
    left = asyncio.all_tasks()
    gc.collect()
    await asyncio.sleep(0)
    return (left | asyncio.all_tasks()) - {asyncio.current_task()}
