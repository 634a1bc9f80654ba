"""A person looks at an older run while a new one is on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.program import streamdash
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("columns", "rows"), [(160, 45), (80, 24), (60, 20)])
async def test_an_older_run_is_found_played_and_left_for_the_new_one(
    tmp_path: Path, columns: int, rows: int
) -> None:
    asked = ("-m", "demo:echo", "-p", "older words", "--headless")
    assert (await streamdash(*asked, home=tmp_path)).code == 0
    live = ("-m", "demo:echo", "-p", "newer words")
    async with session(*live, home=tmp_path, columns=columns, rows=rows) as terminal:
        await terminal.until("newer words", "✓ 1 done")
        terminal.press("o")
        screen = await terminal.until("Open a recorded run", "1 run", "demo:echo", "✓ done")
        assert "newer words" not in screen
        terminal.press("older", "enter")
        screen = await terminal.until("older words", "replay 1x", "✓ 1", "q close")
        assert "newer words" not in screen
        terminal.press("l")
        await terminal.until_it(lambda screen: "older words" not in screen and "back" in screen)
        terminal.press("escape")
        await terminal.until("older words", "q close")
        terminal.press("q")
        await terminal.until("newer words", "q quit")
        assert "replay" not in terminal.text
        terminal.press("q")
        assert await terminal.ended() == 0
        assert "echo" in terminal.ordinary


async def test_without_a_recorded_run_the_list_names_the_folder(tmp_path: Path) -> None:
    live = ("-m", "demo:echo", "-p", "words", "--no-record")
    async with session(*live, home=tmp_path, columns=100, rows=24) as terminal:
        await terminal.until("✓ 1 done")
        terminal.press("o")
        await terminal.until("no run is recorded in", "esc close")
        terminal.press("escape")
        await terminal.until("✓ 1 done", "q quit")
        terminal.press("q")
        assert await terminal.ended() == 0
