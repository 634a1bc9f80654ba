"""Changing a request in the form, and what is sent then."""

from __future__ import annotations

from typing import Any

import pytest

from streamdash.streams.events import Status
from streamdash.streams.spec import Endpoint
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.screens.change.opened import (
    asking,
    closed,
    ended,
    focused,
    go_to,
    opened,
    row,
    run_of,
    write,
)
from tests.tui.scripted_run import scripted_run

FULL: dict[str, Any] = {
    "system": "Be brief.",
    "temperature": 0.25,
    "top_p": 1.0,
    "max_tokens": 300,
    "seed": 7,
    "stop": ("END", "\n\n"),
    "reasoning_effort": "low",
    "params": {"top_k": 5},
}
CLAUDE = Endpoint("claude", "anthropic", "http://127.0.0.1:1")


async def test_the_form_begins_with_the_request_of_the_pane() -> None:
    run, provider = run_of(asking("A"), asking("B", **FULL))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await pilot.press("2")
        await opened(app, pilot)
        assert {field: row(app, field).text for field in (*FULL, "model", "prompt")} == {
            "model": "lab:m-1",
            "system": "Be brief.",
            "prompt": "hello",
            "temperature": "0.25",
            "top_p": "1",
            "max_tokens": "300",
            "seed": "7",
            "stop": '["END", "\\n\\n"]',
            "reasoning_effort": "low",
            "params": '{"top_k": 5}',
        }
        assert "Change B" in text(app)


@pytest.mark.parametrize(
    ("field", "typed", "name", "value"),
    [
        ("model", "lab:m-2", "model", "m-2"),
        ("system", "Be kind.\nAlways.", "system", "Be kind.\nAlways."),
        ("temperature", "0.5", "temperature", 0.5),
        ("top_p", "0.9", "top_p", 0.9),
        ("max_tokens", "50", "max_tokens", 50),
        ("seed", "-3", "seed", -3),
        ("stop", "END", "stop", ("END",)),
        ("stop", '["a", "b"]', "stop", ("a", "b")),
        ("reasoning_effort", "high", "reasoning_effort", "high"),
        ("params", '{"top_k": 5}', "params", {"top_k": 5}),
        ("params", "top_k = 5\nmin_p = 0.1", "params", {"top_k": 5, "min_p": 0.1}),
    ],
)
async def test_each_field_reaches_the_request_and_nothing_else_changes(
    field: str, typed: str, name: str, value: Any
) -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        before = run.states[0].spec
        await opened(app, pilot)
        await write(app, pilot, field, typed)
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert provider["A"].requests[1] == before._replace(**{name: value})
        assert len(provider["B"].requests) == 1
        await closed(app)


async def test_the_prompt_is_changed_where_it_is_the_last_question() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await pilot.press("p", *"why", "enter")
        await until(lambda: run.states[0].spec.turn == 2)
        await ended(run, provider)
        await opened(app, pilot)
        assert "question 2" in text(app)
        assert (focused(app), row(app, "prompt").text) == ("prompt", "why")
        await pilot.press(*"not", "enter")
        await until(lambda: len(provider["A"].requests) == 3)
        asked = provider["A"].requests[2]
        contents = [message["content"] for message in asked.messages]
        assert contents == ["hello", "answer of A", "whynot"]
        assert asked.turn == 2


