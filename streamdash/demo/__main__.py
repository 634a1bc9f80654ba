"""Runs the embedded server alone: `python -m streamdash.demo [--port N] [--pace X]`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from streamdash.demo.personalities import PERSONALITIES
from streamdash.demo.server import HOST, DemoServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.spec import Api

_URLS: tuple[tuple[str, Api], ...] = (
    ("demo", "openai"),
    ("demo-responses", "openai-responses"),
    ("demo-anthropic", "anthropic"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal arrives; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m streamdash.demo",
        description="Serve canned answers in three dialects on a loopback port.",
        epilog=f"Models: {', '.join(PERSONALITIES)}.",
    )
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument(
        "--pace", type=float, default=1.0, help="2 is half as fast, 0 waits for nothing"
    )
    options = parser.parse_args(arguments)
    if not 0 <= options.port <= 65_535:
        parser.error("--port must be from 0 to 65535")
    if not 0 <= options.pace < float("inf"):
        parser.error("--pace must be 0 or more")
    try:
        return asyncio.run(serve(options.port, options.pace))
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except OSError as error:
        sys.stderr.write(f"cannot listen on {HOST}:{options.port}: {error.strerror}\n")
        return 1


async def serve(port: int, pace: float) -> int:
    """Print the base URLs and serve; returns 128 plus the number of the signal that arrives."""
    stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def stop(number: int) -> None:
        if not stopped.done():
            stopped.set_result(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
    async with DemoServer(port=port, pace=pace) as server:
        for name, api in _URLS:
            sys.stdout.write(f"{name:<16}{server.base_url(api)}\n")
        sys.stdout.flush()
        return await stopped


if __name__ == "__main__":
    sys.exit(main())
