"""Typing into the form: keys, pastes, sizes, and what survives closing it."""

from __future__ import annotations

import random
import time

import pytest
from textual import events

from streamdash.tui.screens.change.form import ChangeForm
from tests.fuzzing import rounds
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
from tests.tui.test_any_key import KEYS, type_at_once

BOARD_KEYS = [*"xXrRqsbdeilmtTyzfnN/?12345acDEw(", "q"]


async def test_keys_of_the_board_are_text_in_every_field() -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await until(lambda: provider["B"].open == 1)
        await opened(app, pilot)
        for field in ("prompt", "seed", "params", "model", "system"):
            await go_to(app, pilot, field)
            await pilot.press("end")
            before = row(app, field).text
            type_at_once(app, BOARD_KEYS)
            wanted = before + "".join(BOARD_KEYS)
            await until(lambda field=field, wanted=wanted: row(app, field).text == wanted)  # type: ignore[misc]
        assert run.live
        assert len(provider["A"].requests) == 1


async def test_keys_typed_at_once_go_to_the_fields_in_their_order() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        type_at_once(app, [*"!?", "tab", *"0", "tab", *"1", "tab", *"25", "enter"])
        await until(lambda: len(provider["A"].requests) == 2)
        sent = provider["A"].requests[1]
        assert (sent.question, sent.temperature, sent.top_p, sent.max_tokens) == (
            "hello!?", 0.0, 1.0, 25,
        )  # fmt: skip


async def test_keys_that_edit_keep_their_place_among_those_typed_at_once() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        typed = ["a", "b", "backspace", "c", "left", "d", "ctrl+j", "e"]
        type_at_once(app, [*typed, *["shift+tab"] * 2, "ctrl+u", *"lab:m-2", "backspace", *"3"])
        type_at_once(app, ["enter"])
        await until(lambda: len(provider["A"].requests) == 2)
        sent = provider["A"].requests[1]
        assert (sent.question, sent.model) == ("helload\nec", "m-3")


async def test_the_key_that_opens_the_form_and_text_right_after_it() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        type_at_once(app, ["c"])
        await pilot.pause()
        type_at_once(app, ["x", "escape"])
        await closed(app)
        await opened(app, pilot)
        assert row(app, "prompt").text == "hellox"


async def test_tab_visits_every_field_and_comes_around() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        visited = []
        for _ in range(10):
            visited.append(focused(app))
            await pilot.press("tab")
        assert visited == [
            "prompt", "temperature", "top_p", "max_tokens", "seed", "stop", "reasoning_effort",
            "params", "model", "system",
        ]  # fmt: skip
        assert focused(app) == "prompt"
        await pilot.press("shift+tab")
        assert focused(app) == "system"


async def test_what_was_typed_survives_closing_and_the_request_can_be_seen_again() -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, "temperature", "0.5")
        await write(app, pilot, "prompt", "other")
        await pilot.press("escape")
        await closed(app)
        await pilot.press("2")
        await opened(app, pilot)
        assert row(app, "prompt").text == "hello"
        await pilot.press("escape", "1")
        await closed(app)
        await opened(app, pilot)
        assert (row(app, "prompt").text, row(app, "temperature").text) == ("other", "0.5")
        await pilot.press("ctrl+l")
        await until(lambda: row(app, "prompt").text == "hello")
        assert row(app, "temperature").text == ""
        await pilot.press("escape")
        await closed(app)
        await opened(app, pilot)
        await pilot.press("ctrl+l")
        await until(lambda: row(app, "prompt").text == "other")
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        await closed(app)
        await opened(app, pilot)
        assert "nothing is changed" in text(app)


async def test_blind_mode_hides_what_was_typed_and_gives_it_back() -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, "seed", "5")
        await pilot.press("escape")
        await closed(app)
        await pilot.press("b")
        for pane in "12":
            await pilot.press(pane)
            await opened(app, pilot)
            await pilot.press("x", "escape")
            await closed(app)
        await pilot.press("b", "1")
        await opened(app, pilot)
        assert (row(app, "prompt").text, row(app, "seed").text) == ("hellox", "5")


