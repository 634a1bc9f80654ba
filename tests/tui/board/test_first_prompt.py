"""The board before anything has been asked."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from streamdash.cli.endpoint_states import endpoint_states
from streamdash.providers.endpoint_state import EndpointState
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.streams.spec import Endpoint
    from streamdash.tui.board.pane.invitation import EndpointCheck

SIZES = ((200, 50), (120, 40), (80, 24), (60, 20))
READY = EndpointState("LAB_API_KEY is set", ready=True)
MISSING = EndpointState("LAB_API_KEY is not set", ready=False, missing="LAB_API_KEY")


def says(*states: EndpointState, after: Event | None = None) -> EndpointCheck:
    """A check that yields these states of the scripted endpoint, one after the other."""

    def check(_endpoints: Sequence[Endpoint]) -> Iterator[tuple[str, EndpointState]]:
        for state in states:
            yield "lab", state
            if after is not None:
                after.wait(5)

    return check


@pytest.mark.parametrize("size", SIZES)
async def test_panes_say_who_will_answer_and_the_field_offers_a_prompt(
    size: tuple[int, int],
) -> None:
    run, provider = scripted_run("A", "B", prompted=False)
    async with shown(run, size=size, check=says(READY)) as (app, pilot):
        await until(lambda: text(app).count("✓ LAB_API_KEY is set") == 2)
        assert text(app).count("lab:m-1") >= 2
        assert "Prompt to all 2 streams" in text(app)
        assert "enter send" in rows(app)[-1]
        assert "cut answers" not in rows(app)[-1]
        assert "bicycle" in text(app)
        await pilot.press("down")
        await until(lambda: "haiku" in text(app))
        await pilot.press("right", "enter")
        await until(lambda: len(provider["A"].requests) == len(provider["B"].requests) == 1)
        (message,) = provider["A"].requests[0].messages
        assert "haiku" in str(message["content"])
        await until(lambda: "LAB_API_KEY" not in text(app) and "Prompt to" not in text(app))
        await pilot.press("p")
        await until(lambda: "Follow-up to al" in text(app))
        assert "bicycle" not in text(app)
        assert "suggestion" not in rows(app)[-1]


async def test_a_missing_key_is_named_and_what_would_help() -> None:
    run, _ = scripted_run("A", prompted=False)
    async with shown(run, check=says(MISSING)) as (app, _pilot):
        await until(lambda: "! LAB_API_KEY is not set: export it" in text(app))
        assert "--env-file FILE" in text(app)


async def test_what_becomes_known_later_replaces_what_was_shown() -> None:
    run, _ = scripted_run("A", prompted=False)
    go_on = Event()
    async with shown(run, check=says(MISSING, READY, after=go_on)) as (app, _pilot):
        await until(lambda: "is not set" in text(app))
        go_on.set()
        await until(lambda: "✓ LAB_API_KEY is set" in text(app))
        assert "is not set" not in text(app)


async def test_a_slow_check_holds_nothing_up_and_comes_too_late_for_an_asked_pane() -> None:
    run, provider = scripted_run("A", prompted=False)
    go_on = Event()

    def check(_endpoints: Sequence[Endpoint]) -> Iterator[tuple[str, EndpointState]]:
        go_on.wait(5)
        yield "lab", MISSING

    async with shown(run, check=check) as (app, pilot):
        await pilot.press("h", "i", "enter")
        await until(lambda: bool(provider["A"].open))
        provider["A"].say("an answer")
        await until(lambda: "an answer" in text(app))
        go_on.set()
        await settled(app, pilot)
        assert "is not set" not in text(app)
        assert "an answer" in text(app)


async def test_blind_mode_hides_who_will_answer() -> None:
    run, _ = scripted_run("A", "B", prompted=False)
    async with shown(run, check=says(MISSING)) as (app, pilot):
        await until(lambda: "LAB_API_KEY" in text(app))
        await pilot.press("escape", "b")
        await until(lambda: "blind" in text(app) and "LAB_API_KEY" not in text(app))
        assert "lab:m-1" not in text(app)


@pytest.mark.parametrize("key", ["x", "X", "l", "s", "i", "y", "e", "d"])
async def test_keys_that_need_an_answer_say_that_nothing_has_been_asked(key: str) -> None:
    run, provider = scripted_run("A", "B", prompted=False)
    async with shown(run, keys={"prompt": ("P",)}) as (app, pilot):
        await pilot.press("escape")
        await until(lambda: "P prompt" in rows(app)[-1])
        assert not {"cancel", "rerun", "ranks", "summary"} & set(rows(app)[-1].split())
        await pilot.press(key)
        await until(lambda: "nothing has been asked yet: P opens the prompt" in text(app))
        assert app.screen is app.board
        assert not any(state.status.final for state in run.states)
        await pilot.press("P", "h", "enter")
        await until(lambda: bool(provider["A"].open))


@pytest.mark.parametrize("key", ["r", "R", "p"])
async def test_rerun_and_prompt_open_the_field_again(key: str) -> None:
    run, _ = scripted_run("A", "B", prompted=False)
    async with shown(run) as (app, pilot):
        await pilot.press("h", "escape")
        await until(lambda: "Prompt to all" not in text(app))
        await pilot.press(key)
        await until(lambda: "Prompt to all" in text(app))


async def test_the_form_asks_one_stream_before_anything_was_asked() -> None:
    run, provider = scripted_run("A", "B", prompted=False)
    async with shown(run) as (app, pilot):
        await pilot.press("escape")
        await until(lambda: "c change" in rows(app)[-1])
        await pilot.press("c")
        await until(lambda: app.screen is not app.board)
        await settled(app, pilot)
        await pilot.press("h", "i", "enter")
        await until(lambda: bool(provider["A"].open))
        assert provider["A"].requests[0].question == "hi"
        assert not provider["B"].requests


async def test_the_button_of_a_pane_that_was_not_asked_cancels_nothing() -> None:
    run, _ = scripted_run("A", "B", prompted=False)
    async with shown(run) as (app, pilot):
        await until(lambda: "✕" in rows(app)[0])
        await pilot.click(offset=(rows(app)[0].index("✕"), 0))
        await until(lambda: "nothing has been asked yet" in text(app))
        assert not any(state.status.final for state in run.states)


async def test_a_pane_that_was_left_out_of_the_first_question_still_invites() -> None:
    run, provider = scripted_run("A", "B", prompted=False)
    async with shown(run, check=says(READY)) as (app, pilot):
        await pilot.press("tab", "h", "enter")
        await until(lambda: bool(provider["A"].open))
        await until(lambda: text(app).count("✓ LAB_API_KEY is set") == 1)
        assert not provider["B"].requests


def test_the_state_of_an_endpoint_names_the_variable_or_the_server(
    unused_tcp_port: int,
) -> None:
    from streamdash.providers.catalog import builtin_endpoints
    from streamdash.streams.spec import Endpoint as Target

    known = builtin_endpoints({})
    nobody = Target("lab", "openai", f"http://127.0.0.1:{unused_tcp_port}/v1")
    far = Target("far", "openai", "https://far.example/v1")
    asked = [nobody, known["openai"], known["anthropic"], known["demo"], far]
    states = dict(endpoint_states(asked, {"OPENAI_API_KEY": "sk-1"}))
    assert [*states] == ["openai", "anthropic", "demo", "far", "lab"]
    assert states["openai"] == EndpointState("OPENAI_API_KEY is set", ready=True)
    assert states["anthropic"].missing == "ANTHROPIC_API_KEY"
    assert states["demo"].ready
    assert states["far"].ready
    assert not states["lab"].ready
    assert "is it running?" in states["lab"].sentence
