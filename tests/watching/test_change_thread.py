"""Changes of real files, as the thread that watches their folders notices them."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from streamdash.watching.change_thread import ChangeThread
from streamdash.watching.file_contents import contents_of, folders_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

PATIENCE_S = 20.0
vanishing = pytest.mark.fault("files and environment", "the watched file vanishes or is unreadable")
swapped = pytest.mark.fault("files and environment", "a link to the watched file is swapped")
silent = pytest.mark.fault("files and environment", "a file system reports no changes")


class Notices:
    """Counts what a `ChangeThread` notices of one file's contents."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._event = asyncio.Event()

    def notice(self) -> None:
        self._event.set()

    async def until(self, content: bytes | None) -> None:
        """Wait until a notice has come after which the file has this content; None is no file."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self._event.wait()
                self._event.clear()
                if read(self.path) == content:
                    return


def read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


@asynccontextmanager
async def noticing(path: Path) -> AsyncGenerator[Notices, None]:
    """A thread that watches the file, from the moment at which the system reports changes."""
    notices = Notices(path)
    thread = ChangeThread(notices.notice, [notices.path])
    try:
        await notices.until(read(notices.path))
        yield notices
    finally:
        thread.close()


def put(path: Path, content: bytes) -> None:
    """Save as editors do: a new file takes the place of the old one."""
    aside = path.with_name(".aside")
    aside.write_bytes(content)
    aside.rename(path)


async def test_a_file_that_is_written_and_one_that_is_replaced_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"0")
    async with noticing(path) as notices:
        path.write_bytes(b"one")
        await notices.until(b"one")
        put(path, b"two")
        await notices.until(b"two")
        with path.open("ab") as file:
            file.write(b"!")
        await notices.until(b"two!")


@vanishing
async def test_a_file_that_goes_and_comes_is_noticed_both_times(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"0")
    async with noticing(path) as notices:
        path.unlink()
        await notices.until(None)
        path.write_bytes(b"back")
        await notices.until(b"back")
        path.rename(tmp_path / "elsewhere")
        await notices.until(None)


@vanishing
@pytest.mark.parametrize("levels", [1, 2])
async def test_a_folder_that_goes_and_comes_is_noticed_both_times(
    tmp_path: Path, levels: int
) -> None:
    folder = tmp_path.joinpath(*"ab"[:levels])
    path = folder / "p.toml"
    folder.mkdir(parents=True)
    path.write_bytes(b"0")
    async with noticing(path) as notices:
        (tmp_path / "a").rename(tmp_path / "away")
        await notices.until(None)
        folder.mkdir(parents=True)
        path.write_bytes(b"back")
        await notices.until(b"back")
        put(path, b"saved in the new folder")
        await notices.until(b"saved in the new folder")


@swapped
async def test_a_link_to_another_file_is_noticed(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"store-{name}").mkdir()
        (tmp_path / f"store-{name}" / "p.toml").write_bytes(name.encode())
    (tmp_path / "etc").mkdir()
    link = tmp_path / "etc" / "p.toml"
    link.symlink_to(tmp_path / "store-a" / "p.toml")
    async with noticing(link) as notices:
        fresh = tmp_path / "etc" / ".fresh"
        fresh.symlink_to(tmp_path / "store-b" / "p.toml")
        fresh.rename(link)
        await notices.until(b"b")
        (tmp_path / "store-b" / "p.toml").write_bytes(b"written behind the new link")
        await notices.until(b"written behind the new link")


@swapped
async def test_a_folder_of_links_that_is_swapped_is_noticed(tmp_path: Path) -> None:
    # as Kubernetes mounts a ConfigMap: p.toml -> ..data/p.toml, ..data -> ..one
    for name in ("one", "two"):
        (tmp_path / f"..{name}").mkdir()
        (tmp_path / f"..{name}" / "p.toml").write_bytes(name.encode())
    (tmp_path / "..data").symlink_to("..one")
    path = tmp_path / "p.toml"
    path.symlink_to("..data/p.toml")
    async with noticing(path) as notices:
        (tmp_path / "..fresh").symlink_to("..two")
        (tmp_path / "..fresh").rename(tmp_path / "..data")
        await notices.until(b"two")


@swapped
async def test_a_link_further_up_that_is_swapped_is_noticed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "releases" / name).mkdir(parents=True)
        (tmp_path / "releases" / name / "p.toml").write_bytes(name.encode())
    current = tmp_path / "current"
    current.symlink_to("releases/one")
    async with noticing(current / "p.toml") as notices:
        (tmp_path / "fresh").symlink_to("releases/two")
        (tmp_path / "fresh").rename(current)
        await notices.until(b"two")


@silent
async def test_a_polled_file_system_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    path = tmp_path / "p.toml"
    path.write_bytes(b"0")
    async with noticing(path) as notices:
        put(path, b"polled")
        await notices.until(b"polled")


@silent
async def test_a_file_system_that_allows_no_watch_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more(*_paths: str, **_options: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("watchfiles.watch", no_more)
    path = tmp_path / "p.toml"
    path.write_bytes(b"0")
    async with noticing(path) as notices:
        put(path, b"looked at")
        await notices.until(b"looked at")


async def test_other_files_in_the_folder_are_not_noticed(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"0")
    notices: list[str] = []
    loop = asyncio.get_running_loop()
    thread = ChangeThread(lambda: notices.append("noticed"), [str(path)])
    recording = tmp_path / "run.jsonl"
    end = loop.time() + 1.0
    while loop.time() < end:
        with recording.open("a") as file:
            file.write("line\n")
        await asyncio.sleep(0.01)
    thread.close()
    assert notices == ["noticed"]


async def test_further_files_are_watched_from_then_on(tmp_path: Path) -> None:
    one, other = tmp_path / "p.toml", tmp_path / "sub" / "a.txt"
    other.parent.mkdir()
    one.write_bytes(b"0")
    other.write_bytes(b"0")
    notices = Notices(other)
    thread = ChangeThread(notices.notice, [str(one)])
    try:
        await notices.until(b"0")
        thread.watch([str(one), str(other)])
        await notices.until(b"0")
        put(other, b"one")
        await notices.until(b"one")
    finally:
        thread.close()


async def test_the_thread_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"0")
    before = {*threading.enumerate()}
    async with noticing(path):
        (thread,) = {*threading.enumerate()} - before
    thread.join(1.0)
    assert not thread.is_alive()


def test_the_folders_of_a_file_are_those_where_a_change_shows(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a/b")
    (tmp_path / "round").symlink_to("round")

    def folders(path: str) -> set[str]:
        inside = (os.path.relpath(one, tmp_path) for one in folders_of([str(tmp_path / path)]))
        return {one for one in inside if not one.startswith("..")}

    assert folders("p.toml") == {"."}
    assert folders("a/b/p.toml") == {"a/b"}
    assert folders("link/p.toml") == {".", "a/b"}
    assert folders("link/../p.toml") == {".", "a"}
    assert folders("a/none/at/all/p.toml") == {"a"}
    assert folders("round/p.toml") == {"."}
    assert folders("a") == {"."}


@vanishing
def test_the_contents_of_what_is_no_file_are_no_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    names = ["none", "fifo", ".", "none/at/all", "\0"]
    paths = [str(tmp_path / name) for name in names]
    assert contents_of(paths) == contents_of(paths)
    assert len(dict(contents_of(paths))) == len(names)


def test_contents_differ_where_size_and_time_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    before = contents_of([str(path)])
    path.write_bytes(b"two")
    os.utime(path, (1, 1))
    assert contents_of([str(path)]) != before
