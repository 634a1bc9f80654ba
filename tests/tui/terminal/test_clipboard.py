"""A text is reported as copied only if a tool has copied it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from streamdash.tui.terminal import clipboard
from streamdash.tui.terminal.clipboard import Clipboard, clipboard_tools, fill_clipboard
from tests.tui.screen import shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.fault("terminal", "what is called copied can be pasted")

WORKS = 'cat > "$0.got"; echo "$@" > "$0.args"'
FAILS = "cat > /dev/null; exit 1"
HANGS = "exec sleep 60"
DEAF = "exec <&-; exit 3"


class Desk:
    """A folder of commands, which is the only folder on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {"PATH": f"{folder}{os.pathsep}{os.defpath}", "HOME": str(folder)}

    def put(self, name: str, does: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)

    def got(self, name: str) -> bytes | None:
        path = self.folder / f"{name}.got"
        return path.read_bytes() if path.exists() else None


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(clipboard, "installed", lambda name, _environ: (tmp_path / name).exists())
    monkeypatch.setattr(clipboard, "PATIENCE_S", 0.5)
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("variables", "tool"),
    [
        ({}, "pbcopy"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wl-copy"),
        ({"DISPLAY": ":0"}, "xclip"),
        ({"DISPLAY": ":0"}, "xsel"),
    ],
)
def test_a_tool_of_the_desktop_fills_the_clipboard(
    desk: Desk, variables: dict[str, str], tool: str
) -> None:
    desk.put(tool, WORKS)
    copied = "grüße 漢字 🦀\n" * 5000
    assert fill_clipboard(copied, desk.environ | variables) == [clipboard.CLIPBOARD]
    assert desk.got(tool) == copied.encode()


def test_windows_gets_the_text_in_its_own_encoding(desk: Desk) -> None:
    desk.put("clip.exe", WORKS)
    assert fill_clipboard("ä🦀", desk.environ | {"WSL_DISTRO_NAME": "Debian"})
    got = desk.got("clip.exe")
    assert got is not None
    assert got.decode("utf-16") == "ä🦀"


def test_tmux_and_the_desktop_both_get_the_text(desk: Desk) -> None:
    desk.put("tmux", WORKS)
    desk.put("wl-copy", WORKS)
    inside = desk.environ | {"TMUX": "socket,1,0", "WAYLAND_DISPLAY": "w"}
    assert fill_clipboard("both", inside) == [clipboard.TMUX, clipboard.CLIPBOARD]
    assert desk.got("tmux") == desk.got("wl-copy") == b"both"
    assert (desk.folder / "tmux.args").read_text() == "load-buffer -w -\n"


def test_a_tmux_without_the_w_option_gets_the_text_too(desk: Desk) -> None:
    desk.put("tmux", f'[ "$2" = -w ] && exit 1; {WORKS}')
    assert fill_clipboard("old", desk.environ | {"TMUX": "x"}) == [clipboard.TMUX]
    assert desk.got("tmux") == b"old"


@pytest.mark.parametrize("broken", [FAILS, HANGS, DEAF], ids=["fails", "hangs", "deaf"])
def test_after_a_tool_that_fails_the_next_one_is_used(desk: Desk, broken: str) -> None:
    desk.put("xclip", broken)
    desk.put("xsel", WORKS)
    big = "x" * 300_000
    assert fill_clipboard(big, desk.environ | {"DISPLAY": ":0"}) == [clipboard.CLIPBOARD]
    assert desk.got("xsel") == big.encode()
    (desk.folder / "xsel").unlink()
    assert fill_clipboard(big, desk.environ | {"DISPLAY": ":0"}) == []


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"])
def test_over_ssh_the_remote_clipboard_is_not_used(desk: Desk, variable: str) -> None:
    for tool in ("pbcopy", "wl-copy", "xclip", "tmux"):
        desk.put(tool, WORKS)
    remote = desk.environ | {variable: "10.0.0.1", "DISPLAY": ":10", "WAYLAND_DISPLAY": "w"}
    assert clipboard_tools(remote) == []
    assert fill_clipboard("far", remote | {"TMUX": "x"}) == [clipboard.TMUX]


def test_tools_without_their_display_are_not_tried(desk: Desk) -> None:
    for tool in ("wl-copy", "xclip", "xsel", "clip.exe", "tmux"):
        desk.put(tool, WORKS)
    assert clipboard_tools(desk.environ) == []


async def test_a_stuck_tool_blocks_nothing_and_the_last_text_wins(desk: Desk) -> None:
    desk.put("xclip", HANGS)
    desk.put("xsel", WORKS)
    it = Clipboard(desk.environ | {"DISPLAY": ":0"})
    ended: list[tuple[str, list[str]]] = []
    began = time.perf_counter()
    for word in ("first", "second", "third"):
        it.copy(word, lambda places, word=word: ended.append((word, places)))  # type: ignore[misc]
    assert time.perf_counter() - began < 0.2
    await until(lambda: bool(ended))
    assert ended == [("third", [clipboard.CLIPBOARD])]
    assert desk.got("xsel") == b"third"


COPIES: dict[str, Callable[[], tuple[str, ...]]] = {
    "board": lambda: ("y",),
    "rendered": lambda: ("m", "y"),
    "prompt bar": lambda: ("p", "w", "o", "shift+left", "shift+left", "ctrl+c"),
}


@pytest.mark.parametrize("keys", [of() for of in COPIES.values()], ids=list(COPIES))
@pytest.mark.parametrize("works", [True, False], ids=["tool", "no tool"])
async def test_every_copy_uses_the_same_tools(
    desk: Desk, keys: tuple[str, ...], works: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if works:
        desk.put("xclip", WORKS)
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        app.clipboards = Clipboard(desk.environ | {"DISPLAY": ":0"})
        provider["A"].say("wo")
        provider["A"].finish()
        await until(lambda: not run.live)
        await pilot.press(*keys)
        notice = "copied 2 chars" if works else "sent 2 chars to the terminal's clipboard"
        await until(lambda: notice in text(app))
        assert app.clipboard == "wo"
        assert desk.got("xclip") == (b"wo" if works else None)