async def test_a_follow_up_meanwhile_leaves_only_what_was_typed_elsewhere() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, "seed", "5")
        await pilot.press("escape")
        await closed(app)
        run.ask("and then?", [0])
        await until(lambda: len(provider["A"].requests) == 2)
        await opened(app, pilot)
        assert (row(app, "prompt").text, row(app, "seed").text) == ("and then?", "5")


HOSTILE = "a\x1b[31mred\x1b]52;c;AAAA\x07\x00\x9b2Jb\u202edc\u200fe\r\nnext\tline\ud800"


@pytest.mark.fault("text", "hostile text pasted into a field")
@pytest.mark.parametrize("field", ["model", "prompt", "system", "stop", "params", "seed"])
async def test_hostile_text_is_harmless_in_every_field(field: str) -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await go_to(app, pilot, field)
        app.post_message(events.Paste(HOSTILE))
        await until(lambda: row(app, field).changed)
        await settled(app, pilot)
        for char in "\x1b\x00\x07\x9b\u202e\u200f\ud800":
            assert char not in row(app, field).text
            assert char not in text(app)
        await pilot.press("enter")
        await pilot.pause()


@pytest.mark.fault("text", "hostile text pasted into a field")
async def test_a_request_of_hostile_text_is_shown_clean_and_sent_as_it_was() -> None:
    odd = asking(
        "A",
        messages=({"role": "user", "content": HOSTILE},),
        system="[@click=app.quit]x[/] \x1b[2J",
        stop=("\x07", "\u2028"),
        params={"k": "\x1b]0;t\x07"},
        reasoning_effort="l\x00w",
    )
    run, provider = run_of(odd)
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await settled(app, pilot)
        assert "nothing is changed" in text(app)
        assert not any(char in text(app) for char in "\x1b\x00\x07\u202e")
        await write(app, pilot, "seed", "1")
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert provider["A"].requests[1] == odd._replace(seed=1)


@pytest.mark.fault("text", "a text of 1 MB")
@pytest.mark.parametrize("text_of_1_mb", ["word " * 210_000, "x" * 1_050_000, "日本語 " * 262_500])
async def test_a_prompt_of_1_mb_is_pasted_and_sent_quickly(text_of_1_mb: str) -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        began = time.process_time()
        app.post_message(events.Paste(text_of_1_mb))
        await until(lambda: row(app, "prompt").changed)
        await pilot.press("x", "y", "backspace")
        await until(lambda: "characters, too many to edit" in text(app))
        await pilot.resize_terminal(80, 24)
        assert time.process_time() - began < 3
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert provider["A"].requests[1].question == "hello" + text_of_1_mb
        await closed(app)
        provider["A"].finish()
        await until(lambda: not run.live)
        await opened(app, pilot)
        assert "nothing is changed" in text(app)
        await pilot.press("ctrl+u")
        await until(lambda: row(app, "prompt").text == "")
        await pilot.press(*"hi", "enter")
        await until(lambda: len(provider["A"].requests) == 3)
        assert provider["A"].requests[2].question == "hi"


@pytest.mark.parametrize("size", [(200, 50), (120, 40), (100, 30), (80, 24), (60, 20), (40, 12)])
async def test_the_focused_field_its_words_and_the_keys_are_in_sight_at_every_size(
    size: tuple[int, int],
) -> None:
    run, provider = run_of(*(asking(name, system="line\n" * 9) for name in "ABCD"))
    async with shown(run, size=(200, 50)) as (app, pilot):
        await ended(run, provider)
        await pilot.press("4")
        await opened(app, pilot)
        await write(app, pilot, "max_tokens", "x")
        await pilot.press("enter")
        await pilot.resize_terminal(*size)
        for _ in range(10):
            name = focused(app)
            await until(lambda name=name: any(f"› {name}" in line for line in rows(app)))  # type: ignore[misc]
            if name == "max_tokens":
                await until(lambda: "whole number" in text(app))
            assert any("enter rerun" in line and "esc close" in line for line in rows(app))
            assert all(len(line) <= size[0] for line in rows(app))
            await pilot.press("tab")