async def test_the_answer_before_stays_as_an_earlier_one() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await pilot.press("x", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert [state.text.value() for state in run.earlier[0]] == ["answer of A"]
        assert run.earlier[0][0].spec.question == "hello"
        assert run.states[0].spec.question == "hellox"


async def test_an_emptied_field_makes_no_setting() -> None:
    run, provider = run_of(asking("A", **FULL))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        for field in FULL:
            await write(app, pilot, field, "")
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert provider["A"].requests[1] == asking("A")


async def test_enter_in_an_unchanged_form_reruns_the_request_as_it_is() -> None:
    run, provider = run_of(asking("A", **FULL), asking("B"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        assert "nothing is changed" in text(app)
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert provider["A"].requests[0] == provider["A"].requests[1]
        assert len(provider["B"].requests) == 1


async def test_ctrl_t_gives_only_the_changed_fields_to_all_panes() -> None:
    run, provider = run_of(
        asking("A", temperature=0.1, model="m-a"),
        asking("B", temperature=0.2, model="m-b", system="Be B."),
        asking("C", seed=3, model="m-c"),
    )
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        before = [state.spec for state in run.states]
        await opened(app, pilot)
        await write(app, pilot, "temperature", "0.7")
        assert "changed: temperature" in text(app)
        assert "ctrl+t gives this to all; models stay" in text(app)
        await pilot.press("ctrl+t")
        await until(lambda: all(len(provider[name].requests) == 2 for name in "ABC"))
        assert [provider[name].requests[1] for name in "ABC"] == [
            spec._replace(temperature=0.7) for spec in before
        ]


async def test_ctrl_t_gives_the_model_to_all_only_if_it_was_changed_and_says_so() -> None:
    run, provider = run_of(asking("A"), asking("B", model="m-b"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, "model", "lab:m-9")
        assert "one model for all" in text(app)
        await pilot.press("ctrl+t")
        await until(lambda: all(len(provider[name].requests) == 2 for name in "AB"))
        assert [provider[name].requests[1].model for name in "AB"] == ["m-9", "m-9"]


async def test_ctrl_t_in_an_unchanged_form_reruns_all() -> None:
    run, provider = run_of(asking("A"), asking("B", seed=1))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await pilot.press("ctrl+t")
        await until(lambda: all(len(provider[name].requests) == 2 for name in "AB"))
        assert provider["B"].requests[1].seed == 1


async def test_a_removed_pane_gets_nothing() -> None:
    run, provider = run_of(asking("A"), asking("B"), asking("C"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        run.remove(1)
        await opened(app, pilot)
        assert "ctrl+t all 2" in text(app)
        await pilot.press("x", "ctrl+t")
        await until(lambda: all(len(provider[name].requests) == 2 for name in "AC"))
        assert len(provider["B"].requests) == 1


async def test_a_live_answer_is_cancelled_only_by_the_same_key_again() -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await until(lambda: all(state.attempts for state in run.states))
        provider["A"].say("half an ans")
        await until(lambda: run.states[0].text.chars > 0)
        await opened(app, pilot)
        await pilot.press("x", "enter")
        await until(lambda: "the same key again cancels and reruns" in text(app))
        assert run.states[0].status is Status.STREAMING
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        (cut,) = run.earlier[0]
        assert (cut.status, cut.text.value()) == (Status.CANCELLED, "half an ans")
        assert run.states[0].spec.question == "hellox"
        await closed(app)


async def test_a_change_of_all_waits_for_a_second_key_while_any_answer_is_live() -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await until(lambda: provider["B"].open == 1)
        provider["A"].finish()
        await until(lambda: run.states[0].status.final)
        await opened(app, pilot)
        await pilot.press("x", "ctrl+t")
        await until(lambda: "still coming" in text(app))
        await pilot.press("ctrl+t")
        await until(lambda: all(len(provider[name].requests) == 2 for name in "AB"))


async def test_other_panes_stream_and_are_painted_beside_the_open_form() -> None:
    run, provider = run_of(*(asking(name) for name in "ABCD"))
    async with shown(run, size=(200, 50)) as (app, pilot):
        await until(lambda: provider["D"].open == 1)
        await opened(app, pilot)
        provider["D"].say("words of D that come meanwhile")
        await until(lambda: "words of D that come meanwhile" in text(app))
        provider["D"].finish()
        await until(lambda: any("D" in line and "done" in line for line in rows(app)))


async def test_a_prompt_can_be_given_to_a_stream_that_was_never_asked() -> None:
    run, provider = scripted_run("A", "B", prompted=False)
    async with shown(run) as (app, pilot):
        await pilot.press("escape")
        await opened(app, pilot)
        await pilot.press("enter")
        await until(lambda: "is empty" in text(app))
        await pilot.press(*"hi", "enter")
        await until(lambda: len(provider["A"].requests) == 1)
        assert provider["A"].requests[0].question == "hi"
        assert not provider["B"].requests


async def test_all_is_refused_while_another_stream_has_no_prompt() -> None:
    run, provider = scripted_run("A", "B", prompted=False)
    async with shown(run) as (app, pilot):
        await pilot.press("escape")
        await opened(app, pilot)
        await pilot.press(*"hi", "enter")
        await until(lambda: len(provider["A"].requests) == 1)
        provider["A"].finish()
        await until(lambda: not run.live)
        await opened(app, pilot)
        await write(app, pilot, "seed", "1")
        await pilot.press("ctrl+t")
        await until(lambda: "1 of the streams has no prompt yet" in text(app))
        assert not provider["B"].requests


async def test_a_default_limit_is_shown_as_a_default_and_stays_in_its_dialect() -> None:
    claude = asking("C", endpoint=CLAUDE, max_tokens=1024)
    run, provider = run_of(asking("A"), claude)
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await pilot.press("2")
        await opened(app, pilot)
        assert row(app, "max_tokens").text == ""
        assert "1024; this dialect needs a limit" in text(app)
        assert "none; this dialect has no seed" in text(app)
        await write(app, pilot, "model", "lab:m-1")
        assert "1024" not in text(app)
        await pilot.press("enter")
        await until(lambda: len(provider["C"].requests) == 2)
        assert provider["C"].requests[1].max_tokens is None
        await pilot.press("1")
        await opened(app, pilot)
        await write(app, pilot, "seed", "5")
        await write(app, pilot, "model", "claude:m-1")
        assert "unknown endpoint" not in text(app)


async def test_a_setting_that_the_dialect_does_not_have_is_called_so() -> None:
    run, provider = run_of(asking("C", endpoint=CLAUDE, max_tokens=9, seed=1))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        assert "not sent: the anthropic dialect has no seed" in text(app)
        await write(app, pilot, "temperature", "1.5")
        assert "anthropic takes 0 to 1 and refuses more" in text(app)


async def test_a_change_of_all_streams_goes_through_all_rounds() -> None:
    run, provider = run_of(asking("A"), asking("B"), repeat=2)
    async with shown(run) as (app, pilot):
        for _ in range(2):
            for name in "AB":
                provider[name].finish()
        await until(lambda: not run.live)
        await opened(app, pilot)
        await pilot.press("x", "ctrl+t")
        for _ in range(2):
            for name in "AB":
                provider[name].finish()
        await until(lambda: all(len(provider[name].requests) == 4 for name in "AB"))
        await until(lambda: not run.live)


async def test_in_blind_mode_only_the_prompt_is_shown_and_changed() -> None:
    run, provider = run_of(asking("A", **FULL), asking("B", endpoint=CLAUDE, max_tokens=1024))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await pilot.press("b")
        await opened(app, pilot)
        await settled(app, pilot)
        form = "\n".join(row for row in rows(app) if "│" in row)
        for secret in ("lab:m-1", "claude", "1024", "temperature", "Be brief"):
            assert secret not in form
        assert "model and settings are hidden" in text(app)
        await pilot.press("x", "ctrl+t")
        await until(lambda: all(len(provider[name].requests) == 2 for name in "AB"))
        assert provider["A"].requests[1] == asking("A", **FULL)._replace(
            messages=({"role": "user", "content": "hellox"},)
        )


async def test_a_label_that_was_made_from_the_model_follows_the_model() -> None:
    run, provider = run_of(asking("m-1"), asking("mine"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, "model", "lab:m-2")
        await pilot.press("ctrl+t")
        await until(lambda: len(provider["m-2"].requests) == 1)
        await until(lambda: len(provider["mine"].requests) == 2)


async def test_the_form_goes_back_to_the_field_that_was_edited_last() -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await go_to(app, pilot, "seed")
        await pilot.press("4", "escape")
        await closed(app)
        await pilot.press("2")
        await opened(app, pilot)
        assert focused(app) == "seed"
        assert row(app, "seed").text == ""
