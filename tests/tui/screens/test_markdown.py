"""The screen of a rendered answer."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from streamdash.tui.screens.markdown_text import LONGEST, render
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    import pytest

    from streamdash.tui.app import StreamdashApp


def shows(app: StreamdashApp, words: str) -> bool:
    return words in text(app)


async def test_m_renders_the_answer_and_m_or_esc_close_it() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        provider["A"].say("# Title\n\n- item with **bold** words")
        provider["A"].finish()
        await until(lambda: "# Title" in text(app))
        for key in ("m", "escape"):
            await pilot.press("m")
            await until(lambda: "item with bold words" in text(app))
            assert "# Title" not in text(app)
            assert "✓ done" in rows(app)[0]
            await pilot.press(key)
            await until(lambda: "**bold**" in text(app))


async def test_a_live_answer_is_a_snapshot_until_it_ends() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("*half*")
        await until(lambda: "*half*" in text(app))
        await pilot.press("m")
        await until(lambda: "snapshot of a live answer" in text(app) and "half" in text(app))
        provider["A"].say(" and more")
        await until(lambda: run.states[0].text.chars > 10)
        await settled(app, pilot)
        assert "and more" not in text(app)
        provider["A"].finish()
        await until(lambda: "half and more" in text(app))
        assert "as it stood" not in text(app)


async def test_a_key_shows_another_stream_and_makes_it_current_on_the_board() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        for label in ("Aaa", "Bbb"):
            provider[label].say(f"*words of {label}*")
            provider[label].finish()
        await until(lambda: not run.live)
        await pilot.press("m")
        await until(lambda: "words of Aaa" in text(app))
        for key, words in (("right", "of Bbb"), ("tab", "of Aaa"), ("left", "of Bbb")):
            await pilot.press(key)
            await until(partial(shows, app, words))
        await pilot.press("y", "m")
        await until(lambda: app.board.grid.current == 1)
        assert app.clipboard == "*words of Bbb*"


async def test_a_long_or_missing_answer_is_reported() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        provider["A"].say("x" * (LONGEST + 1))
        await until(lambda: run.states[0].text.chars > LONGEST)
        await pilot.press("m")
        await until(lambda: "too long to render" in text(app))
        await pilot.press("right")
        await until(lambda: "no answer yet" in text(app))
        run.cancel(1)
        await until(lambda: "no answer" in text(app) and "cancelled" in text(app))


async def test_an_answer_that_cannot_be_rendered_is_reported_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def render(*_: object) -> None:
        raise RecursionError

    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("x")
        await until(lambda: run.states[0].text.chars == 1)
        monkeypatch.setattr("streamdash.tui.screens.markdown.render", render)
        await pilot.press("m")
        await until(lambda: "cannot be rendered: RecursionError" in text(app))


async def test_streams_continue_behind_it_without_painting() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        provider["A"].say("*a*")
        provider["A"].finish()
        await until(lambda: run.states[0].status is Status.DONE)
        await pilot.press("m")
        provider["B"].say("behind")
        provider["B"].finish()
        await until(lambda: not run.live)
        await pilot.press("escape")
        await until(lambda: "behind" in text(app))


async def test_a_new_theme_and_a_new_width_render_again() -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(120, 20)) as (app, pilot):
        provider["A"].say("# T\n\n" + "word " * 60)
        provider["A"].finish()
        await until(lambda: not run.live)
        await pilot.press("m")
        await until(lambda: "word word" in text(app))
        wide = next(row for row in rows(app) if "word" in row)
        await pilot.resize_terminal(60, 20)
        await until(lambda: len(next((r for r in rows(app) if "word" in r), wide)) < 60)
        app.theme = "textual-light"
        await settled(app, pilot)
        assert "word word" in text(app)
        await pilot.resize_terminal(1, 1)
        await settled(app, pilot)
        assert app.is_running


async def test_a_late_result_is_not_shown_for_another_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, ready = Event(), Event()

    def slow(*arguments: object) -> object:
        begun.set()
        ready.wait(10)
        return render(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("streamdash.tui.screens.markdown.render", slow)
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        provider["Aaa"].say("*words of Aaa*")
        await until(lambda: bool(run.states[0].text.chars))
        await pilot.press("m")
        await until(begun.is_set)
        await pilot.press("right")
        await until(lambda: "no answer yet" in text(app))
        ready.set()
        await settled(app, pilot)
        await until(lambda: not app.screen.workers)
        assert "no answer yet" in text(app)
        assert "words of Aaa" not in text(app)
