"""A zoomed pane is a page to read: its width, and what stands above the answer."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from typing import Any

    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp

HOSTILE = "one \x1b]0;title\x07\u202etwo\x00\n[bold]three[/] 日本 \ud800"


def with_settings(run: Run, **fields: Any) -> None:
    for state in run.states:
        state.spec = state.spec._replace(**fields)


def framed(app: StreamdashApp) -> list[int]:
    """The columns of the frame's corners in the first row."""
    row = rows(app)[0]
    return [row.index("╭"), row.index("╮")]


@pytest.mark.parametrize("width", [60, 105, 106, 120, 200])
async def test_a_zoomed_pane_has_at_most_a_hundred_columns_of_text(width: int) -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(width, 30)) as (app, pilot):
        provider["A"].say("x" * 400)
        await pilot.press("z")
        await until(lambda: "x" * 30 in text(app))
        await settled(app, pilot)
        assert max(row.count("x") for row in rows(app)[4:-2]) == min(100, width - 5)
        left, right = framed(app)
        assert right - left + 1 == min(105, width)
        assert abs(left - (width - 1 - right)) <= 1
        await pilot.press("escape")
        await until(lambda: rows(app)[0].startswith("╭"))


async def test_the_settings_that_were_made_stand_above_the_question() -> None:
    run, _ = scripted_run("A", "B")
    with_settings(
        run, temperature=0.2, max_tokens=40, reasoning_effort="low", stop=("END",), stream=False,
        system="Be\nbrief.", params={"top_k": 5, "api_key": "sk-secret"},
    )  # fmt: skip
    async with shown(run, size=(200, 40)) as (app, pilot):
        assert "temperature" not in text(app)
        await pilot.press("z")
        await until(lambda: "system: Be" in text(app))
        above = " ".join(row.strip(" │") for row in rows(app)[1:6])
        assert above.split("  ")[0] == (
            "lab:m-1 · temperature 0.2 · max_tokens 40 · reasoning_effort low · "
            'stop ["END"] · stream false · top_k 5 · api_key *** system: Be brief. › hello'
        )
        assert "sk-secret" not in text(app)


async def test_f_folds_them_and_the_next_pane_remembers_it() -> None:
    run, provider = scripted_run("A", "B")
    with_settings(run, seed=7)
    async with shown(run) as (app, pilot):
        for label in "AB":
            provider[label].say(f"answer {label}")
        await pilot.press("z")
        await until(lambda: "seed 7" in text(app) and "answer A" in text(app))
        assert "f question" in rows(app)[-1]
        await pilot.press("f")
        await until(lambda: "seed 7" not in text(app) and "answer A" in rows(app)[1])
        await pilot.press("tab")
        await until(lambda: "answer B" in rows(app)[1])
        await pilot.press("f")
        await until(lambda: "seed 7" in text(app) and "› hello" in text(app))
        await pilot.press("tab")
        await until(lambda: "seed 7" in text(app) and "answer A" in text(app))
        await pilot.press("escape")
        await until(lambda: "seed 7" not in text(app))
        assert "f question" not in rows(app)[-1]


async def test_after_the_end_the_key_line_still_follows_the_zoom() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        for label in "AB":
            provider[label].say("word")
            provider[label].finish()
        await until(lambda: not run.live and not app.painting)
        await pilot.press("z")
        await until(lambda: "esc back" in rows(app)[-1] and "f question" in rows(app)[-1])
        await pilot.press("f")
        await until(lambda: "› hello" not in text(app))
        await pilot.press("escape")
        await until(lambda: "esc back" not in rows(app)[-1])


async def test_blind_mode_hides_all_but_the_question() -> None:
    run, _ = scripted_run("Ant", "Bee")
    with_settings(run, temperature=0.25, system="a system prompt")
    async with shown(run, rng=Random(1)) as (app, pilot):
        await pilot.press("z", "b")
        await until(lambda: "hidden while blind" in text(app))
        assert "› hello" in text(app)
        assert not any(word in text(app) for word in ("m-1", "0.25", "system", "lab"))
        await pilot.press("b")
        await until(lambda: "temperature 0.25" in text(app))


@pytest.mark.parametrize("zoomed", [False, True])
async def test_hostile_questions_and_settings_are_clean(zoomed: bool) -> None:
    run, _ = scripted_run("A", "B")
    messages = ({"role": "user", "content": HOSTILE * 2000},)
    with_settings(
        run, messages=messages, system=HOSTILE * 2000, stop=(HOSTILE,), params={HOSTILE: HOSTILE}
    )
    async with shown(run, size=(110, 40)) as (app, pilot):
        if zoomed:
            await pilot.press("z")
            await until(lambda: "system: one" in text(app))
        await settled(app, pilot)
        assert "› one " in text(app)
        assert not set("\x1b\x07\u202e\x00\ud800") & set(text(app))
        assert all(len(row) <= 110 for row in rows(app))


@pytest.mark.parametrize(
    ("size", "streams", "repeated"),
    [((120, 40), 2, 2), ((80, 17), 2, 2), ((80, 16), 2, 0), ((80, 24), 4, 0), ((200, 50), 64, 0)],
)
async def test_panes_of_the_grid_repeat_the_question_where_all_are_tall_enough(
    size: tuple[int, int], streams: int, repeated: int
) -> None:
    run, _ = scripted_run(*(f"s{number}" for number in range(streams)))
    with_settings(run, messages=({"role": "user", "content": "first\nsecond"},))
    async with shown(run, size=size) as (app, pilot):
        await settled(app, pilot)
        assert text(app).count("› first") == repeated
        assert "second" not in text(app)
        await pilot.press("p")
        await settled(app, pilot)
        assert text(app).count("› first") == repeated


PLACES = ("A ·", "B ·", "ttft", "╮")


def columns(app: StreamdashApp, words: tuple[str, ...]) -> dict[str, list[int]]:
    """Where the words stand in the headings and in the rows of numbers."""
    frame = [row for row in rows(app) if row.startswith(("╭", "╰"))]
    return {
        word: [at for row in frame for at in range(len(row)) if row.startswith(word, at)]
        for word in words
    }


@pytest.mark.parametrize("size", [(200, 50), (120, 40), (80, 24)])
async def test_neither_the_first_token_nor_the_ending_moves_heading_or_numbers(
    size: tuple[int, int],
) -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=size) as (app, pilot):
        await until(lambda: text(app).count("ttft") == 2)
        before = columns(app, PLACES)
        assert len(before["ttft"]) == 2
        for label in "AB":
            provider[label].say("a word ")
        await until(lambda: text(app).count(" ch") >= 2 and text(app).count("time ") == 2)
        await settled(app, pilot)
        streaming = columns(app, (*PLACES, "time ", " ch "))
        assert {word: streaming[word] for word in PLACES} == before
        provider["A"].say("more words " * 2000)
        await until(lambda: run.states[0].text.chars > 20_000)
        await settled(app, pilot)
        assert columns(app, (*PLACES, "time ", " ch ")) == streaming
        for label in "AB":
            provider[label].finish()
        await until(lambda: text(app).count("✓ done") == 2 and text(app).count("total") == 2)
        await settled(app, pilot)
        ended = columns(app, (*PLACES, "total ", " ch "))
        assert {word: ended[word] for word in PLACES} == before
        assert ended["total "] == streaming["time "]
        assert ended[" ch "] == streaming[" ch "]
