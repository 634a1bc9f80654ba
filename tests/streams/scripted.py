"""Specs for scripted streams, and the scripted provider under the names that tests use."""

from __future__ import annotations

from streamdash.demo.scripted_provider import HEADERS, STOP, Step
from streamdash.demo.scripted_provider import ScriptedProvider as Scripted
from streamdash.demo.scripted_provider import ScriptedProviders as ScriptedSource
from streamdash.demo.scripted_provider import answer as spoken
from streamdash.streams.spec import Endpoint, StreamSpec

__all__ = [
    "ENDPOINT", "HEADERS", "SPEC", "STOP", "Scripted", "ScriptedSource", "Step", "spec", "spoken",
]  # fmt: skip

ENDPOINT = Endpoint(name="lab", api="openai", base_url="http://127.0.0.1:1/v1")
SPEC = StreamSpec(
    label="A", endpoint=ENDPOINT, model="m", messages=({"role": "user", "content": "Hello"},)
)


def spec(label: str = "A", **changes: object) -> StreamSpec:
    """A stream spec whose endpoint is named like its label, so that it has a script of its own."""
    endpoint = ENDPOINT._replace(name=label)
    return SPEC._replace(label=label, endpoint=endpoint, **changes)  # type: ignore[arg-type]
