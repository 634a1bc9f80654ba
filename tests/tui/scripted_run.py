"""Runs whose answers a test speaks by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.scripted_provider import ScriptedProviders
from streamdash.streams.live import live_run
from streamdash.streams.spec import Deadlines, Endpoint, RunPlan, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.run import Run

__all__ = ["ScriptedProviders", "scripted_run", "spec"]

ENDPOINT = Endpoint(name="lab", api="openai", base_url="http://127.0.0.1:1/v1")
DEMO_ENDPOINT = Endpoint(name="demo", api="openai", base_url="", demo=True)


def spec(label: str, *, demo: bool = False, prompted: bool = True, retries: int = 0) -> StreamSpec:
    """One stream's spec at the scripted endpoint."""
    messages: tuple[Mapping[str, object], ...] = ({"role": "user", "content": "hello"},)
    return StreamSpec(
        label=label,
        endpoint=DEMO_ENDPOINT if demo else ENDPOINT,
        model="m-1",
        messages=messages if prompted else (),
        deadlines=Deadlines(connect=0, ttft=0, stall=0, total=0),
        retries=retries,
    )


def scripted_run(
    *labels: str,
    demo: bool = False,
    prompted: bool = True,
    retries: int = 0,
    repeat: int = 1,
    warmup: int = 0,
) -> tuple[Run, ScriptedProviders]:
    """A run of one stream per label, and the providers that answer them."""
    provider = ScriptedProviders()
    specs = tuple(spec(label, demo=demo, prompted=prompted, retries=retries) for label in labels)
    plan = RunPlan(specs=specs, title="Test", repeat=repeat, warmup=warmup)
    return live_run(plan, provider), provider
