"""Follow-ups and reruns on the screen: nothing is lost, cancelled or sent on unasked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from streamdash.reporting.result import run_result
from streamdash.reporting.result_json import run_json
from tests.tui.screen import rows, shown, summarized, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from tests.tui.scripted_run import ScriptedProviders

KIND = pytest.mark.fault("screen", "a follow-up or rerun loses or invents what was said")
TURNS = pytest.mark.fault("screen", "numbers of different turns are compared")
QUESTION = pytest.mark.fault("screen", "the question is nowhere to be seen")


def asked(provider: ScriptedProviders, label: str) -> list[object]:
    """The contents of the last request's messages."""
    return [message["content"] for message in provider[label].requests[-1].messages]


async def answered(
    run: Run, provider: ScriptedProviders, *labels: str, words: str = "answer of"
) -> None:
    for label in labels:
        provider[label].say(f"{words} {label}")
        provider[label].finish()
    places = [spec.label for spec in run.plan.specs]
    await until(lambda: all(run.states[places.index(one)].status.final for one in labels))


@KIND
async def test_a_follow_up_in_mid_stream_waits_and_says_so() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("half an ")
        await until(lambda: "half an" in text(app))
        await pilot.press("p", *"why?")
        await until(lambda: "waits for the end of its answer" in text(app))
        await pilot.press("enter")
        await until(lambda: "a follow-up waits" in text(app))
        assert run.states[0].status.value == "streaming"
        provider["A"].say("answer")
        provider["A"].finish()
        await until(lambda: len(provider["A"].requests) == 2)
        assert asked(provider, "A") == ["hello", "half an answer", "why?"]
        await until(lambda: "a follow-up waits" not in text(app))


