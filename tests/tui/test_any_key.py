"""No key, click or resize ends the run, whatever the state of the screen."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.geometry import Size

from streamdash.recording.paths import runs_folder
from tests.fuzzing import rounds
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken
from tests.tui.model_choice import model_sources
from tests.tui.screen import app_of, rows, shown, summarized, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp
    from tests.tui.scripted_run import ScriptedProviders

CHARACTERS = {"slash": "/", "question_mark": "?", "space": " ", "enter": "\r", "tab": "\t"}
OPENING = (
    "a", "s", "i", "l", "e", "d", "m", "p", "slash", "z", "question_mark", "ctrl+p", "b", "c",
    "o",
)  # fmt: skip
CLOSING = ("escape", "enter", "i", "l", "e", "d", "m", "q", "t", "j")
MOVING = [
    "tab",
    "shift+tab",
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
    "home",
    "end",
    "shift+left",
    "shift+right",
    "shift+up",
    "shift+down",
    "right_square_bracket",
    "left_square_bracket",
    "1",
    "9",
    "n",
    "N",
    "k",
    "f",
    "g",
    "G",
]
DOING = [
    "x",
    "X",
    "r",
    "R",
    "y",
    "t",
    "T",
    "space",
    "shift+enter",
    "ctrl+j",
    "ctrl+t",
    "ctrl+v",
    "ctrl+w",
    "ctrl+u",
    "backspace",
    "w",
]
KEYS = (*OPENING, *(key for key in CLOSING if key != "q"), *MOVING, *DOING)
LEAVING = ("q", "ctrl+q", "ctrl+c")
SIZES = ((1, 1), (2, 2), (3, 3), (12, 4), (120, 3), (1, 60), (220, 1), (80, 24), (200, 50))


def type_at_once(app: StreamdashApp, keys: Sequence[str]) -> None:
    """Type keys with nothing handled between them."""
    for key in keys:
        character = key if len(key) == 1 else CHARACTERS.get(key)
        app.post_message(events.Key(key, character))


def touch(app: StreamdashApp, rng: random.Random, width: int, height: int) -> None:
    """Click, drag or turn the wheel somewhere."""
    x, y = rng.randrange(width), rng.randrange(height)
    turns: list[list[type[events.MouseEvent]]] = [
        [events.MouseScrollUp],
        [events.MouseScrollDown],
        [events.MouseMove],
    ]
    presses: list[list[type[events.MouseEvent]]] = [[events.MouseDown, events.MouseUp]] * 4 + [
        [events.MouseDown],
        [events.MouseUp],
    ]
    for kind in rng.choice(turns + presses):
        app.post_message(
            kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y)
        )  # fmt: skip


def send_something(provider: ScriptedProviders, rng: random.Random, streams: int) -> None:
    """Send something to a random stream, or end it."""
    stream = provider[f"S{rng.randrange(streams)}"]
    words = ("word ", "# head\n\ntext\n", "```py\nx\n```\n", "日本語 👩\u200d🚀 ", "\n" * 5)
    if rng.random() < 0.7:
        stream.say(rng.choice(words), channel=rng.choice(["answer", "reasoning"]))
    else:
        stream.finish()


@pytest.fixture(autouse=True)
def exports_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that export write into the working directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def recorded_runs() -> None:
    """Runs that a key lists and plays."""
    folder = runs_folder()
    folder.mkdir(parents=True)
    for number in range(3):
        known = {name: Scripted(spoken("word " * number, "# end")) for name in "AB"}
        record(folder / f"{number}.jsonl", known, title=f"Run {number}")


@pytest.mark.fault("terminal", "keys while leaving, opening and closing")
async def test_a_pane_that_is_chosen_when_the_board_has_gone_takes_no_focus() -> None:
    run, _ = scripted_run("A", "B")
    async with shown(run) as (app, _pilot):
        grid = app.board.grid
    grid.choose(1)
    assert grid.current == 1


async def walk(seed: int, steps: int) -> None:
    """Take random steps until a click or a command quits the app; checks that it never crashes."""
    rng = random.Random(seed)
    streams = rng.choice([0, 1, 2, 5, 12])
    run, provider = scripted_run(*(f"S{n}" for n in range(streams)), prompted=rng.random() < 0.8)
    async with shown(run, rng=rng, models=model_sources()) as (app, pilot):
        width, height = 120, 40
        for _ in range(steps):
            kind = rng.random()
            if kind < 0.55:
                type_at_once(app, rng.choices(KEYS, k=rng.randint(1, 3)))
            elif kind < 0.75:
                touch(app, rng, width, height)
            elif kind < 0.85:
                width, height = rng.choice(SIZES)
                app.post_message(events.Resize(Size(width, height), Size(width, height)))
            elif streams:
                send_something(provider, rng, streams)
            await asyncio.sleep(0)
            if rng.random() < 0.1:
                await pilot.pause()
            if app.leaving:
                # a click on the key line, or the palette's last command
                break
        assert app.crash is None, seed


@pytest.mark.fault("screen", "random keys, mouse and sizes")
async def test_no_key_click_or_resize_ends_the_run() -> None:
    for _ in range(rounds(5)):
        await walk(random.getrandbits(64), 100)


@pytest.mark.fault("terminal", "keys while leaving, opening and closing")
async def test_any_keys_typed_at_once_are_handled_in_any_state() -> None:
    pairs = [(one, two) for one in (*OPENING, *CLOSING) for two in KEYS if one != "q"]
    rng = random.Random()
    run, provider = scripted_run("A", "B", "C")
    async with shown(run, models=model_sources()) as (app, pilot):
        provider["A"].say("some words")
        for pair in rng.sample(pairs, min(len(pairs), rounds(15))):
            first = rng.choice(OPENING)
            type_at_once(app, (first, *pair))
            await pilot.pause()
            type_at_once(app, ("escape", "escape", "escape"))
            await pilot.pause()
            assert not app.leaving, (first, *pair)


@pytest.mark.fault("terminal", "keys while leaving, opening and closing")
@pytest.mark.parametrize("leaving", LEAVING)
async def test_keys_after_the_one_that_quits_do_nothing(leaving: str) -> None:
    rng = random.Random()
    for _ in range(rounds(4)):
        before = rng.choice(["", *OPENING])
        keys = [*([before] if before else []), leaving, *rng.choices((*KEYS, *LEAVING), k=2)]
        run, provider = scripted_run("A", "B")
        app = app_of(run, title="T", models=model_sources())
        async with app.run_test() as pilot:
            await until(lambda provider=provider: provider["B"].open == 1)  # type: ignore[misc]
            type_at_once(app, keys)
            await pilot.pause()
        assert app.crash is None, keys
        if before not in (
            "a",
            "c",
            "e",
            "question_mark",
            "p",
            "slash",
            "ctrl+p",
            "i",
            "l",
            "d",
            "m",
            "o",
        ):
            assert app.leaving, keys
        await run.drain()
        assert len(provider["A"].requests) == len(provider["B"].requests) == 1, keys


@pytest.mark.fault("terminal", "keys while leaving, opening and closing")
@pytest.mark.parametrize("keys", [["ctrl+p", "pagedown"], ["p", "x"], ["slash", "escape"], ["i"]])
async def test_keys_before_the_first_frame_are_handled(keys: list[str]) -> None:
    run, _ = scripted_run("A", "B")
    app = app_of(run, title="T")
    async with app.run_test() as pilot:
        type_at_once(app, keys)
        await pilot.pause()
        assert not app.leaving
    await run.drain()


@pytest.mark.fault("terminal", "keys while leaving, opening and closing")
@pytest.mark.parametrize("key", ["pagedown", "pageup", "up", "down", "enter", "home", "end"])
@pytest.mark.parametrize("menu", ["ctrl+p", "e"])
async def test_a_menu_that_is_just_opening_takes_every_key(menu: str, key: str) -> None:
    run, _ = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        type_at_once(app, [menu, key, key])
        await pilot.pause()
        type_at_once(app, ["escape", "escape"])
        await pilot.pause()
        assert not app.leaving


@pytest.mark.fault("screen", "random keys, mouse and sizes")
@pytest.mark.parametrize("size", [(120, 3), (120, 2), (12, 1), (1, 1), (0, 0)])
async def test_a_screen_of_hardly_any_rows_opens_and_closes_everything(
    size: tuple[int, int],
) -> None:
    run, _ = scripted_run("A", "B")
    async with shown(run, size=size) as (app, pilot):
        for key in OPENING:
            type_at_once(app, [key])
            await pilot.pause()
            type_at_once(app, ["pagedown", "escape"])
            await pilot.pause()
        assert not app.leaving


async def ended(run: Run, provider: ScriptedProviders) -> None:
    for number in range(len(run.states)):
        provider[f"S{number}"].say(f"words of {number}")
        provider[f"S{number}"].finish()
    await until(lambda: all(state.status.final for state in run.states))


@pytest.mark.fault("screen", "random keys, mouse and sizes")
async def test_a_click_on_a_row_that_a_resize_removed_chooses_nothing() -> None:
    run, provider = scripted_run(*(f"S{n}" for n in range(12)))
    async with shown(run) as (app, pilot):
        await ended(run, provider)
        await pilot.press("l")
        await until(lambda: "Leaderboard" in text(app))
        await pilot.pause()
        for rows_left in (3, 40, 7, 40, 1):
            app.post_message(events.Resize(Size(120, rows_left), Size(120, rows_left)))
            for y in (3, 12, 30, 39):
                for kind in (events.MouseDown, events.MouseUp):
                    app.post_message(
                        kind(None, 9, y, 0, 0, 1, False, False, False, screen_x=9, screen_y=y)
                    )  # fmt: skip
            await pilot.pause()
        assert not app.leaving


SCREENS = {
    "board": [],
    "summary": ["s"],
    "zoom": ["z"],
    "inspector": ["i"],
    "its filter": ["i", "slash", "x"],
    "leaderboard": ["l"],
    "help": ["question_mark"],
    "export": ["e"],
    "diff": ["d"],
    "source": ["m"],
    "prompt": ["p", *"text", *["ctrl+j"] * 12, "w"],
    "search": ["slash", "w"],
    "palette": ["ctrl+p"],
    "change": ["c"],
    "recorded runs": ["o"],
}


def shape(app: StreamdashApp) -> list[str]:
    """The screen without digits, dots and blanks, which change from run to run."""
    return [
        "".join(char for char in row if not (char.isdigit() or char in " .")) for row in rows(app)
    ]


@pytest.mark.fault("screen", "every screen fits itself to every size")
@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_follows_the_terminals_size_and_looks_the_same_afterwards(name: str) -> None:
    run, provider = scripted_run(*(f"S{n}" for n in range(40)))
    run.clock = lambda: 5.0
    async with shown(run, size=(200, 50)) as (app, pilot):
        await ended(run, provider)
        await until(lambda: not run.live and not app.painting)
        await pilot.press(*SCREENS[name])
        await asyncio.sleep(0.2)
        await pilot.pause()
        big = shape(app)
        for width, height in ((80, 24), (60, 8), (40, 4), (80, 3), (200, 50)):
            await pilot.resize_terminal(width, height)
            await asyncio.sleep(0.1)
            await pilot.pause()
            assert len(rows(app)) == height
            if name not in ("help", "export", "palette"):
                keys = rows(app)[-1]
                assert any(word in keys for word in ("quit", "esc", "enter")), (width, height)
        if name != "search":
            # what is sought stays in sight, so that pane is somewhere else
            assert shape(app) == big


@pytest.mark.fault("screen", "every screen fits itself to every size")
async def test_the_summary_of_forty_streams_leaves_room_for_panes_and_keys() -> None:
    run, provider = scripted_run(*(f"S{n}" for n in range(40)))
    async with shown(run, size=(200, 50)) as (app, pilot):
        await ended(run, provider)
        await summarized(app, pilot)
        for width, height in ((80, 24), (100, 12), (200, 50), (80, 24)):
            await pilot.resize_terminal(width, height)
            await until(lambda height=height: len(rows(app)) == height)  # type: ignore[misc]
            await pilot.pause()
            at = next(n for n, row in enumerate(rows(app)) if "have ended" in row)
            assert "q quit" in rows(app)[-1]
            assert height - at <= height * 0.45 + 2
            assert at >= 3


@pytest.mark.fault("screen", "every screen fits itself to every size")
async def test_the_row_of_the_cursor_is_visible_at_every_size() -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("p", *"first", *["ctrl+j"] * 12, *"last")
        for height in (24, 10, 6, 4, 3, 24):
            await pilot.resize_terminal(60, height)
            await until(lambda: any("last" in row for row in rows(app)))
            assert "enter send" in rows(app)[-1]