async def test_the_row_of_the_cursor_stays_in_sight_while_a_prompt_grows() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run, size=(60, 20)) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        for number in range(14):
            await pilot.press("ctrl+j", *f"r{number}")
        for size in ((60, 20), (80, 24), (40, 8), (200, 50), (60, 20)):
            await pilot.resize_terminal(*size)
            await until(lambda: any("r13" in line for line in rows(app)))


async def test_clicks_choose_fields_and_press_keys() -> None:
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run, size=(80, 24)) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await pilot.click("#seed .label")
        await until(lambda: focused(app) == "seed")
        await pilot.click("#system TextField")
        await until(lambda: focused(app) == "system")
        await pilot.press(*"S")
        keys = next(line for line in rows(app) if "esc close" in line)
        await pilot.click("#keys", offset=(keys.index("ctrl+t"), 0))
        await until(lambda: all(len(provider[name].requests) == 2 for name in "AB"))
        assert provider["B"].requests[1].system == "S"
        await closed(app)


async def test_a_click_outside_the_form_does_nothing() -> None:
    run, provider = run_of(*(asking(name) for name in "ABCD"))
    async with shown(run, size=(200, 50)) as (app, pilot):
        await until(lambda: provider["D"].open == 1)
        await opened(app, pilot)
        for y in range(0, 50, 7):
            await pilot.click(offset=(190, y))
        assert isinstance(app.screen, ChangeForm)
        assert not any(state.status.final for state in run.states)


async def test_known_models_complete_what_is_typed() -> None:
    run, provider = run_of(asking("A"), asking("B", model="mixtral-large"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, "model", "lab:mix")
        await until(lambda: "lab:mixtral-large" in text(app))
        await pilot.press("right", "enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert provider["A"].requests[1].model == "mixtral-large"


async def test_wide_characters_are_typed_and_shown_whole() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run, size=(60, 20)) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        wide = "日本語の質問です。👩\u200d🚀" * 9
        app.post_message(events.Paste(wide))
        await until(lambda: row(app, "prompt").text == "hello" + wide)
        await settled(app, pilot)
        assert "日本語の質問" in text(app)
        await pilot.press("enter")
        await until(lambda: len(provider["A"].requests) == 2)
        assert provider["A"].requests[1].question == "hello" + wide


async def test_a_key_in_the_parameters_is_hidden_and_kept() -> None:
    secret = {"api_key": "sk-secret", "inner": {"password": "p4ss", "x": 1}}
    run, provider = run_of(asking("A", params=secret), asking("B"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        assert "sk-secret" not in text(app)
        assert "p4ss" not in text(app)
        field = '{"api_key": "***", "inner": {"password": "***", "x": 2}}'
        await write(app, pilot, "params", field)
        await pilot.press("ctrl+t")
        await until(lambda: all(len(provider[name].requests) == 2 for name in "AB"))
        inner = {"password": "p4ss", "x": 2}
        assert provider["A"].requests[1].params == {"api_key": "sk-secret", "inner": inner}
        assert provider["B"].requests[1].params == {"inner": {"x": 2}}


@pytest.mark.fault("screen", "random keys, mouse and sizes")
async def test_no_keys_in_the_form_end_the_run() -> None:
    rng = random.Random()
    run, provider = run_of(asking("A"), asking("B"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        extra = ["ctrl+l", "ctrl+o", "ctrl+t", "enter", "escape", "tab", "shift+tab", "c"]
        for _ in range(rounds(15)):
            type_at_once(app, ["c", *rng.choices([*KEYS, *extra], k=6)])
            await pilot.pause()
            if app.leaving:
                # the palette's last command
                break
        assert app.crash is None
