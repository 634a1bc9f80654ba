"""Asking from the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.screen import rows, shown, text, until
from tests.tui.scripted_run import ScriptedProviders, scripted_run

if TYPE_CHECKING:
    from streamdash.streams.run import Run


def asked(provider: ScriptedProviders, label: str) -> list[object]:
    """The contents of the last request's messages."""
    return [message["content"] for message in provider[label].requests[-1].messages]


async def answered(run: Run, provider: ScriptedProviders, *labels: str) -> None:
    for label in labels:
        provider[label].say(f"answer of {label}")
        provider[label].finish()
    await until(lambda: all(state.status.final for state in run.states))


async def test_a_follow_up_goes_to_all_with_what_was_said_before() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await answered(run, provider, "A", "B")
        await pilot.press("p", *"why?", "enter")
        await until(lambda: all(len(provider[label].requests) == 2 for label in "AB"))
        assert asked(provider, "A") == ["hello", "answer of A", "why?"]
        assert asked(provider, "B") == ["hello", "answer of B", "why?"]
        await until(lambda: "Follow-up" not in text(app))


async def test_tab_sends_it_to_the_current_stream_only() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await answered(run, provider, "A", "B")
        await pilot.press("right", "p")
        await until(lambda: "Follow-up to all 2 streams" in text(app))
        await pilot.press("tab")
        await until(lambda: "Follow-up to B only" in text(app))
        await pilot.press("x", "enter")
        await until(lambda: len(provider["B"].requests) == 2)
        assert asked(provider, "B")[-1] == "x"
        assert len(provider["A"].requests) == 1


async def test_keys_typed_right_after_p_are_text_and_cancel_nothing() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await until(lambda: run.states[0].status.value == "waiting")
        await pilot.press("p", "x", "X", "q", "ctrl+j", "z")
        await until(lambda: "xXq" in text(app))
        assert run.states[0].status.value == "waiting"
        await pilot.press("escape")
        await until(lambda: "Follow-up" not in text(app))
        await answered(run, provider, "A")
        await pilot.press("p", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert asked(provider, "A")[-1] == "xXq\nz"


async def test_an_empty_prompt_is_not_sent() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("p", "space", "enter")
        await pilot.pause()
        assert "Follow-up" in text(app)
        assert len(provider["A"].requests) == 1


async def test_a_run_without_a_prompt_waits_for_the_first_one() -> None:
    run, provider = scripted_run("A", "B", prompted=False)
    async with shown(run) as (app, pilot):
        await until(lambda: "Prompt to all 2 streams" in text(app))
        assert text(app).count("not asked yet") == 2
        assert not run.live
        await pilot.press(*"hi", "enter")
        await until(lambda: all(len(provider[label].requests) == 1 for label in "AB"))
        assert asked(provider, "A") == ["hi"]
        provider["A"].say("good day")
        await until(lambda: "good day" in text(app))
        await pilot.press("p")
        await until(lambda: "Follow-up" in text(app))


async def test_rerunning_what_was_never_asked_opens_the_prompt_bar() -> None:
    run, _ = scripted_run("A", prompted=False)
    async with shown(run) as (app, pilot):
        await pilot.press("escape", "r")
        await until(lambda: "Prompt to A" in text(app))
        assert not run.live


async def test_the_keys_of_the_bar_are_shown_while_it_is_open() -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("p")
        await until(lambda: "enter send" in rows(app)[-1])
        assert "cancel" not in rows(app)[-1]
        await pilot.press("escape")
        await until(lambda: "x cancel" in rows(app)[-1])


async def test_a_follow_up_stands_before_its_answer_and_is_not_part_of_it() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answered(run, provider, "A")
        assert text(app).count("› ") == 1
        await pilot.press("p", *"and", "space", *"then?", "enter")
        await until(lambda: "› and then?" in text(app))
        provider["A"].say("Nothing.")
        await until(lambda: "Nothing." in text(app))
        assert run.states[0].text.value() == "Nothing."
        assert rows(app).index(next(row for row in rows(app) if "› and then?" in row)) < next(
            place for place, row in enumerate(rows(app)) if "Nothing." in row
        )
