"""A person runs prompts in a terminal: watches, cancels one, asks more, leaves with a table."""

from __future__ import annotations

import asyncio
import json
import tempfile
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.server import DemoServer
from tests.program import streamdash
from tests.pseudo_terminal.conftest import numbered
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts


@pytest.fixture
async def hurried() -> AsyncIterator[DemoServer]:
    """The demo's own models, twenty times as fast."""
    async with DemoServer(pace=0.05) as server:
        yield server


class TestThePersonalities:
    @pytest.fixture
    def server(self, hurried: DemoServer) -> DemoServer:
        return hurried

    async def test_six_streams_of_three_dialects_end_and_the_table_stays(
        self, prompts: Prompts, tmp_path: Path
    ) -> None:
        streams = {
            "Sky": "lab:quick",
            "Birthdays": "messages:thinker",
            "Merge": "responses:code",
            "Sourdough": "messages:slow",
            "Longitude": "lab:long",
            "Tides": "responses:bursty",
        }
        async with session(prompts(streams), home=tmp_path) as terminal:
            await terminal.until("In a terminal", *streams)
            await terminal.until_ended(6, "6 done", "q quit")
            terminal.press("q")
            assert await terminal.ended() == 0
            terminal.assert_restored()
        table = terminal.ordinary
        heading, *rows = [line for line in table.split("\r\n") if "done" in line or "TTFT" in line]
        assert [title in heading for title in ("label", "status", "TTFT", "total", "chars")]
        assert [row.split()[0] for row in rows] == list(streams)
        assert "recorded in " in table


async def test_the_bare_command_shows_the_demo(tmp_path: Path) -> None:
    async with session(home=tmp_path) as terminal:
        await terminal.until(
            "demo: canned answers", "Sky", "Birthdays", "Merge", "Sourdough", "Longitude", "Tides"
        )
        await terminal.until("ttft")
        terminal.press("X")
        await terminal.until_ended(6)
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()


CANCEL_SEEN_S = 0.25
"""The promise is 0.1 s; the rest is for a machine that is busy with other things."""


async def test_one_of_eight_is_cancelled_and_seven_go_on(
    server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    arguments = (prompts(numbered(8, "lab:steady")), "--record", str(recording))
    async with session(*arguments, home=tmp_path) as terminal:
        await terminal.until("word5 ")
        terminal.press("3")
        (third,) = [r for r in server.requests if "S3" in json.dumps(r.body)]
        assert third.ended_at is None
        # between the keys of a person there is time for a frame
        await asyncio.sleep(0.05)
        at = terminal.press("x")
        async with asyncio.timeout(10):
            await third.over.wait()
        assert third.closed_by_client_at is not None
        took = third.closed_by_client_at - at
        assert took < CANCEL_SEEN_S
        async with asyncio.timeout(30):
            for request in server.requests:
                await request.over.wait()
        screen = await terminal.until_ended(8, "7 done", "1 cancelled")
        assert "word0 word1" in screen
        terminal.press("q")
        assert await terminal.ended() == 0
    replayed = await streamdash("replay", str(recording), "--format", "json", home=tmp_path)
    results = json.loads(replayed.out)["streams"]
    said = "".join(f"word{n} " for n in range(150))
    for result in results:
        if result["label"] == "S3":
            assert result["status"] == "cancelled"
            assert result["text"]
            assert said.startswith(result["text"])
            assert len(result["text"]) < len(said)
        else:
            assert (result["status"], result["text"]) == ("done", said)
            # the server speaks every 0.02 s, in a process that is as busy as this machine
            assert result["gap_max_s"] < 0.5


async def test_who_leaves_blind_gets_the_table_with_names_and_who_was_who(
    prompts: Prompts, tmp_path: Path
) -> None:
    streams = {"Ant": "lab:brief", "Bee": "lab:short"}
    async with session(prompts(streams), home=tmp_path) as terminal:
        await terminal.until_ended(2, "r rerun")
        terminal.press("b")
        await terminal.until("b reveal")
        headings = [row for row in terminal.text.split("\n") if row.startswith("╭")]
        assert headings
        assert not any(name in row for row in headings for name in streams)
        terminal.press("q")
        assert await terminal.ended() == 0
    *_, before, told = [line for line in terminal.ordinary.split("\r\n") if "Bee" in line]
    assert before.split()[:2] == ["Bee", "lab:short"]
    assert told in ("blind: A = Ant, B = Bee", "blind: A = Bee, B = Ant")


async def test_without_a_prompt_the_bar_asks_for_one_and_for_the_next(
    server: DemoServer, tmp_path: Path
) -> None:
    variables = {"OPENAI_BASE_URL": server.base_url("openai"), "OPENAI_API_KEY": "sk-0123456789"}
    async with session("-m", "openai:echo", home=tmp_path, variables=variables) as terminal:
        await terminal.until("Prompt to echo")
        assert server.requests == []
        terminal.press("Grüße", "enter")
        await terminal.until_ended(1, "Grüße")
        terminal.press("p")
        await terminal.until("Follow-up to")
        terminal.press("noch 1", "enter")
        await terminal.until_ended(1, "noch 1")
        terminal.press("q")
        assert await terminal.ended() == 0
    first, second = (request.body for request in server.requests)
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert [message["content"] for message in first["messages"]] == ["Grüße"]
    assert [message["content"] for message in second["messages"]] == ["Grüße", "Grüße", "noch 1"]


async def test_a_prompt_from_a_pipe_leaves_the_keys_to_the_terminal(tmp_path: Path) -> None:
    async with session("-", "-m", "demo:echo", home=tmp_path, stdin=b"from a pipe") as terminal:
        await terminal.until_ended(1, "from a pipe")
        terminal.press("i")
        await terminal.until("chat.completion.chunk")
        terminal.press("escape")
        await terminal.until("zoom")
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()
    assert "demo:echo" in terminal.ordinary


async def test_standard_error_in_a_file_gets_what_is_said_and_no_screen(tmp_path: Path) -> None:
    with tempfile.TemporaryFile() as complaints:
        arguments = ("-", "-m", "demo:echo")
        async with session(
            *arguments, home=tmp_path, stdin=b"from a pipe", stderr=complaints
        ) as terminal:
            await terminal.until_ended(1, "from a pipe")
            terminal.press("q")
            assert await terminal.ended() == 0
            terminal.assert_restored()
        complaints.seek(0)
        said = complaints.read().decode()
    assert "demo:echo" in terminal.ordinary
    assert said.startswith("recorded in ")
    assert "\x1b" not in said


async def test_a_storm_of_sizes_is_weathered(prompts: Prompts, tmp_path: Path) -> None:
    path = prompts(numbered(9, "lab:short"))
    async with session(path, home=tmp_path, columns=200, rows=50) as terminal:
        await terminal.until("line 3")
        for columns, rows in [(60, 20), (10, 5), (300, 100), (1, 1), (80, 24), (200, 50)] * 2:
            terminal.resize(columns, rows)
            await asyncio.sleep(0.05)
        terminal.resize(140, 40)
        await terminal.until_ended(9, "9 done")
        screen = await terminal.until(*(f"S{number}" for number in range(1, 10)), "9 done")
        widths = {len(row.rstrip()) for row in screen.split("\n") if row.startswith("╭")}
        assert len(widths) == 1
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()