@KIND
async def test_the_conversation_stays_readable_above_the_new_answer() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await answered(run, provider, "A")
        await pilot.press("p", *"why?", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        await answered(run, provider, "A", words="second of")
        await pilot.press("p", *"and", "ctrl+j", *"so?", "enter")
        await until(lambda: len(provider["A"].requests) == 3)
        provider["A"].say("third of A")
        await until(lambda: "third of A" in text(app))
        # the first row repeats the last question
        screen = "\n".join(rows(app)[2:])
        wanted = ["› hello", "answer of A", "› why?", "second of A", "› and", "  so?", "third of A"]
        places = [screen.index(words) for words in wanted]
        assert places == sorted(places)


@KIND
async def test_a_cut_answer_stays_visible_and_out_of_the_conversation() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("half an ans")
        await until(lambda: "half an ans" in text(app))
        await pilot.press("x", "p")
        await until(lambda: "the cut answer stays out: ctrl+o" in text(app))
        await pilot.press(*"go on", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert asked(provider, "A") == ["hello", "go on"]
        await until(lambda: "not sent on: this answer was cut (cancelled)" in text(app))
        assert "half an ans" in text(app)


@KIND
async def test_a_cut_answer_goes_in_where_its_user_says_so() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("half an ans")
        provider["A"].cut()
        await until(lambda: "truncated" in text(app))
        await pilot.press("p", "ctrl+o")
        await until(lambda: "the cut answer is sent" in text(app))
        await pilot.press(*"go on", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert asked(provider, "A") == ["hello", "half an ans", "go on"]


@KIND
async def test_a_question_whose_answer_was_cut_is_offered_again() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        provider["A"].say("half")
        await until(lambda: "half" in text(app))
        await pilot.press("p", "tab", *"why?", "enter")
        await until(lambda: "a follow-up waits" in text(app))
        await pilot.press("x")
        await until(lambda: "not sent, as the answer was cut: p asks again" in text(app))
        assert "› why?" in text(app)
        assert len(provider["A"].requests) == 1
        await pilot.press("p")
        await until(lambda: "Follow-up to A only" in text(app))
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert asked(provider, "A") == ["hello", "why?"]


@KIND
async def test_to_all_with_some_live_each_pane_waits_for_itself() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await answered(run, provider, "A")
        provider["B"].say("still ")
        await until(lambda: "still" in text(app))
        await pilot.press("p", *"why?", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert len(provider["B"].requests) == 1
        provider["B"].say("going")
        provider["B"].finish()
        await until(lambda: len(provider["B"].requests) == 2)
        assert asked(provider, "B") == ["hello", "still going", "why?"]


@KIND
@pytest.mark.parametrize("key", ["r", "R"])
async def test_a_rerun_of_a_live_answer_asks_first(key: str) -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("half")
        await until(lambda: "half" in text(app))
        await pilot.press(key)
        await until(lambda: "the same key again" in text(app))
        assert run.states[0].status.value == "streaming"
        await pilot.press(key)
        await until(lambda: len(provider["A"].requests) == 2)
        assert [state.text.value() for state in run.earlier[0]] == ["half"]


@TURNS
async def test_the_summary_and_the_leaderboard_say_the_turn_and_star_only_within_one() -> None:
    run, provider = scripted_run("A", "B", "C")
    async with shown(run) as (app, pilot):
        provider["B"].say("B is first. ")
        await until(lambda: run.states[1].text.chars > 0)
        await pilot.pause(0.2)
        await answered(run, provider, "A", "B", "C")
        await pilot.press("p", "tab", *"why?", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        await answered(run, provider, "A")
        await summarized(app, pilot)
        table = [row for row in rows(app) if " ✓ done" in row and not row.startswith("╭")]
        assert [row.split()[2] for row in table] == ["2", "1", "1"]
        assert "★" not in table[0]
        assert sum(row.count("★") for row in table[1:]) == 1
        await pilot.press("l")
        await until(lambda: rows(app)[2].split()[:1] == ["–"])
        ranks = [row.replace("★", " ").split()[:4] for row in rows(app)[2:5]]
        assert [row[2] for row in ranks] == ["2", "1", "1"]
        # the two answers to the first question may be level, which ranks neither
        assert [row[0] for row in ranks] in (["–", "1", "2"], ["–", "1", "1"], ["–", "–", "–"])
        assert ranks[0][3] == "A"


@KIND
async def test_the_result_has_the_conversation_and_the_earlier_answers() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (_, pilot):
        await answered(run, provider, "A")
        await pilot.press("r")
        await until(lambda: len(provider["A"].requests) == 2)
        await answered(run, provider, "A", words="second of")
        await pilot.press("p", *"why?", "enter")
        await until(lambda: len(provider["A"].requests) == 3)
        await answered(run, provider, "A", words="third of")
        result = json.loads(json.dumps(run_json(run_result(run, ""))))["streams"][0]
    assert result["turn"] == 2
    assert result["question"] == "why?"
    assert [m["content"] for m in result["messages"]] == ["hello", "second of A", "why?"]
    assert [(one["turn"], one["question"], one["text"]) for one in result["earlier"]] == [
        (1, "hello", "answer of A"),
        (1, "hello", "second of A"),
    ]


@QUESTION
@pytest.mark.parametrize("size", [(120, 40), (40, 20), (80, 24)])
async def test_the_zoomed_pane_shows_its_question_and_settings(size: tuple[int, int]) -> None:
    run, provider = scripted_run("A", "B")
    run.states[0].spec = run.states[0].spec._replace(seed=7)
    async with shown(run, size=size) as (app, pilot):
        provider["A"].say("the answer")
        await until(lambda: "the answer" in text(app))
        assert "seed 7" not in text(app)
        await pilot.press("z")
        await until(lambda: "m-1 · seed 7" in text(app))
        assert "› hello" in text(app)
        assert "the answer" in text(app)
        await pilot.resize_terminal(size[0] + 9, size[1] + 3)
        await until(lambda: "› hello" in text(app) and "the answer" in text(app))
        await pilot.press("escape")
        await until(lambda: "seed 7" not in text(app))
        assert "the answer" in text(app)


@QUESTION
async def test_a_long_question_takes_a_few_rows_of_the_zoomed_pane() -> None:
    run, provider = scripted_run("A")
    question = "wörter 一种 " * 100 + "\x1b[31m"
    messages = ({"role": "user", "content": question},)
    run.states[0].spec = run.states[0].spec._replace(messages=messages)
    async with shown(run, size=(60, 24)) as (app, pilot):
        provider["A"].say("the answer")
        await until(lambda: "the answer" in text(app))
        await pilot.press("z")
        await until(lambda: "› wörter" in text(app))
        assert sum("wörter" in row for row in rows(app)) == 3
        assert "…" in text(app)
        assert "\x1b" not in text(app)
        assert {len(row) for row in rows(app)[1:4]} <= set(range(30, 61))
