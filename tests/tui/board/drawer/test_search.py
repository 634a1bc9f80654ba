"""Search on the board: what is marked, where it goes, what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from streamdash.tui.app import StreamdashApp


def marked(app: StreamdashApp) -> list[str]:
    """What stands out on the screen as a match, the hit in capitals."""
    grid = app.board.grid
    match = grid.get_component_rich_style("transcript--match").bgcolor
    hit = grid.get_component_rich_style("transcript--hit").bgcolor
    return [
        segment.text.upper() if segment.style.bgcolor == hit else segment.text.lower()
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style is not None and segment.style.bgcolor in (match, hit)
    ]


def bar(app: StreamdashApp) -> str:
    return rows(app)[-2]


async def search(pilot: Pilot[int], words: str) -> None:
    await pilot.press("slash", *words)


async def test_matches_are_marked_while_one_types_and_counted() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        provider["A"].say("one two One twone")
        provider["B"].say("one in the other pane")
        await until(lambda: "twone" in text(app) and "other pane" in text(app))
        await search(pilot, "on")
        await until(lambda: marked(app) == ["ON", "on", "on"])
        await pilot.press("e")
        await until(lambda: marked(app) == ["ONE", "one", "one"])
        assert "one" in bar(app)
        assert "1 of 3" in bar(app)
        await pilot.press("x")
        await until(lambda: "no match" in bar(app))
        assert marked(app) == []
        assert run.states[0].ended_at is None


async def test_enter_and_n_go_on_and_back_around_the_ends() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("ab ab ab")
        await until(lambda: "ab ab" in text(app))
        await search(pilot, "ab")
        places = []
        for key in ("enter", "enter", "n", "n", "N", "shift+enter", "slash", "down", "up"):
            await pilot.press(key)
            await settled(app, pilot)
            places.append(bar(app).split()[-3])
        assert places == ["1", "2", "3", "1", "3", "2", "2", "3", "2"]
        assert not app.board.grid.zoomed


async def test_a_match_far_away_is_scrolled_to() -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(80, 24)) as (app, pilot):
        provider["A"].say("the needle\n" + "hay\n" * 200)
        await until(lambda: run.states[0].text.chars > 800)
        await settled(app, pilot)
        assert "needle" not in text(app)
        await search(pilot, "needle")
        await until(lambda: marked(app) == ["NEEDLE"])


async def test_esc_closes_the_search_and_clears_the_marks() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("ab ab")
        await until(lambda: "ab ab" in text(app))
        await search(pilot, "ab")
        await until(lambda: len(marked(app)) == 2)
        await pilot.press("escape")
        await until(lambda: marked(app) == [] and "1 of 2" not in text(app))
        await pilot.press("x")
        await until(lambda: "■ cancelled" in text(app))
        await pilot.press("n", "N", "enter")
        await until(lambda: app.board.grid.zoomed)


async def test_the_needle_goes_along_to_other_panes() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        provider["A"].say("first pane, first match")
        provider["B"].say("second pane")
        await until(lambda: "first match" in text(app) and "second pane" in text(app))
        await search(pilot, "pane")
        await until(lambda: marked(app) == ["PANE"])
        await pilot.press("tab")
        await until(lambda: "1 of 1" in bar(app))
        assert app.board.grid.current == 1
        await pilot.press("escape", "1", "slash")
        await until(lambda: "pane" in bar(app) and "1 of 1" in bar(app))
        await pilot.press(*"first")
        await until(lambda: marked(app) == ["first", "FIRST"])


async def test_text_that_arrives_is_counted_too() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await search(pilot, "ab")
        await until(lambda: "no match" in bar(app))
        provider["A"].say("ab and a")
        await until(lambda: "1 match" in bar(app))
        provider["A"].say("b and ab")
        await until(lambda: "3 matches" in bar(app))
        await pilot.press("enter", "enter")
        await until(lambda: "1 of 3" in bar(app))


async def test_a_rerun_and_a_fold_are_counted_anew() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("ab", "reasoning")
        provider["A"].say("ab")
        await until(lambda: run.states[0].text.chars == 2)
        await search(pilot, "ab")
        await pilot.press("enter")
        await until(lambda: "of 2" in bar(app))
        await pilot.press("t")
        await until(lambda: "1 match" in bar(app))
        await pilot.press("r", "r")
        await until(lambda: "no match" in bar(app))
        provider["A"].say("ab")
        await until(lambda: "1 match" in bar(app))


async def test_a_pasted_text_is_clean() -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("slash")
        assert app.focused is not None
        app.focused.post_message(events.Paste("a\x1b[31m\nb"))
        await until(lambda: "a␛[31m b" in bar(app))


async def test_the_prompt_bar_and_the_search_bar_take_turns() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("ab")
        await until(lambda: "ab" in text(app))
        await search(pilot, "ab")
        await pilot.press("escape", "p")
        await until(lambda: "Follow-up" in text(app))
        await pilot.press("escape", "slash")
        await until(lambda: "Follow-up" not in text(app) and "1 of 1" in bar(app))


async def test_search_on_the_smallest_screen_fits() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(60, 20)) as (app, pilot):
        provider["A"].say("ab")
        await until(lambda: "ab" in text(app))
        await search(pilot, "ab")
        await until(lambda: "1 of 1" in bar(app))
        assert all(len(row) <= 60 for row in rows(app))
        assert "esc close" in rows(app)[-1]
