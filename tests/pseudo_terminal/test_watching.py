"""`--watch` in the real program: a save of the prompt file changes the dashboard."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.server import DemoServer
from streamdash.tui.board.file_follower import UNREAD_S
from tests.program import streamdash
from tests.pseudo_terminal.conftest import SCRIPTS
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from tests.pseudo_terminal.conftest import Prompts

GONE_S = 3.0


def asked(server: DemoServer) -> list[str]:
    """The prompts of all requests so far."""
    bodies = [json.loads(json.dumps(one.body)) for one in server.requests]
    return [body["messages"][-1]["content"] for body in bodies]


async def test_only_what_changed_is_sent_again(
    prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    prompts({"PY": "lab:brief", "RS": "lab:brief"})
    async with session("prompts.json", "--watch", home=tmp_path) as terminal:
        await terminal.until_ended(2, "watching prompts.json")
        prompts({"PY": "lab:brief", "GO": "lab:brief", "RS": "lab:brief"})
        await terminal.until("1 new", "GO")
        await terminal.until_ended(3)
        assert sorted(asked(server)) == ["GO", "PY", "RS"]
        prompts({"PY": "lab:steady", "GO": "lab:brief", "RS": "lab:brief"})
        await terminal.until("1 rerun", "word0")
        assert sorted(asked(server)) == ["GO", "PY", "PY", "RS"]
        terminal.press("q")
        assert await terminal.ended() == 0
    replayed = await streamdash("replay", "last", "--format", "json", home=tmp_path)
    labels = [one["label"] for one in json.loads(replayed.out)["streams"]]
    assert sorted(labels) == ["GO", "PY", "RS"]


async def test_another_address_and_key_are_used_at_once_and_a_strange_one_is_told_of(
    prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    prompts({"PY": "lab:brief"})
    variables = {"OPENAI_API_KEY": "sk-test-0123456789abcdef"}
    async with (
        DemoServer(scripts=SCRIPTS) as other,
        session("prompts.json", "--watch", home=tmp_path, variables=variables) as terminal,
    ):
        await terminal.until_ended(1, "watching")
        lab = {"api": "openai", "base_url": other.base_url("openai")}
        prompts({"PY": "lab:brief"}, {"lab": {**lab, "api_key_env": "OPENAI_API_KEY"}})
        await terminal.until("1 rerun", "OPENAI_API_KEY")
        await terminal.until_ended(1)
        assert len(server.requests) == 1
        (request,) = other.requests
        assert request.headers["Authorization"] == "Bearer sk-test-0123456789abcdef"


async def test_a_broken_file_and_a_deleted_folder_are_said_and_forgotten(
    prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    good = Path(prompts({"PY": "lab:brief"})).read_text()
    work = tmp_path / "work"
    work.mkdir()
    path = work / "prompts.json"
    path.write_text(good)
    async with session("work/prompts.json", "--watch", home=tmp_path) as terminal:
        await terminal.until_ended(1, "watching")
        path.write_text(good[:-5])
        await terminal.until("! work/prompts.json:", "W shows all")
        path.write_text(good)
        await terminal.until_it(lambda screen: "! work" not in screen)
        shutil.rmtree(work)
        await terminal.until("! work/prompts.json: no such file")
        work.mkdir()
        path.write_text(good.replace('"prompt": "PY"', '"prompt": "back"'))
        await terminal.until_it(lambda screen: "! work" not in screen)
        await terminal.until_ended(1)
        assert asked(server) == ["PY", "back"]


async def test_the_program_leaves_at_once_while_it_watches(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"PY": "lab:endless"})
    async with session(path, "--watch", home=tmp_path) as terminal:
        await terminal.until("watching", "line 3")
        began = monotonic()
        terminal.press("q")
        assert await terminal.ended(GONE_S) == 0
        assert monotonic() - began < GONE_S
        terminal.assert_restored()


async def test_many_requests_are_asked_about(
    prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    labels = [f"S{number}" for number in range(22)]
    path = prompts(dict.fromkeys(labels, "lab:brief"))
    async with session(path, "--watch", home=tmp_path, columns=80, rows=24) as terminal:
        await terminal.until_ended(22)
        prompts(dict.fromkeys(labels, "lab:short"))
        await terminal.until("prompts.json: send 22 requests?", "y sends")
        assert len(server.requests) == 22
        await asyncio.sleep(UNREAD_S)
        terminal.press("y")
        await terminal.until("22 rerun")
        await terminal.until_ended(22)
        assert len(server.requests) == 44


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--watch"], "--watch needs a prompt file"),
        (["demo", "--watch"], "--watch needs a prompt file"),
        (["-", "--watch", "-m", "demo:quick"], "--watch needs a prompt file"),
        (["-m", "demo:quick", "-p", "hello", "--watch"], "--watch needs a prompt file"),
        (["prompts.json", "--watch", "--headless"], "--watch follows the file on the dashboard"),
        (["prompts.json", "--watch", "--format", "json"], "--watch follows the file on the dash"),
        (["prompts.json", "--watch", "-o", "x.json"], "--watch follows the file on the dashboard"),
        (["prompts.json", "--watch"], "--watch follows the file on the dashboard"),
    ],
)
async def test_without_a_file_or_a_dashboard_it_is_refused(
    arguments: list[str], said: str, prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    prompts({"PY": "lab:brief"})
    ended = await streamdash(*arguments, home=tmp_path)
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert said in ended.err
    assert ended.out == ""
    assert server.requests == []
