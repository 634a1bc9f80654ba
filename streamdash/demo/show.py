"""What the bare `streamdash` command plays: six streams, three dialects, every temperament."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.spec import StreamSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Endpoint

TITLE = "streamdash demo"
_MAX_TOKENS = 2_000


class _Act(NamedTuple):
    label: str
    endpoint: str
    model: str
    prompt: str


_ACTS = (
    _Act("Sky", "demo", "quick", "Why is the sky blue?"),
    _Act("Birthdays", "demo-anthropic", "thinker", "How many people until two share a birthday?"),
    _Act("Merge", "demo-responses", "code", "Merge sorted files that do not fit in memory."),
    _Act("Sourdough", "demo-anthropic", "slow", "What lives in a sourdough, and what does it do?"),
    _Act("Longitude", "demo", "long", "How did sailors learn where they were?"),
    _Act("Tides", "demo-responses", "bursty", "Why are there two tides a day?"),
)


def demo_specs(endpoints: Mapping[str, Endpoint]) -> tuple[StreamSpec, ...]:
    """The demo's streams at the endpoints `demo`, `demo-responses` and `demo-anthropic`."""
    return tuple(
        StreamSpec(
            label=act.label,
            endpoint=endpoints[act.endpoint],
            model=act.model,
            messages=({"role": "user", "content": act.prompt},),
            max_tokens=_MAX_TOKENS,
        )
        for act in _ACTS
    )
