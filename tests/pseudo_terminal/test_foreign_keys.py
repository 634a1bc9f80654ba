"""A prompt file that sends a variable where its owner would not expect it to go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.key_destinations import unexpected_destinations
from streamdash.streams.spec import Endpoint
from tests.faults.dialects import CHAT, DIALECTS
from tests.faults.framing import streamed
from tests.faults.server import FaultServer
from tests.program import streamdash
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.dialects import Dialect

fault = pytest.mark.fault("files and environment", "a file sends a variable to a foreign host")
ELSEWHERE = "https://elsewhere.example/v1"


def lines(name: str, base_url: str = ELSEWHERE, **environ: str) -> list[str]:
    """What is said where a file's endpoint sends the variable `name` to `base_url`."""
    endpoint = Endpoint(name="lab", api="openai", base_url=base_url, key_env=name)
    return list(unexpected_destinations([endpoint, endpoint], {name: "value-of-it", **environ}))


@fault
@pytest.mark.parametrize(
    "name",
    ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "XAI_API_KEY", "GROQ_API_KEY"],
)
def test_the_variable_of_a_built_in_endpoint_is_told(name: str) -> None:
    (line,) = lines(name)
    assert line.startswith(f"{name} is sent to https://elsewhere.example (endpoint 'lab'), not to ")
    assert "value-of-it" not in line


@fault
@pytest.mark.parametrize(
    "name",
    [
        "AWS_SECRET_ACCESS_KEY", "HOME", "PATH", "GITHUB_TOKEN", "DATABASE_URL", "USER", "A",
        "SSH_AUTH_SOCK", "MY_KEYRING", "API_KEYRING", "PGPASSWORD", "NPM_TOKEN",
    ],
)  # fmt: skip
def test_what_is_no_key_by_its_name_is_told_wherever_it_goes(name: str) -> None:
    for base_url in (ELSEWHERE, "http://127.0.0.1:8000/v1", "https://api.openai.com/v1"):
        (line,) = lines(name, base_url)
        assert line.startswith(f"{name}, whose name is not that of an API key, is sent to ")


@fault
@pytest.mark.parametrize(
    "name", ["LAB_API_KEY", "LAB_APIKEY", "API_KEY", "lab_api_key", "LAB_API_KEY_2", "apikey"]
)
def test_the_key_of_an_endpoint_of_ones_own_is_nothing_to_tell(name: str) -> None:
    assert lines(name) == []


@fault
@pytest.mark.parametrize(
    ("base_url", "told"),
    [
        ("https://api.openai.com/v1", False),
        ("https://API.OpenAI.com./v2/beta", False),
        ("https://api.openai.com:443", False),
        ("http://api.openai.com/v1", True),
        ("https://api.openai.com:8443/v1", True),
        ("https://api.openai.com.example/v1", True),
        ("https://xapi.openai.com/v1", True),
        ("https://аpi.openai.com/v1", True),
        ("https://api.anthropic.com/v1", True),
        ("http://127.0.0.1:8000/v1", True),
        ("http://[::1]:8000/v1", True),
    ],
)
def test_only_the_built_ins_own_address_is_home(base_url: str, told: bool) -> None:
    found = lines("OPENAI_API_KEY", base_url)
    assert bool(found) is told
    assert all(line.isascii() for line in found), "a lookalike shows its real name"


@fault
def test_the_users_own_base_url_is_home_too() -> None:
    own = {"OPENAI_BASE_URL": "http://gateway.example:9000/v1"}
    assert lines("OPENAI_API_KEY", "http://gateway.example:9000/other", **own) == []
    assert len(lines("OPENAI_API_KEY", ELSEWHERE, **own)) == 1
    assert len(lines("ANTHROPIC_API_KEY", "http://gateway.example:9000/v1", **own)) == 1


@fault
def test_what_is_not_sent_is_not_told() -> None:
    for environ in ({}, {"OPENAI_API_KEY": " "}, {"OPENAI_API_KEY": "not\na\nkey"}):
        endpoint = Endpoint(name="x", api="openai", base_url=ELSEWHERE, key_env="OPENAI_API_KEY")
        assert list(unexpected_destinations([endpoint], environ)) == []


def prompts(folder: Path, url: str, d: Dialect, name: str, suffix: str) -> str:
    endpoint = {
        "api": d.api,
        "base_url": url if d.api == "anthropic" else f"{url}/v1",
        "api_key_env": name,
    }
    streams = [{"model": "lab:m", "prompt": "Hello"}]
    path = folder / f"p.{suffix}"
    # JSON is YAML as well
    path.write_text(json.dumps({"endpoints": {"lab": endpoint}, "streams": streams}))
    return str(path)


@fault
@pytest.mark.parametrize("d", DIALECTS, ids=[dialect.api for dialect in DIALECTS])
@pytest.mark.parametrize("suffix", ["json", "yaml"])
async def test_one_line_comes_before_the_request(d: Dialect, suffix: str, tmp_path: Path) -> None:
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        path = prompts(tmp_path, server.url, d, "GITHUB_TOKEN", suffix)
        ended = await streamdash(
            path, "--format", "json", home=tmp_path, variables={"GITHUB_TOKEN": "ghp_of_mine"}
        )
        (request,) = server.received["m"]
    assert "ghp_of_mine" in str(request.headers)
    assert ended.code == 0
    (line,) = ended.err.splitlines()
    assert line == (
        "streamdash: GITHUB_TOKEN, whose name is not that of an API key, is sent to "
        f"{server.url} (endpoint 'lab')"
    )
    assert "ghp_of_mine" not in ended.out


@fault
async def test_the_screen_says_so_and_a_replay_does_not(tmp_path: Path) -> None:
    variables = {"OPENAI_API_KEY": "sk-of-mine"}
    with FaultServer({"m": (streamed(CHAT.healthy("fine")),)}) as server:
        path = prompts(tmp_path, server.url, CHAT, "OPENAI_API_KEY", "json")
        async with session(
            path, "--record", "run.jsonl", home=tmp_path, variables=variables
        ) as terminal:
            screen = await terminal.until("OPENAI_API_KEY is sent to", "fine")
            assert server.url.removeprefix("http://") in screen.replace("\n", "")
            terminal.press("q")
            assert await terminal.ended() == 0
        assert terminal.output.index(b"OPENAI_API_KEY is sent") < terminal.output.index(b"fine")
    again = await streamdash("replay", "run.jsonl", home=tmp_path, variables=variables)
    assert (again.code, again.err) == (0, "")
