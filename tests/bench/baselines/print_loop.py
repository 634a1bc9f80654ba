"""Baseline: the same streams printed as they arrive, with no screen at all."""

from __future__ import annotations

import asyncio

from tests.bench.baselines.streaming import arguments


async def print_text(_index: int, text: str) -> None:
    """The whole user interface of most scripts."""
    print(text, end="", flush=True)


if __name__ == "__main__":
    streams, report = arguments()
    asyncio.run(streams.show_all(print_text))
    streams.write_report(report)
