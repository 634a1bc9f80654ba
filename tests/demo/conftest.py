"""The embedded server without waits, and the real clients for each of its dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anthropic
import openai
import pytest

from streamdash.demo.server import DemoServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    async with DemoServer(pace=0) as server:
        yield server


@pytest.fixture
async def openai_client(server: DemoServer) -> AsyncIterator[openai.AsyncOpenAI]:
    """Speaks both OpenAI dialects: they have the same base URL."""
    async with openai_for(server) as client:
        yield client


@pytest.fixture
async def anthropic_client(server: DemoServer) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic_for(server) as client:
        yield client


def openai_for(server: DemoServer) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(api_key="demo", base_url=server.base_url("openai"), max_retries=0)


def anthropic_for(server: DemoServer) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(
        api_key="demo", base_url=server.base_url("anthropic"), max_retries=0
    )
