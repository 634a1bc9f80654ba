"""A server in the test's own process, and prompt files whose streams request it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

import pytest

from streamdash.demo.script import Rejection, Script, Step
from streamdash.demo.server import DemoServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

LINES = "".join(f"line {number}\n" for number in range(5_000))
"""The whole answer of the model `endless`."""

_STEPS = tuple(Step(0.02, "answer", line) for line in LINES.splitlines(keepends=True))

SCRIPTS = {
    "brief": Script(steps=(Step(0.0, "answer", "brief "), Step(0.0, "answer", "answer"))),
    "steady": Script(steps=tuple(Step(0.02, "answer", f"word{n} ") for n in range(150))),
    "endless": Script(steps=_STEPS),
    "short": Script(steps=_STEPS[:60]),
    "late": Script(steps=(Step(1.0, "answer", "late "), Step(0.5, "answer", "answer"))),
    "silent": Script(opening_s=300.0),
    "locked": Script(rejection=Rejection(401, "Incorrect API key provided.")),
}


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    async with DemoServer(scripts=SCRIPTS) as server:
        yield server


class Prompts(Protocol):
    """Writes a prompt file for streams given as label: model; `more` adds endpoints."""

    def __call__(
        self, streams: Mapping[str, str], more: Mapping[str, object] | None = None
    ) -> str: ...


@pytest.fixture
def prompts(server: DemoServer, tmp_path: Path) -> Prompts:
    """Each stream's prompt is its label; `lab`, `responses` and `messages` are the server."""

    def write(streams: Mapping[str, str], more: Mapping[str, object] | None = None) -> str:
        path = tmp_path / "prompts.json"
        endpoints = {
            "lab": {"api": "openai", "base_url": server.base_url("openai")},
            "responses": {
                "api": "openai-responses",
                "base_url": server.base_url("openai-responses"),
            },
            "messages": {"api": "anthropic", "base_url": server.base_url("anthropic")},
        }
        asked = [
            {"label": label, "model": model, "prompt": label} for label, model in streams.items()
        ]
        path.write_text(
            json.dumps(
                {
                    "title": "In a terminal",
                    "endpoints": {**endpoints, **(more or {})},
                    "streams": asked,
                }
            )
        )
        return str(path)

    return write


def numbered(count: int, model: str) -> dict[str, str]:
    """`count` streams of one model, labelled S1, S2, ..."""
    return {f"S{number}": model for number in range(1, count + 1)}
