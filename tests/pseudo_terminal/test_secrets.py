"""A key is in nothing that the program writes, whatever a server does with it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.dialects import CHAT, DIALECTS, MESSAGES, event
from tests.faults.framing import answered, streamed
from tests.faults.server import FaultServer
from tests.program import streamdash
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.server import Script

KEY = "sk-canary-8c2f61d09b7e"
TEAM = "team-canary-55aa31"
HEADER = "x-team-secret"
VARIABLES = {"LAB_API_KEY": KEY}
FORMATS = ("events", "json", "text", "jsonl", "csv", "markdown")
"""The first two are of runs; a replay prints the others by the same code, and loads no SDK."""


def scripts() -> dict[str, Script]:
    """Servers that say the key again, each dialect in its own ways."""
    said = f"Incorrect API key provided: {KEY} ({TEAM})"
    spoken: dict[str, Script] = {}
    for dialect in DIALECTS:
        api = dialect.api
        body = json.dumps({"error": {"type": "authentication_error", "message": said}})
        spoken |= {
            f"{api}-refuses": (answered(401, body),),
            f"{api}-page": (answered(200, f"<html>Bearer {KEY} {TEAM}", "text/html"),),
            f"{api}-breaks": (streamed(dialect.begin, dialect.fail("invalid_request", said)),),
            f"{api}-tells": (streamed(dialect.healthy(f"You sent {KEY} ", f"and {TEAM}, done.")),),
            f"{api}-tears": (
                streamed(
                    dialect.healthy(f"It was {KEY[:13]}", f"{KEY[13:]}, {TEAM[:2]}", TEAM[2:])
                ),
            ),
        }
    spoken["openai-odd"] = (
        streamed(
            CHAT.begin, event({"type": "odd", "auth": KEY}), CHAT.say("odd"), b"data: [DONE]\n\n"
        ),
    )
    return spoken


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer(scripts()) as server:
        yield server


@pytest.fixture
def prompts(server: FaultServer, tmp_path: Path) -> str:
    """A prompt file in a folder of its own: it holds the header's value itself."""
    path = tmp_path / "asked" / "prompts.json"
    path.parent.mkdir()
    endpoints = {
        dialect.api.replace("openai", "lab"): {
            "api": dialect.api,
            "base_url": server.url if dialect is MESSAGES else f"{server.url}/v1",
            "api_key_env": "LAB_API_KEY",
            "headers": {HEADER: TEAM},
        }
        for dialect in DIALECTS
    }
    streams = [
        {"model": f"{model.rpartition('-')[0].replace('openai', 'lab')}:{model}", "prompt": "x"}
        for model in scripts()
    ]
    path.write_text(json.dumps({"endpoints": endpoints, "streams": streams}))
    return str(path)


def written(home: Path) -> dict[str, str]:
    """Every file that the program has written, by its name."""
    files = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "asked"]
    assert files
    return {path.name: path.read_text() for path in files}


def assert_nowhere(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        assert "canary" not in text, name


async def test_no_format_holds_a_key(server: FaultServer, prompts: str, tmp_path: Path) -> None:
    for style in FORMATS:
        asked = (prompts, "--retries", "0", "--record", f"{style}.run")
        command = asked if style in ("events", "json") else ("replay", "events.run")
        ended = await streamdash(*command, "--format", style, home=tmp_path, variables=VARIABLES)
        assert ended.code == 1
        assert "***" in ended.err
        assert "***" in ended.out
        assert_nowhere({f"{style} output": ended.out, f"{style} errors": ended.err})
    assert_nowhere(written(tmp_path))
    sent = [requests[0] for requests in server.received.values()]
    assert all(request.header(HEADER) == TEAM for request in sent)
    assert all(KEY in str(request.headers) for request in sent)


async def test_neither_the_screen_nor_what_it_exports_holds_a_key(
    prompts: str, tmp_path: Path
) -> None:
    async with session(
        prompts, "--retries", "0", home=tmp_path, columns=200, rows=60, variables=VARIABLES
    ) as terminal:
        await terminal.until_ended(16, "***")
        command = Path(f"/proc/{terminal.process.pid}/cmdline").read_text()
        for key in "tjlcmhs":
            terminal.press("e")
            await terminal.until("into this folder")
            terminal.press(key)
            await terminal.until("exported to")
            await terminal.until_it(lambda screen: "into this folder" not in screen)
        terminal.press("i")
        for _ in range(16):
            await terminal.until("following")
            await asyncio.sleep(0.05)
            terminal.press("tab")
        terminal.press("q")
        assert await terminal.ended() == 1
    texts = written(tmp_path)
    assert {name.rpartition(".")[2] for name in texts} >= {
        "txt", "json", "jsonl", "csv", "md", "html", "svg",
    }  # fmt: skip
    assert_nowhere({**texts, "screen": terminal.output.decode(), "command": command})
