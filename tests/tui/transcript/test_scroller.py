"""How a transcript follows its end, and how its reader moves in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tests.tui.scene import numbered

if TYPE_CHECKING:
    from tests.tui.scene import Scene


async def test_it_follows_the_end(scene: Scene) -> None:
    for number in range(40):
        scene.say(f"line {number}\n")
        assert scene.lines[min(number, 5)] == f"line {number}"


async def test_a_reader_who_scrolled_up_is_never_pulled_down(scene: Scene) -> None:
    scene.say(numbered(40))
    await scene.press("up", "up")
    assert scene.lines[-1] == "line 37"
    scene.say(numbered(2000))
    assert scene.lines[-1] == "line 37"
    assert not scene.transcript.following


async def test_at_the_end_it_follows_again(scene: Scene) -> None:
    scene.say(numbered(40))
    for there, back in (("up", "down"), ("pageup", "pagedown"), ("home", "end")):
        await scene.press(there)
        assert not scene.transcript.following
        await scene.press("up", back, back)
        assert scene.transcript.following
    await scene.pilot.pause()
    assert scene.app.following == [False, True] * 3
    scene.say("more")
    assert scene.lines[-1] == "more"


async def test_keys_move_by_lines_pages_and_to_both_ends(scene: Scene) -> None:
    scene.say(numbered(40))
    await scene.press("home")
    assert scene.lines[0] == "line 0"
    await scene.press("down")
    assert scene.lines[0] == "line 1"
    await scene.press("pagedown")
    assert scene.lines[0] == "line 6"
    await scene.press("pageup", "up")
    assert scene.lines[0] == "line 0"
    await scene.press("up", "pageup")
    assert scene.lines[0] == "line 0"


async def test_the_wheel_scrolls(scene: Scene) -> None:
    scene.say(numbered(40))
    await scene.wheel(events.MouseScrollUp)
    assert not scene.transcript.following
    assert scene.lines[-1] != "line 39"
    await scene.wheel(events.MouseScrollDown)
    assert scene.transcript.following


async def test_keys_are_passed_on_while_everything_fits(scene: Scene) -> None:
    scene.say("short")
    await scene.press("up")
    assert scene.app.passed_on == 1
    scene.say(numbered(40))
    await scene.press("up")
    assert scene.app.passed_on == 1


async def test_the_bar_shows_how_far_down_the_viewport_is(scene: Scene) -> None:
    assert scene.bar == "      "
    scene.say(numbered(15))
    assert scene.bar == "    ▐▐"
    await scene.press("up")
    assert scene.bar == "   ▐▐ "
    await scene.press("home")
    assert scene.bar == "▐▐    "


async def test_the_bar_is_dragged_and_clicked_without_selecting(scene: Scene) -> None:
    scene.say(numbered(60))
    await scene.drag((24, 5), (24, 0))
    assert scene.lines[0] == "line 0"
    assert not scene.app.screen.selections
    await scene.drag((24, 3), (24, 3))
    assert scene.lines[0] not in ("line 0", "line 54")
    await scene.drag((24, 5), (24, 5))
    assert scene.transcript.following
