"""The keys that change how panes show their text: Markdown or source, in one pane or in all."""

from __future__ import annotations

import pytest

from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run


async def test_answers_are_rendered_while_they_stream_and_m_shows_one_panes_source() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(200, 40)) as (app, pilot):
        for label in "AB":
            provider[label].say(f"# Title {label}\n\nsome **bold** words")
        await until(lambda: text(app).count("some bold words") == 2)
        assert "# Title" not in text(app)
        assert "source" in rows(app)[-1]
        await pilot.press("m")
        await until(lambda: "# Title A" in text(app))
        assert "Title B" in text(app)
        assert "# Title B" not in text(app)
        await until(lambda: "markdown" in rows(app)[-1])
        assert any("source" in row for row in rows(app)[-4:-1])
        await pilot.press("m")
        await until(lambda: "**" not in text(app) and "source" in rows(app)[-1])
        assert not any("source" in row for row in rows(app)[-4:-1])


async def test_capital_m_changes_all_panes_also_those_that_are_not_made_yet() -> None:
    run, provider = scripted_run(*(f"S{number}" for number in range(40)))
    async with shown(run, size=(60, 20)) as (app, pilot):
        await until(lambda: len(provider.by_label) == 40)
        for label in provider.by_label:
            provider[label].say("**bold**")
        await until(lambda: "bold" in text(app))
        assert "**" not in text(app)
        await pilot.press("M")
        await until(lambda: "**bold**" in text(app))
        await pilot.press("right_square_bracket")
        await until(lambda: app.board.grid.page == 1)
        await settled(app, pilot)
        await until(lambda: "**bold**" in text(app))
        await pilot.press("M")
        await until(lambda: "bold" in text(app) and "**" not in text(app))


@pytest.mark.parametrize("markdown", [True, False])
async def test_a_pane_keeps_its_view_through_a_rerun(markdown: bool) -> None:
    run, provider = scripted_run("A")
    async with shown(run, markdown=markdown) as (app, pilot):
        provider["A"].say("**one**")
        provider["A"].finish()
        await until(lambda: not run.live and "one" in text(app))
        assert ("**one**" in text(app)) is not markdown
        await pilot.press("m", "r")
        await until(lambda: len(provider["A"].requests) == 2)
        provider["A"].say("**two**")
        await until(lambda: "two" in text(app))
        assert ("**two**" in text(app)) is markdown


async def test_copying_the_answer_takes_its_source_in_both_views() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("a **bold** word")
        await until(lambda: "a bold word" in text(app))
        for key in ("y", "m", "y"):
            await pilot.press(key)
            await settled(app, pilot)
            assert app.clipboard == "a **bold** word"


async def test_a_selection_of_rendered_text_is_copied_as_whole_source_lines() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("take **these** words\nnot those")
        await until(lambda: "those" in text(app))
        row = next(y for y, line in enumerate(rows(app)) if "take these" in line)
        start = rows(app)[row].index("these")
        await pilot.mouse_down(offset=(start, row))
        await pilot.hover(offset=(start + 4, row))
        await pilot.mouse_up(offset=(start + 4, row))
        await pilot.press("ctrl+c")
        await until(lambda: app.clipboard == "take **these** words")


async def test_an_ending_shows_what_was_held_back() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, _pilot):
        provider["A"].say("words that end in an open **bo")
        await until(lambda: "open bo" in text(app))
        provider["A"].finish()
        await until(lambda: not run.live and not app.board.grid.panes[0].transcript.dirty)
        await until(lambda: "✓ done" in text(app))
        assert "open **bo" in text(app) or "open bo" in text(app)


async def test_reasoning_and_questions_stay_plain() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, _pilot):
        provider["A"].say("I **think**", "reasoning")
        provider["A"].say("I **know**")
        await until(lambda: "I know" in text(app))
        assert "I **think**" in text(app)


@pytest.mark.parametrize("scrolled", [True, False])
async def test_toggles_searches_and_resizes_in_mid_block_keep_the_place(scrolled: bool) -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(90, 24)) as (app, pilot):
        rows_of_table = "".join(f"| row{number} | **{number}** |\n" for number in range(60))
        provider["A"].say(f"| name | value |\n|---|---|\n{rows_of_table}| open | **ha")
        await until(lambda: "row59" in text(app))
        if scrolled:
            await pilot.press("home", "pagedown")
            await settled(app, pilot)
        top = next(row for row in rows(app) if "row" in row).split("row")[1].split()[0]
        for key in ("m", "m", "m"):
            await pilot.press(key)
            await settled(app, pilot)
            if scrolled:
                assert f"row{top} " in text(app)
            else:
                await until(lambda: "open" in text(app))
        for size in ((60, 24), (130, 24), (90, 24)):
            await pilot.resize_terminal(*size)
            provider["A"].say("lf** |\n| more | **ha")
            await settled(app, pilot)
            await until(lambda: f"row{top} " in text(app) if scrolled else "more" in text(app))
        await pilot.press("m", "slash", *"row7", "enter")
        await until(lambda: "row7 " in text(app) and "1 of 1" in text(app))
        assert "**" not in text(app)
