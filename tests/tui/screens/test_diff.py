"""The screen that compares two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.screens.word_diff import LONGEST
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from tests.tui.scripted_run import ScriptedProviders


def two(*texts: str) -> tuple[Run, ScriptedProviders]:
    run, provider = scripted_run(*"ABC"[: len(texts)])
    for label, words in zip("ABC", texts, strict=False):
        provider[label].say(words)
        provider[label].finish()
    return run, provider


async def test_d_compares_the_pane_with_the_next_one() -> None:
    run, _ = two("a red house stands", "a blue house stands", "a green house")
    async with shown(run) as (app, pilot):
        await until(lambda: not run.live)
        await pilot.press("d")
        await until(lambda: "a [-red-] {+blue+} house stands" in text(app))
        assert "[-A-]" in rows(app)[0]
        assert "{+B+}" in rows(app)[0]
        assert "75% of the words in common" in rows(app)[0]
        await pilot.press("right")
        await until(lambda: "a [-red-] {+green+} house [-stands-]" in text(app))
        await pilot.press("right")
        await until(lambda: "{+B+}" in rows(app)[0] and "{+blue+}" in text(app))
        await pilot.press("o")
        await until(lambda: "a [-blue-] {+red+} house stands" in text(app))
        await pilot.press("d")
        await until(lambda: "in common" not in text(app))


async def test_a_live_answer_is_compared_again_when_it_ends() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        for label in "AB":
            provider[label].say("one two ")
        await until(lambda: all(state.text.chars for state in run.states))
        await pilot.press("d")
        await until(lambda: "100% of the words" in text(app))
        provider["B"].say("three")
        provider["B"].finish()
        await until(lambda: "one two {+three+}" in text(app))


async def test_one_pane_alone_has_no_diff() -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("d")
        await until(lambda: "a diff needs another pane" in text(app))


async def test_a_text_that_is_too_long_is_reported() -> None:
    run, _ = two("x" * (LONGEST + 1), "y")
    async with shown(run) as (app, pilot):
        await until(lambda: not run.live)
        await pilot.press("d")
        await until(lambda: "too long to compare" in text(app))


async def test_without_colours_the_signs_tell_the_difference() -> None:
    run, _ = two("a red house", "a blue house")
    async with shown(run, size=(60, 20), plain=True) as (app, pilot):
        await until(lambda: not run.live)
        await pilot.press("d")
        await until(lambda: "a [-red-] {+blue+} house" in text(app))
        await pilot.resize_terminal(1, 1)
        await settled(app, pilot)
        assert app.is_running
