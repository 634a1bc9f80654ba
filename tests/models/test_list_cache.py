"""Model lists that are kept for a day, and what may lie in the cache folder instead."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.server import DemoServer
from streamdash.models.list_cache import KEPT_S, ListCache
from streamdash.models.model_lists import ModelLists
from streamdash.providers.model_names import ModelList
from streamdash.streams.errors import StreamError
from streamdash.streams.spec import Endpoint
from tests.models.serving import answer, openai_list, serving

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.spec import Api

KEY = "sk-proj-abcdefghijklmnopqrstuv123456"
FOUND = ModelList(("a", "b"), 1)


class Clock:
    """Seconds since 1970 that a test sets."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def endpoint(
    url: str = "http://127.0.0.1:9/v1", api: Api = "openai", key_env: str | None = "LAB_KEY"
) -> Endpoint:
    return Endpoint("lab", api, url, key_env=key_env)


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


async def test_an_endpoint_is_asked_once_a_day_and_again_on_demand(tmp_path: Path) -> None:
    clock = Clock()
    async with serving(answer(openai_list(["a"]))) as server:
        lists = ModelLists({"LAB_KEY": KEY}, cache=ListCache(tmp_path / "lists", clock=clock))
        lab = endpoint(server.url)
        asked = []
        for wait_s, refresh in ((0, False), (KEPT_S - 1, False), (0, True), (KEPT_S, False)):
            clock.now += wait_s
            assert (await lists.fetch(lab, refresh=refresh)).models == ("a",)
            asked.append(len(server.requests))
    assert asked == [1, 1, 2, 3]


async def test_another_key_url_or_dialect_has_a_list_of_its_own(tmp_path: Path) -> None:
    cache = ListCache(tmp_path)
    cache.write(endpoint(), KEY, FOUND)
    assert cache.read(endpoint(), KEY) == FOUND
    assert cache.read(endpoint(), f"{KEY}7") is None
    assert cache.read(endpoint("http://127.0.0.1:9/v2"), KEY) is None
    assert cache.read(endpoint(api="anthropic"), KEY) is None


def test_the_cache_is_private_and_holds_no_key(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "lists"
    cache = ListCache(folder)
    for _ in range(2):
        cache.write(endpoint(), KEY, FOUND)
    file = only_file(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert KEY not in file.name + file.read_text()
    # a name with more of the key's hash would let a guessed key be checked
    assert len(file.stem.rpartition("-")[2]) == 4


@pytest.mark.fault("model lists", "damaged cache")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"version": 1}',
        {"models": "ab"},
        {"models": ["a\x1b[2J"]},
        {"models": [7]},
        {"models": ["a"] * 20_001},
        {"fetched": "now"},
        {"fetched": 1e300},
        {"fetched": 1_800_000_000.0 + 60},
        {"base_url": "http://elsewhere/v1"},
        {"api": "anthropic"},
        {"left_out": None},
        {"version": 2},
    ],
)
def test_a_damaged_entry_is_no_entry(tmp_path: Path, content: bytes | dict[str, object]) -> None:
    cache = ListCache(tmp_path, clock=Clock())
    cache.write(endpoint(), KEY, FOUND)
    file = only_file(tmp_path)
    if isinstance(content, dict):
        content = json.dumps({**json.loads(file.read_text()), **content}).encode()
    file.write_bytes(content)
    assert cache.read(endpoint(), KEY) is None
    cache.write(endpoint(), KEY, FOUND)
    assert cache.read(endpoint(), KEY) == FOUND


@pytest.mark.fault("model lists", "no file in the cache")
@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_what_is_no_file_is_neither_read_nor_followed(tmp_path: Path, kind: str) -> None:
    cache = ListCache(tmp_path / "lists")
    cache.write(endpoint(), KEY, FOUND)
    file = only_file(tmp_path / "lists")
    target = tmp_path / "target"
    file.rename(target)
    before = target.read_bytes()
    match kind:
        case "link":
            file.symlink_to(target)
        case "fifo":
            os.mkfifo(file)
        case _:
            file.mkdir()
    assert cache.read(endpoint(), KEY) is None
    cache.write(endpoint(), KEY, ModelList(("new",)))
    assert target.read_bytes() == before


@pytest.mark.fault("model lists", "no cache folder")
async def test_without_a_folder_the_endpoint_is_asked_each_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    async with serving(answer(openai_list(["a"]))) as server:
        lists = ModelLists({}, cache=ListCache(blocked / "lists"))
        for _ in range(2):
            assert (await lists.fetch(endpoint(server.url, key_env=None))).models == ("a",)
        assert len(server.requests) == 2


async def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    replies = [answer({}, status="500 Oops"), answer(openai_list(["a"]))]
    async with serving(lambda _request: replies.pop(0)) as server:
        lists = ModelLists({}, cache=ListCache(tmp_path))
        lab = endpoint(server.url, key_env=None)
        with pytest.raises(StreamError):
            await lists.fetch(lab)
        assert (await lists.fetch(lab)).models == ("a",)


async def test_the_embedded_server_is_asked_anew(tmp_path: Path) -> None:
    demo = Endpoint("demo", "openai", "", demo=True, builtin=True)
    lists = ModelLists({}, demo=DemoServer, cache=ListCache(tmp_path / "lists"))
    assert "echo" in (await lists.fetch(demo)).models
    assert not (tmp_path / "lists").exists()
