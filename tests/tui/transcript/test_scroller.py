"""How a transcript follows its end, and how its reader moves in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tests.tui.transcript_screen import numbered

if TYPE_CHECKING:
    from tests.tui.transcript_screen import TranscriptScreen


async def test_it_follows_the_end(screen: TranscriptScreen) -> None:
    for number in range(40):
        screen.append(f"line {number}\n")
        assert screen.lines[min(number, 5)] == f"line {number}"


async def test_a_reader_who_scrolled_up_is_never_pulled_down(screen: TranscriptScreen) -> None:
    screen.append(numbered(40))
    await screen.press("up", "up")
    assert screen.lines[-1] == "line 37"
    screen.append(numbered(2000))
    assert screen.lines[-1] == "line 37"
    assert not screen.transcript.following


async def test_at_the_end_it_follows_again(screen: TranscriptScreen) -> None:
    screen.append(numbered(40))
    for there, back in (("up", "down"), ("pageup", "pagedown"), ("home", "end")):
        await screen.press(there)
        assert not screen.transcript.following
        await screen.press("up", back, back)
        assert screen.transcript.following
    await screen.pilot.pause()
    assert screen.app.following == [False, True] * 3
    screen.append("more")
    assert screen.lines[-1] == "more"


async def test_keys_move_by_lines_pages_and_to_both_ends(screen: TranscriptScreen) -> None:
    screen.append(numbered(40))
    await screen.press("home")
    assert screen.lines[0] == "line 0"
    await screen.press("down")
    assert screen.lines[0] == "line 1"
    await screen.press("pagedown")
    assert screen.lines[0] == "line 6"
    await screen.press("pageup", "up")
    assert screen.lines[0] == "line 0"
    await screen.press("up", "pageup")
    assert screen.lines[0] == "line 0"


async def test_the_wheel_scrolls(screen: TranscriptScreen) -> None:
    screen.append(numbered(40))
    await screen.wheel(events.MouseScrollUp)
    assert not screen.transcript.following
    assert screen.lines[-1] != "line 39"
    await screen.wheel(events.MouseScrollDown)
    assert screen.transcript.following


async def test_keys_are_passed_on_while_everything_fits(screen: TranscriptScreen) -> None:
    screen.append("short")
    await screen.press("up")
    assert screen.app.passed_on == 1
    screen.append(numbered(40))
    await screen.press("up")
    assert screen.app.passed_on == 1


async def test_the_bar_shows_how_far_down_the_viewport_is(screen: TranscriptScreen) -> None:
    assert screen.bar == "      "
    screen.append(numbered(15))
    assert screen.bar == "    ▐▐"
    await screen.press("up")
    assert screen.bar == "   ▐▐ "
    await screen.press("home")
    assert screen.bar == "▐▐    "


async def test_the_bar_is_dragged_and_clicked_without_selecting(screen: TranscriptScreen) -> None:
    screen.append(numbered(60))
    await screen.drag((24, 5), (24, 0))
    assert screen.lines[0] == "line 0"
    assert not screen.app.screen.selections
    await screen.drag((24, 3), (24, 3))
    assert screen.lines[0] not in ("line 0", "line 54")
    await screen.drag((24, 5), (24, 5))
    assert screen.transcript.following
