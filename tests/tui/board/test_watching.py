"""The board while its prompt file is watched: real files, real notices, scripted answers."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from streamdash.promptfile import Overrides, load_plan
from streamdash.streams.live import live_run
from streamdash.watching.file_watch import FileWatch
from streamdash.watching.reading import LoadedFile, WatchedFile
from tests.streams.scripted import Scripted, ScriptedSource, spoken
from tests.tui.screen import rows, settled, shown, text, until
from tests.watching.scene import prompts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.tui.app import StreamdashApp

AB = ("A: a?", "B: b?")


class Watched:
    """The app on `prompts.toml`, and the requests that its run has sent."""

    def __init__(self, app: StreamdashApp, pilot: Pilot[int], path: Path, provider: Scripted):
        self.app, self.pilot, self.path = app, pilot, path
        self.provider = provider

    def save(self, content: str) -> None:
        """Save as editors do: a new file takes the place of the old one."""
        aside = self.path.with_name(".prompts.toml.swp")
        aside.write_text(content)
        aside.rename(self.path)

    async def until(self, *texts: str) -> str:
        try:
            await until(lambda: all(one in text(self.app) for one in texts))
        except AssertionError:
            raise AssertionError(f"{texts} are not all in\n{text(self.app)}") from None
        return text(self.app)

    async def until_no(self, part: str) -> None:
        await until(lambda: part not in text(self.app))

    @property
    def sent(self) -> list[str]:
        return [spec.question for spec in self.provider.requests]


@pytest.fixture
def quick_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a question be answered at once."""
    monkeypatch.setattr("streamdash.tui.board.file_follower.UNREAD_S", 0.0)


@asynccontextmanager
async def watched(
    folder: Path, content: str, *, size: tuple[int, int] = (120, 40)
) -> AsyncGenerator[Watched, None]:
    path = folder / "prompts.toml"
    path.write_text(content)

    def load(files: list[str]) -> LoadedFile:
        return LoadedFile(load_plan(path.name, Overrides(), endpoints={}, files=files).plan)

    provider = Scripted(spoken("short ", "answer", first=0.01, gap=0.01))
    run = live_run(load([]).plan, ScriptedSource({"lab": provider}))
    watch = FileWatch(WatchedFile(str(path), load), run)
    try:
        async with shown(run, size=size, file_watch=watch) as (app, pilot):
            await until(lambda: not run.live)
            provider.requests.clear()
            yield Watched(app, pilot, path, provider)
    finally:
        watch.close()


async def test_a_save_reruns_adds_and_removes_panes(tmp_path: Path) -> None:
    async with watched(tmp_path, prompts(*AB, title="Before")) as board:
        await board.until("Before", "watching prompts.toml", "2 streams")
        board.save(prompts("C: c?", "A: a now?", title="After"))
        screen = await board.until("After", "3 streams", "− gone", "prompts.toml: 1 rerun, 1 new")
        assert "1 gone" in screen
        await until(lambda: sorted(board.sent) == ["a now?", "c?"])
        board.app.board._run.remove(1)
        await board.until("2 streams")


async def test_a_pane_that_is_gone_from_the_file_leaves_the_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamdash.watching.file_watch.GONE_S", 0.2)
    async with watched(tmp_path, prompts("A: a?", "Bumble: b?", "C: c?")) as board:
        board.save(prompts("A: a?", "C: c?"))
        await board.until("2 streams")
        await board.until_no("Bumble")


async def test_a_new_label_is_shown_and_nothing_is_sent(tmp_path: Path) -> None:
    async with watched(tmp_path, prompts(*AB)) as board:
        board.save(prompts("A: a?", "Bumble: b?"))
        await board.until("Bumble", "prompts.toml: 1 renamed")
        assert board.sent == []


async def test_a_broken_file_shows_its_first_error_and_all_of_them_by_a_key(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path, prompts(*AB)) as board:
        board.save(prompts(*AB, more='temprature = 1\nmax_tokens = "[red]x"'))
        screen = await board.until("! ", "prompts.toml:8", "+3 more", "W shows all")
        assert "✓ 2 done" in screen
        await board.pilot.press("W")
        await board.until("prompts.toml: 4 problems", "[red]x", "prompts.toml:14")
        board.save(prompts(*AB))
        await board.until("no problem", "none any more")
        await board.pilot.press("escape")
        await board.until("watching prompts.toml")
        assert "W shows all" not in text(board.app)
        assert board.sent == []


async def test_a_click_on_the_error_shows_all_of_them(tmp_path: Path) -> None:
    async with watched(tmp_path, prompts(*AB)) as board:
        board.save("[")
        await board.until("! prompts.toml:1")
        await board.pilot.click("WatchLine")
        await board.until("prompts.toml: 1 problem ")


async def test_the_key_says_that_all_is_well(tmp_path: Path) -> None:
    async with watched(tmp_path, prompts(*AB)) as board:
        await board.pilot.press("W")
        await board.until("prompts.toml is watched and in order")


async def test_a_letter_typed_as_the_question_appears_consents_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamdash.tui.board.file_follower.UNREAD_S", 60.0)
    async with watched(tmp_path, prompts(*MANY)) as board:
        board.save(prompts(*MANY, more="seed = 1"))
        await board.until("send 25 requests?")
        await board.pilot.press("y")
        await board.until("12 chars")
        assert board.sent == []


MANY = tuple(f"S{number}: {number}?" for number in range(25))


@pytest.mark.usefixtures("quick_reader")
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_many_requests_are_asked_about_in_a_line(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with watched(tmp_path, prompts(*MANY), size=size) as board:
        board.save(prompts(*MANY, more="seed = 1"))
        await board.until("prompts.toml: send 25 requests?", "y")
        await board.pilot.press("n")
        await board.until("edit")
        await board.until_no("25 requests")
        assert board.sent == []
        await board.pilot.press("W")
        await board.until("prompts.toml: send 25 requests?")
        await board.pilot.press("y")
        await until(lambda: len(board.sent) == 25)
        await board.until_no("25 requests")


@pytest.mark.usefixtures("quick_reader")
async def test_a_question_leaves_letters_to_the_text_that_is_typed(tmp_path: Path) -> None:
    async with watched(tmp_path, prompts(*MANY)) as board:
        await board.pilot.press("p")
        board.save(prompts(*MANY, more="seed = 1"))
        await board.until("25 requests", "esc, then y sends")
        await board.pilot.press("y", "n")
        await settled(board.app, board.pilot)
        await board.until("25 requests", "yn")
        await board.pilot.press("escape")
        await board.until("y sends  n does not")
        assert board.sent == []
        await board.pilot.press("y")
        await until(lambda: len(board.sent) == 25)


async def test_the_letters_do_what_they_did_without_a_question(tmp_path: Path) -> None:
    async with watched(tmp_path, prompts(*AB)) as board:
        await board.pilot.press("y")
        await board.until("chars")


async def test_a_name_of_markup_and_controls_is_shown_as_text(tmp_path: Path) -> None:
    async with watched(tmp_path, prompts(*AB)) as board:
        board.save(prompts(*AB, more='"[@click=app.quit]x" = 1'))
        await board.until("[@click=app.quit]x")
        assert all("\x1b" not in row for row in rows(board.app))
