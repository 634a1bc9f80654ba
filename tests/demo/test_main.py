"""The server as a separate process."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import openai
import pytest

from streamdash.demo.__main__ import main

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LIMIT_S = 20.0


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[str]]]:
    """The process and the base URLs that it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "streamdash.demo", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        lines = [await asyncio.wait_for(process.stdout.readline(), LIMIT_S) for _ in range(3)]
        yield process, [line.decode().split()[1] for line in lines]
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["int", "term"]
)
async def test_a_signal_ends_it_silently_even_during_an_answer(
    number: signal.Signals, code: int
) -> None:
    async with (
        running() as (process, urls),
        aiohttp.ClientSession(trust_env=False) as session,
        session.post(
            urls[1] + "/responses", json={"model": "slow", "input": "hello", "stream": True}
        ) as response,
    ):
        await response.content.readline()
        process.send_signal(number)
        _, complaints = await asyncio.wait_for(process.communicate(), LIMIT_S)

        assert process.returncode == code
        assert complaints == b""


async def test_it_answers_at_the_given_pace() -> None:
    async with (
        running("--pace", "0") as (_, urls),
        openai.AsyncOpenAI(api_key="demo", base_url=urls[0], max_retries=0) as client,
    ):
        completion = await asyncio.wait_for(
            client.chat.completions.create(
                model="long", messages=[{"role": "user", "content": "hello"}]
            ),
            5,
        )

    assert len(completion.choices[0].message.content or "") > 4000


def test_a_taken_port_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert main(["--port", str(port)]) == 1

    told = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--pace", "-1"], ["--pace", "nan"]])
def test_numbers_out_of_range_are_bad_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2
    assert arguments[0] in capsys.readouterr().err
