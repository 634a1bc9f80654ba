"""Keys that the user has changed: what they do, and where the screen names them."""

from __future__ import annotations

import pytest

from streamdash.tui.board.keys import key_sections, palette_keys
from streamdash.tui.board.offered_keys import KeyMode, visible_keys
from streamdash.tui.widgets.chosen_keys import ChosenKeys
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

SWAPPED = {"cancel": ("r",), "rerun": ("x",)}


async def test_swapped_keys_do_each_others_work_and_the_footer_says_so() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, keys=SWAPPED) as (app, pilot):
        await until(lambda: bool(provider["A"].open) and "r cancel" in text(app))
        await pilot.press("r")
        await until(lambda: run.states[0].status.final)
        await pilot.press("x")
        await until(lambda: run.states[0].attempts > 0 and not run.states[0].status.final)


@pytest.mark.parametrize("keys", [("f9",), ("Q", "f9")])
async def test_a_moved_key_works_and_the_old_one_does_nothing(keys: tuple[str, ...]) -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, keys={"cancel-all": keys, "zoom": ()}) as (app, pilot):
        await until(lambda: bool(provider["A"].open))
        await pilot.press("X", "z")
        await settled(app, pilot)
        assert not any(state.status.final for state in run.states)
        assert not app.board.grid.zoomed
        await pilot.press(keys[-1])
        await until(lambda: all(state.status.final for state in run.states))


async def test_a_click_on_the_footer_acts_like_the_moved_key() -> None:
    run, provider = scripted_run("A")
    async with shown(run, keys={"cancel": ("f9",)}) as (app, pilot):
        await until(lambda: bool(provider["A"].open) and "f9 cancel" in text(app))
        await pilot.click(offset=(rows(app)[-1].index("f9"), app.size.height - 1))
        await until(lambda: run.states[0].status.final)


async def test_the_palette_does_what_no_key_does_any_more() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, keys={"cancel-all": ()}) as (app, pilot):
        await until(lambda: bool(provider["A"].open))
        await pilot.press("ctrl+p")
        await until(lambda: bool(app.screen.query("CommandList")))
        await pilot.press(*"cancel all")
        await until(lambda: "Cancel all" in text(app))
        await settled(app, pilot)
        await pilot.press("enter", "enter")
        await until(lambda: all(state.status.final for state in run.states))


async def test_a_moved_key_opens_and_closes_a_screen() -> None:
    run, _ = scripted_run("A", "B")
    keys = {"leaderboard": ("L",), "inspector": ("I",), "diff": ("D",), "quit": ("Q",)}
    async with shown(run, keys=keys) as (app, pilot):
        for key in ("L", "I", "D"):
            await pilot.press(key)
            await until(lambda: app.screen is not app.board)
            await settled(app, pilot)
            assert "Q quit" in rows(app)[-1]
            await pilot.press(key)
            await until(lambda: app.screen is app.board)


async def test_a_moved_key_for_commands_works_in_a_field() -> None:
    run, _ = scripted_run("A")
    async with shown(run, keys={"commands": ("ctrl+k",)}) as (app, pilot):
        await pilot.press("p", "h", "ctrl+p", "ctrl+k")
        await until(lambda: app.screen is not app.board)


async def test_letters_of_changed_keys_are_still_text_in_a_field() -> None:
    run, _ = scripted_run("A")
    async with shown(run, keys={"cancel": ("h",), "prompt": ("P",)}) as (app, pilot):
        await pilot.press("P", "h", "P")
        await until(lambda: "hP" in text(app))
        assert not run.states[0].status.final


async def test_scrolling_can_have_the_keys_of_vi() -> None:
    run, provider = scripted_run("A")
    keys = {"scroll-up": ("k", "up"), "scroll-down": ("j",), "top": ("g",), "end": ("G",)}
    async with shown(run, keys=keys, size=(80, 12)) as (app, pilot):
        provider["A"].say("".join(f"line {number}\n\n" for number in range(60)))
        await until(lambda: "line 59" in text(app))
        await pilot.press("k", "g")
        await until(lambda: "line 0" in text(app) and "line 59" not in text(app))
        await until(lambda: "G follows" in text(app))
        await pilot.press("G")
        await until(lambda: app.board.grid.panes[0].transcript.following)


async def test_panes_show_the_keys_that_focus_them() -> None:
    run, _ = scripted_run("A", "B")
    async with shown(run, keys={"pane-2": ("f2",)}) as (app, pilot):
        await until(lambda: " f2 B " in text(app))
        await pilot.press("f2")
        await until(lambda: app.board.grid.current == 1)


async def test_a_replay_plays_by_changed_keys() -> None:
    assert [
        key.shown.split()[0]
        for key in visible_keys(KeyMode(replay=True), ChosenKeys({"pause": ("P",)}))
        if key.brief == "pause"
    ] == ["P"]


def shown_for(action: str, keys: dict[str, tuple[str, ...]]) -> str:
    sections = key_sections(replay=True, chosen=ChosenKeys(keys))
    return next(key.shown for _, rows in sections for key in rows if key.action == action)


@pytest.mark.parametrize(
    ("action", "keys", "words"),
    [
        ("step(1)", {}, "tab →"),
        ("step(1)", {"next-pane": ("ctrl+right",)}, "ctrl+→"),
        ("find(1)", {"previous-match": ("P",)}, "n P"),
        ("find(1)", {"next-match": (), "previous-match": ("P",)}, "P"),
        ("turn(1)", {"next-page": ("pagedown",)}, "pgdn ["),
        ("play('faster')", {"slower": ("f3",)}, "+ f3"),
        ("enter", {"zoom": ("Z",)}, "enter Z"),
        ("scroll_up", {"page-up": ("ctrl+u",)}, "↑ ↓ ctrl+u pgdn"),
        ("copy", {"copy": ("c", "ctrl+y")}, "c ctrl+y"),
        ("copy", {"copy": ()}, ""),
    ],
)
def test_the_help_shows_changed_keys(
    action: str, keys: dict[str, tuple[str, ...]], words: str
) -> None:
    assert shown_for(action, keys) == words


def test_key_line_help_and_palette_have_the_same_keys() -> None:
    chosen = ChosenKeys({"copy": ("c",), "blind": (), "diff": ("f4",)})
    listed = {key for _, rows in key_sections(replay=False, chosen=chosen) for key in rows}
    offered = visible_keys(KeyMode(), chosen)
    assert set(offered) <= listed
    assert set(palette_keys(replay=False, chosen=chosen)) <= listed
    assert "blind" not in {key.brief for key in offered}
    assert "Blind" in {key.command for key in palette_keys(replay=False, chosen=chosen)}


@pytest.mark.parametrize(
    ("width", "keys"),
    [
        (100, {}),
        (104, {}),
        (120, {}),
        (200, {}),
        (120, {"cancel": ("ctrl+shift+f12", "ctrl+shift+f11")}),
    ],
)
async def test_the_help_cuts_no_word(width: int, keys: dict[str, tuple[str, ...]]) -> None:
    run, _ = scripted_run("A")
    async with shown(run, size=(width, 80), keys=keys) as (app, pilot):
        await pilot.press("question_mark")
        await until(lambda: "╭─ Keys" in text(app))
        await settled(app, pilot)
        for section in key_sections(replay=False, chosen=ChosenKeys(keys)):
            for key in section.keys:
                assert not key.shown or key.does in text(app), key
