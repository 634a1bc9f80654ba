"""Mistakes in the form: in the words of a prompt file, at their field, and nothing is sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from streamdash.promptfile import load_plan
from streamdash.promptfile.overrides import Overrides
from streamdash.streams.errors import UsageError
from tests.tui.screen import rows, shown, text, until
from tests.tui.screens.change.opened import asking, ended, focused, opened, row, run_of, write
from tests.tui.scripted_run import ENDPOINT
from tests.tui.test_any_key import type_at_once

if TYPE_CHECKING:
    from streamdash.tui.app import StreamdashApp


@pytest.mark.parametrize(
    ("field", "mistakes"),
    [
        (
            "model",
            [
                ("", "is empty; write endpoint:model"),
                ("lob:m-1", "unknown endpoint 'lob' (did you mean 'lab'?)"),
                ("lab:", "names no model; write lab:MODEL"),
                ("gpt-4o", "'gpt-4o' names no endpoint"),
            ],
        ),
        (
            "prompt",
            [
                ("", "is empty"),
            ],
        ),
        (
            "temperature",
            [
                ("warm", "must be a number, not the text 'warm'"),
                ("2.5", "must be from 0 to 2, not 2.5"),
                ("nan", "must be a finite number"),
            ],
        ),
        (
            "top_p",
            [
                ("-1", "must be from 0 to 1, not -1.0"),
            ],
        ),
        (
            "max_tokens",
            [
                ("0", "must be at least 1, not 0"),
                ("1.5", "must be a whole number, not 1.5"),
                ("1,000", "must be a whole number, not the text '1,000'"),
            ],
        ),
        (
            "seed",
            [
                ("true", "must be a whole number, not true"),
                ("99999999999999999999", "is a number of more than 64 bits"),
            ],
        ),
        (
            "stop",
            [
                ("[1]", "[0]: must be text, not 1"),
                ('[""]', "[0]: is empty, which would stop every answer at once"),
            ],
        ),
        (
            "params",
            [
                ('{"a": }', "is not JSON: Expecting value (column 7)"),
                ('{"a": 1, "a": 2}', "a: is given twice"),
                ("top_k", "a line is KEY = VALUE"),
                ("a = 1\nb = x", "line 2: is not TOML"),
                ('{"stream": true}', "must not hold stream"),
                ("[1, 2]", "is not TOML"),
            ],
        ),
    ],
)
async def test_mistakes_are_said_at_their_field_and_nothing_is_sent(
    field: str, mistakes: list[tuple[str, str]]
) -> None:
    run, provider = run_of(asking("A", system="S"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        for typed, said in mistakes:
            await write(app, pilot, field, typed)
            await pilot.press("enter")
            await until(partial(_is_said, app, field, said))
            assert focused(app) == field
            assert len(provider["A"].requests) == 1
            await pilot.press("home", "backspace", "x", "backspace")
            await until(partial(_is_gone, app, said))


def _is_said(app: StreamdashApp, field: str, said: str) -> bool:
    return said in " ".join(_words_below(rows(app), field))


def _is_gone(app: StreamdashApp, said: str) -> bool:
    return said not in text(app)


def _words_below(screen: list[str], field: str) -> list[str]:
    """The rows of the field's note, which may be wrapped."""
    at = next(place for place, line in enumerate(screen) if f"› {field}" in line)
    return [line.strip("│ ").split("│")[0].strip() for line in screen[at : at + 6]]


async def test_the_first_wrong_field_gets_the_keyboard_and_every_one_its_words() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, "max_tokens", "many")
        await write(app, pilot, "seed", "none")
        await write(app, pilot, "temperature", "9")
        await write(app, pilot, "params", "x")
        await pilot.press("enter")
        await until(lambda: "must be from 0 to 2, not 9.0" in text(app))
        assert focused(app) == "temperature"
        assert "must be a whole number, not the text 'many'" in text(app)
        assert "must be a whole number, not the text 'none'" in text(app)
        await pilot.press("ctrl+u", "1", "enter")
        await until(lambda: focused(app) == "max_tokens")


@pytest.mark.parametrize(
    ("key", "value"),
    [("temperature", "9"), ("top_p", "x"), ("seed", "1.5"), ("stop", "[1]"), ("max_tokens", "-1")],
)
async def test_the_words_are_those_of_the_command_line_and_the_prompt_file(
    key: str, value: str
) -> None:
    overrides = Overrides(models=("lab:m-1",), prompt="hi", set=(f"{key}={value}",))
    with pytest.raises(UsageError) as caught:
        load_plan(None, overrides, endpoints={"lab": ENDPOINT})
    (line,) = caught.value.problems
    words = line.removeprefix(f"--set {key}: ").removeprefix("command line: ")
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        await write(app, pilot, key, value)
        await pilot.press("enter")
        await until(lambda: any(words in line for line in rows(app)))
        assert row(app, key).text == value


async def test_a_mistake_that_is_typed_and_sent_at_once_is_said() -> None:
    run, provider = run_of(asking("A"))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await opened(app, pilot)
        type_at_once(app, ["tab", *"hot", "enter"])
        await until(lambda: "must be a number, not the text 'hot'" in text(app))
        await pilot.pause()
        assert "must be a number, not the text 'hot'" in text(app)
