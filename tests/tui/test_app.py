"""The app around the board: how it begins, ends and breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Status
from tests.tui.screen import app_of, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.tui.app import StreamdashApp


async def test_a_crash_prints_nothing_and_is_stored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run, _ = scripted_run("A")
    app = app_of(run, title="T")

    def breaks(_at: float) -> bool:
        secret = "sk-canary"  # noqa: F841  # a report with local variables would show it
        raise RuntimeError("the board broke\x1b[2J")

    async def until_it_broke() -> None:
        async with app.run_test():
            monkeypatch.setattr(app.board, "paint", breaks)
            app.wake()
            await until(lambda: app.crash is not None)

    with pytest.raises(RuntimeError, match="the board broke"):
        await until_it_broke()
    await run.drain()
    assert str(app.crash) == "the board broke\x1b[2J"
    output = "".join(capsys.readouterr())
    assert "sk-canary" not in output
    assert "the board broke" not in output


async def test_quitting_cancels_live_streams_and_leaves_draining_to_the_owner() -> None:
    run, provider = scripted_run("A")
    app = app_of(run, title="T")
    async with app.run_test() as pilot:
        await until(lambda: provider["A"].open == 1)
        await pilot.press("q")
    assert run.states[0].status is Status.CANCELLED
    assert not app.painting
    await run.drain()
    assert provider["A"].open == 0


def names(commands: Iterable[tuple[object, ...]]) -> set[object]:
    return {command[0] for command in commands}


async def test_the_palette_offers_what_makes_sense() -> None:
    run, _ = scripted_run("A")
    async with shown(run, size=(120, 60)) as (app, pilot):
        offered = names(app.get_system_commands(app.screen))
        assert {"Theme", "Quit", "Cancel all", "Rerun all", "Help"} <= offered
        assert not {"Maximize", "Screenshot", "Keys"} & offered
        await pilot.press("ctrl+p", *"rerun")
        await until(lambda: "Rerun all" in text(app))


async def test_plain_mode_has_no_themes_and_no_animation() -> None:
    run, _ = scripted_run("A")
    async with shown(run, plain=True) as (app, _):
        assert "Theme" not in names(app.get_system_commands(app.screen))
        assert app.animation_level == "none"


async def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    run, _ = scripted_run("A")
    async with shown(run) as (app, _):
        assert "Theme" not in names(app.get_system_commands(app.screen))


@pytest.mark.parametrize("theme", ["textual-light", "nord", "ansi-dark", "dracula"])
async def test_every_theme_draws_the_board(theme: str) -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, _):
        app.theme = theme
        provider["A"].say("text")
        await until(lambda: "text" in text(app))


def backgrounds(app: StreamdashApp) -> set[str]:
    """The background colours on the screen."""
    return {
        segment.style.bgcolor.name
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style is not None and segment.style.bgcolor is not None
    }


async def test_another_theme_recolours_everything_at_once() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, _):
        provider["A"].say("text")
        await until(lambda: "text" in text(app))
        dark = backgrounds(app)
        app.theme = "textual-light"
        await until(lambda: not backgrounds(app) & dark)


async def test_a_hostile_title_is_shown_and_does_nothing() -> None:
    run, _ = scripted_run("A")
    app = app_of(run, title="[/nope][@click=app.quit]T\x1b[2J")
    async with app.run_test():
        assert "[/nope][@click=app.quit]T" in text(app)
        assert "\x1b" not in text(app)
    await run.drain()


async def test_a_run_without_streams_shows_an_empty_board() -> None:
    run, _ = scripted_run()
    async with shown(run) as (app, pilot):
        await pilot.press(
            "x", "X", "r", "R", "p", "i", "y", "enter", "tab", "1", "s", "t", "escape"
        )
        assert app.is_running
