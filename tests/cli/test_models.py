"""`streamdash models`: what it prints, asks and refuses."""

from __future__ import annotations

import os
import pty
from typing import TYPE_CHECKING

import pytest

from streamdash.cli import models
from streamdash.cli.commands import ModelsCommand
from streamdash.providers import catalog
from tests.models.serving import answer, openai_list, serving
from tests.program import streamdash

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sk-proj-abcdefghijklmnopqrstuv123456"


def config(home: Path, url: str, *, extra: str = "") -> tuple[str, str]:
    path = home / "own.toml"
    path.write_text(
        f'[endpoints.lab]\napi = "openai"\nbase_url = "{url}/v1"\napi_key_env = "LAB_KEY"\n{extra}'
    )
    return "--config", str(path)


async def test_named_endpoints_are_listed_one_reference_per_line(tmp_path: Path) -> None:
    async with serving(answer(openai_list(["b:2", "a"]))) as server:
        own = config(tmp_path, server.url)
        ended = await streamdash(
            "models", "lab", *own, home=tmp_path, variables={"LAB_KEY": KEY}
        )  # fmt: skip
    assert ended == (0, "lab:a\nlab:b:2\n", "")


async def test_a_list_is_asked_for_once_a_day_unless_refreshed(tmp_path: Path) -> None:
    (tmp_path / "keys.env").write_text(f"LAB_KEY={KEY}\n")
    async with serving(answer(openai_list(["a"]))) as server:
        words = ("models", "lab", *config(tmp_path, server.url), "--env-file", "keys.env")
        for further in ((), (), ("--refresh",)):
            ended = await streamdash(*words, *further, home=tmp_path)
            assert ended == (0, "lab:a\n", "")
        assert len(server.requests) == 2
        assert {one.headers["authorization"] for one in server.requests} == {f"Bearer {KEY}"}


async def test_one_named_endpoint_that_fails_makes_the_exit_code_1(tmp_path: Path) -> None:
    async with serving(answer({"error": f"key {KEY} is bad"}, status="401 No")) as server:
        ended = await streamdash(
            "models", "lab", "openai", "demo", *config(tmp_path, server.url),
            home=tmp_path, variables={"LAB_KEY": KEY},
        )  # fmt: skip
    assert ended.code == 1
    assert "demo:echo\n" in ended.out
    assert ended.err.splitlines() == [
        "streamdash: lab: HTTP 401: key *** is bad",
        "streamdash: openai: OPENAI_API_KEY is not set; endpoint 'openai' needs its key",
    ]


async def test_an_unknown_endpoint_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    ended = await streamdash("models", "grok", "demo", home=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "streamdash: unknown endpoint 'grok' (did you mean 'groq'?); "
        "`streamdash endpoints` lists them\n"
    )


@pytest.fixture
def no_local_servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide what the developer's machine runs, and write into a home of the test's own."""
    monkeypatch.setattr(catalog, "_LOCAL", (("ollama", 9),))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.usefixtures("no_local_servers")
def test_without_names_endpoints_without_key_and_absent_servers_are_left_out(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert models.show_models(ModelsCommand((), refresh=False), {}) == 0
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "streamdash: no key is set and no local server answers; see `streamdash endpoints`\n"
    )


@pytest.mark.usefixtures("no_local_servers")
async def test_without_names_a_failure_is_said_and_is_no_bad_end(tmp_path: Path) -> None:
    async with serving(answer(b"<html>Sign in", kind="text/html")) as server:
        ended = await streamdash(
            "models", *config(tmp_path, server.url), home=tmp_path, variables={"LAB_KEY": KEY}
        )
    assert ended.code == 0
    assert "streamdash: lab: answers with text/html: Sign in\n" in ended.err


async def test_a_mistake_in_the_config_hurts_only_its_endpoint(tmp_path: Path) -> None:
    async with serving(answer(openai_list(["a"]))) as server:
        own = config(tmp_path, server.url, extra='[endpoints.bad]\napi = "opnai"\n')
        variables = {"LAB_KEY": KEY}
        good = await streamdash("models", "lab", *own, home=tmp_path, variables=variables)
        bad = await streamdash("models", "bad", *own, home=tmp_path, variables=variables)
    assert good == (0, "lab:a\n", "")
    assert (bad.code, bad.out) == (2, "")
    assert "unknown api 'opnai' (did you mean 'openai'?)" in bad.err


@pytest.mark.fault("model lists", "hostile names")
async def test_names_that_no_reference_can_hold_are_counted(tmp_path: Path) -> None:
    names = ["ok", "\x1b[2J", "a\u202eb", None]
    async with serving(answer(openai_list(names))) as server:
        own = config(tmp_path, server.url)
        ended = await streamdash("models", "lab", *own, home=tmp_path, variables={"LAB_KEY": KEY})
    assert (ended.code, ended.out) == (0, "lab:ok\n")
    assert ended.err == "streamdash: lab: 3 more entries have no name that could be used\n"


@pytest.mark.usefixtures("no_local_servers")
def test_a_terminal_gets_a_table_for_each_endpoint(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    leader, terminal = pty.openpty()
    try:
        with open(terminal, "w", encoding="utf-8", closefd=False) as out:
            monkeypatch.setattr("sys.stdout", out)
            monkeypatch.setattr(models, "table_width", lambda _out: 40)
            assert models.show_models(ModelsCommand(("demo",), refresh=False), {}) == 0
        shown = os.read(leader, 65536).decode().replace("\r\n", "\n")
    finally:
        os.close(leader)
        os.close(terminal)
    heading, *rows = shown.splitlines()
    assert heading == "demo  11 models"
    assert rows[0].split() == ["bursty", "code", "quick", "thinker"]
    assert all(len(row) <= 40 for row in rows)
    assert capfd.readouterr().err == ""
