"""The typed SDK loop that all baselines share."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from openai import AsyncOpenAI

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


class Streams:
    """The streams of a request file, each read by the SDK's default client.

    `ttft_s[i]` and `total_s[i]` are stream `i`'s times, counted from the call.
    """

    def __init__(self, path: Path) -> None:
        asked = json.loads(path.read_text(encoding="utf-8"))
        self.models: list[str] = asked["models"]
        self._base_url: str = asked["base_url"]
        self.ttft_s: list[float | None] = [None] * len(self.models)
        self.total_s: list[float | None] = [None] * len(self.models)

    async def show_all(self, show: Callable[[int, str], Awaitable[None]]) -> None:
        """Hand each text to `show(index, text)` as it arrives, all streams at once."""
        client = AsyncOpenAI(base_url=self._base_url, api_key="none", max_retries=0)

        async def show_one(index: int) -> None:
            async for text in self._texts(client, index):
                await show(index, text)

        async with client:
            await asyncio.gather(*(show_one(index) for index in range(len(self.models))))

    async def _texts(self, client: AsyncOpenAI, index: int) -> AsyncIterator[str]:
        start = monotonic()
        stream = await client.chat.completions.create(
            model=self.models[index],
            messages=[{"role": "user", "content": "go"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        async with stream:
            async for chunk in stream:
                text = chunk.choices[0].delta.content if chunk.choices else None
                if text:
                    if self.ttft_s[index] is None:
                        self.ttft_s[index] = monotonic() - start
                    yield text
        self.total_s[index] = monotonic() - start

    def write_report(self, path: Path) -> None:
        """Leave the times for the benchmark."""
        path.write_text(json.dumps({"ttft_s": self.ttft_s, "total_s": self.total_s}))


def arguments() -> tuple[Streams, Path]:
    """The streams of the request file named first, and where the report goes."""
    return Streams(Path(sys.argv[1])), Path(sys.argv[2])
