"""A person starts a large run at a terminal, and is asked before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.demo.server import DemoServer
    from tests.pseudo_terminal.conftest import Prompts

QUESTION = "streamdash: send 202 requests? [y/N]"


@pytest.mark.parametrize("answer", ["n\r", "\r", "yess\r", "\x04"])
async def test_nothing_is_sent_unless_the_answer_is_yes(
    server: DemoServer, prompts: Prompts, tmp_path: Path, answer: str
) -> None:
    path = prompts({"A": "lab:brief", "B": "lab:brief"})
    async with session(path, "--repeat", "101", home=tmp_path) as terminal:
        await terminal.until(QUESTION)
        terminal.press(answer)
        assert await terminal.ended() == 130
        assert "streamdash: nothing was sent" in terminal.text
        assert not server.requests
    assert not list(tmp_path.rglob("*.jsonl"))


async def test_the_screen_opens_after_a_yes_and_at_once_with_the_option(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief", "B": "lab:brief"})
    async with session(path, "--repeat", "101", home=tmp_path) as terminal:
        await terminal.until(QUESTION)
        terminal.press("y\r")
        await terminal.until("of 101")
    async with session(path, "--repeat", "101", "--yes", home=tmp_path) as terminal:
        assert QUESTION not in await terminal.until("of 101")


async def test_the_board_says_what_the_cases_make(prompts: Prompts, tmp_path: Path) -> None:
    path = prompts({"A": "lab:brief", "B": "messages:brief"})
    (tmp_path / "c.csv").write_text("topic\nx\ny\n")
    words = (path, "--cases", "c.csv", "-p", "{{topic}}")
    async with session(*words, home=tmp_path) as terminal:
        await terminal.until("4 streams", "A · x", "B · y")
        await terminal.until_ended(4)


async def test_one_dear_request_is_asked_about_too_and_also_where_the_prompt_is_piped(
    tmp_path: Path,
) -> None:
    words = ("-", "-m", "openai:gpt-4o", "--set", "max_tokens=200000")
    async with session(*words, home=tmp_path, stdin=b"a prompt") as terminal:
        await terminal.until("send 1 request, about $2.00? [y/N]")
        terminal.press("n\r")
        assert await terminal.ended() == 130


async def test_a_headless_run_at_a_terminal_asks_as_well(
    server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief", "B": "lab:brief"})
    words = (path, "--repeat", "101", "--headless")
    async with session(*words, home=tmp_path) as terminal:
        await terminal.until(QUESTION)
        terminal.press("\r")
        assert await terminal.ended() == 130
    assert not server.requests
