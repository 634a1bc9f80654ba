"""What a person sees when servers refuse, are not there, or say nothing."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts


def closed_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_each_failure_is_told_in_its_pane_and_touches_no_other(
    prompts: Prompts, tmp_path: Path
) -> None:
    nobody = f"http://127.0.0.1:{closed_port()}/v1"
    more = {
        "keyed": {"api": "openai", "base_url": nobody, "api_key_env": "LAB_API_KEY"},
        "nobody": {"api": "openai", "base_url": nobody},
    }
    path = prompts(
        {
            "Fine": "lab:short",
            "Locked": "lab:locked",
            "Keyless": "keyed:m",
            "Nobody": "nobody:m",
            "Silent": "lab:silent",
            "Well": "lab:short",
        },
        more,
    )
    arguments = (path, "--ttft-timeout", "2", "--retries", "0")
    async with session(*arguments, home=tmp_path, columns=210, rows=50) as terminal:
        screen = await terminal.until_ended(6, "2 done", "3 failed", "1 timeout")
        assert "auth 401: HTTP 401 from" in screen
        assert "LAB_API_KEY is not set" in screen
        assert "connect: " in screen
        assert "ttft: no first token within 2 s" in screen
        assert screen.count("line 59") == 2
        terminal.press("q")
        assert await terminal.ended() == 1
        terminal.assert_restored()
    assert "streamdash: LAB_API_KEY is not set" in terminal.output.partition(b"\x1b")[0].decode()
    ends = {row.split()[0]: row for row in terminal.ordinary.split("\r\n") if ":" in row}
    assert "failed (auth)" in ends["Locked"]
    assert "failed (auth)" in ends["Keyless"]
    assert "failed (connect)" in ends["Nobody"]
    assert "timeout (ttft)" in ends["Silent"]
    assert "done" in ends["Fine"]


async def test_a_server_that_is_down_is_asked_again_before_the_eyes_of_the_user(
    prompts: Prompts, tmp_path: Path
) -> None:
    more = {"nobody": {"api": "openai", "base_url": f"http://127.0.0.1:{closed_port()}/v1"}}
    async with session(
        prompts({"Nobody": "nobody:m", "Fine": "lab:brief"}, more), "--retries", "1", home=tmp_path
    ) as terminal:
        await terminal.until("retry in", "connect", "brief answer")
        await terminal.until_ended(2, "2 attempts")
        terminal.press("q")
        assert await terminal.ended() == 1
