"""The real program with a config of its user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path


def write_config(home: Path, text: str) -> Path:
    folder = home / ".config" / "streamdash"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder / "config.toml"


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (60, 20)])
async def test_a_bare_start_asks_the_models_of_the_config(
    tmp_path: Path, columns: int, rows: int
) -> None:
    write_config(tmp_path, 'models = ["demo:echo", "openai:gpt-4o-mini"]\n')
    async with session("--no-record", home=tmp_path, columns=columns, rows=rows) as terminal:
        await terminal.until("Prompt to all 2 streams", "OPENAI_API_KEY", "canned answers", "enter")
        terminal.press("hello", "enter")
        await terminal.until_ended(2, "✗")
        terminal.press("q")
        assert await terminal.ended() == 1
        terminal.assert_restored()


async def test_the_demo_stays_the_demo_with_models_in_the_config(tmp_path: Path) -> None:
    write_config(tmp_path, 'models = ["demo:echo"]\n')
    async with session("demo", "--no-record", home=tmp_path) as terminal:
        await terminal.until("streamdash demo", "6 streams")
        terminal.press("q")
        await terminal.ended()


async def test_keys_of_the_config_work_in_the_real_program(tmp_path: Path) -> None:
    write_config(
        tmp_path, '[keys]\nquit = "ctrl+x"\ncancel-all = "f5"\nzoom = "ö"\nhelp = "ctrl+c"\n'
    )
    async with session("demo", "--no-record", home=tmp_path, columns=160) as terminal:
        await terminal.until("ctrl+x quit", "copies the selection", "streaming")
        terminal.press("\x1b[15~")
        await terminal.until("cancelled")
        terminal.press("ö")
        await terminal.until("demo:quick · ")
        terminal.press("q", "\x18")
        assert await terminal.ended() in (0, 1)


async def test_a_theme_picked_in_the_palette_is_kept_in_a_linked_config(tmp_path: Path) -> None:
    path = write_config(tmp_path, "")
    path.unlink()
    real = tmp_path / "dotfiles.toml"
    real.write_text('# mine\ntheme = "textual-dark"  # for the evening\n', encoding="utf-8")
    path.symlink_to(real)
    async with session("-m", "demo:echo", "--no-record", home=tmp_path) as terminal:
        await terminal.until("Prompt to echo")
        terminal.press("ctrl+p")
        await terminal.until("Search for commands")
        terminal.press("theme")
        await terminal.until("theme", "Choose the colours")
        terminal.press("enter")
        await terminal.until("Search for themes")
        terminal.press("nord", "enter")
        await terminal.until_it(lambda _: '"nord"' in real.read_text(encoding="utf-8"))
        terminal.press("ctrl+q")
        await terminal.ended()
    assert path.is_symlink()
    assert real.read_text(encoding="utf-8") == '# mine\ntheme = "nord"  # for the evening\n'


@pytest.mark.parametrize(("plain", "source"), [(True, True), (False, True)])
async def test_markdown_is_off_where_the_config_says_so(
    tmp_path: Path, plain: bool, source: bool
) -> None:
    write_config(tmp_path, f"markdown = {'true' if plain else 'false'}\n")
    words = ["demo", "--only", "Longitude", "--no-record", *(["--plain"] if plain else [])]
    async with session(*words, home=tmp_path) as terminal:
        await terminal.until("# How sailors learned where they were")
        terminal.press("m")
        await terminal.until_it(lambda screen: ("# How sailors" in screen) is not source)
        terminal.press("q")
        await terminal.ended()
