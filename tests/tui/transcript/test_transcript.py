"""What a transcript shows of a stream's text, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from streamdash.tui.transcript import transcript as transcript_module
from tests.tui.scene import numbered

if TYPE_CHECKING:
    import pytest
    from textual.geometry import Region

    from tests.tui.scene import Scene


async def test_text_is_stored_at_once_and_shown_when_painted(scene: Scene) -> None:
    scene.transcript.append("hello")
    assert scene.transcript.dirty
    assert scene.lines == [""] * 6
    assert scene.transcript.paint() is False
    assert not scene.transcript.dirty
    assert scene.lines == ["hello", "", "", "", "", ""]


async def test_pieces_of_a_text_join(scene: Scene) -> None:
    for piece in ("The quick bro", "wn fox jum", "ps over the", " lazy dog"):
        scene.say(piece)
    assert scene.lines[:3] == ["The quick brown fox", "jumps over the lazy dog", ""]


async def test_markup_is_shown_as_it_is_and_escapes_are_not_obeyed(scene: Scene) -> None:
    scene.say("[b]x[/nope] \x1b[31m\r\n[@click=app.quit]y")
    assert scene.lines[:2] == ["[b]x[/nope] ␛[31m", "[@click=app.quit]y"]


async def test_every_line_is_as_wide_as_the_widget(scene: Scene) -> None:
    scene.say("漢字かな混じり文、👨\u200d👩\u200d👧 and\ttabs e\u0301\u0301 🇩🇪❤\ufe0f " * 9)
    for strip in scene.transcript.render_lines(scene.transcript.outer_size.region):
        assert sum(segment.cell_length for segment in strip) == strip.cell_length == 25


async def test_an_answer_begins_without_blank_lines(scene: Scene) -> None:
    scene.say("\n")
    scene.say("\n\nhello")
    assert scene.lines[0] == "hello"


async def test_each_style_begins_a_line_in_its_own_colours(scene: Scene) -> None:
    scene.say("half an ans")
    scene.say("cancelled by you", "note")
    scene.say("HTTP 500", "error")
    assert scene.lines[:3] == ["half an ans", "cancelled by you", "HTTP 500"]
    colors = {str(scene.styles_of(y)[0][1].color) for y in range(3)}
    assert len(colors) == 3


async def test_a_theme_changes_the_colours(scene: Scene) -> None:
    scene.say("hello")
    before = scene.styles_of(0)[0][1]
    scene.app.theme = "textual-light"
    await scene.pilot.pause()
    after = scene.styles_of(0)[0][1]
    assert (before.color, before.bgcolor) != (after.color, after.bgcolor)


async def test_only_lines_that_changed_are_repainted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.say("one\ntwo\nthr")
    regions: list[tuple[int, ...]] = []

    def refresh(widget: Widget, *dirty: Region) -> Widget:
        regions.extend(tuple(region) for region in dirty)
        return widget

    with monkeypatch.context() as spied:
        spied.setattr(Widget, "refresh", refresh)
        scene.say("ee\nfour")
    assert regions == [(0, 2, 25, 2)]


async def test_a_long_text_is_taken_in_over_several_frames(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript_module, "BUDGET_S", 0.0)
    scene.transcript.append("x" * 100_000 + "\nthe end")
    paints = 1
    while scene.transcript.paint():
        paints += 1
    assert paints > 3
    assert scene.lines[-1] == "the end"


async def test_nothing_is_lost_while_the_widget_is_hidden(scene: Scene) -> None:
    scene.transcript.display = False
    await scene.pilot.pause()
    scene.say(numbered(50))
    scene.transcript.display = True
    await scene.pilot.pause()
    assert scene.lines[-1] == "line 49"


async def test_a_cleared_transcript_begins_anew(scene: Scene) -> None:
    scene.say(numbered(50))
    await scene.press("home")
    scene.transcript.append("never seen")
    scene.transcript.clear()
    assert scene.lines == [""] * 6
    assert scene.transcript.following
    scene.say(numbered(7))
    assert scene.lines[-1] == "line 6"


async def test_a_new_width_keeps_the_end_while_following(scene: Scene) -> None:
    scene.say("some words that wrap differently " * 40 + "the last words")
    for width in (40, 12, 25):
        await scene.resize(width, 6)
        assert scene.lines[-1].split()[-1] == "words"


async def test_a_new_width_keeps_the_top_row_while_reading(scene: Scene) -> None:
    scene.say("".join(f"word{number} " for number in range(400)))
    await scene.press("home", "pagedown", "pagedown")
    before = scene.lines
    first = before[0].split()[0]
    for width in (40, 12, 60):
        await scene.resize(width, 6)
        assert first in scene.lines[0]
    await scene.resize(25, 6)
    assert scene.lines == before


async def test_a_higher_widget_shows_more_of_the_end(scene: Scene) -> None:
    scene.say(numbered(40))
    await scene.resize(25, 10)
    assert scene.lines[0] == "line 30"
    assert scene.lines[-1] == "line 39"
    await scene.resize(25, 6)
    await scene.press("up", "up")
    assert scene.lines[0] == "line 32"
    await scene.resize(25, 10)
    assert scene.lines[0] == "line 30"
    await scene.resize(25, 6)
    assert scene.lines[0] == "line 32"


async def test_reasoning_folds_to_a_line_and_back(scene: Scene) -> None:
    scene.say("Hmm.\r\nWell, " + "x" * 1230, "reasoning")
    scene.say("42")
    scene.transcript.show_reasoning = False
    assert scene.lines[:3] == ["▸ reasoning · 1,242 char", "42", ""]
    scene.transcript.show_reasoning = True
    await scene.press("home")
    assert scene.lines[:2] == ["▾ reasoning · 1,242 char", "Hmm."]


async def test_a_heading_counts_while_reasoning_arrives(scene: Scene) -> None:
    scene.transcript.show_reasoning = False
    for number in range(1, 4):
        scene.say("12345", "reasoning")
        assert scene.lines[0] == f"▸ reasoning · {5 * number} chars"
    scene.transcript.show_reasoning = True
    scene.say("678", "reasoning")
    assert scene.lines[:2] == ["▾ reasoning · 18 chars", "123451234512345678"]


async def test_a_click_on_the_heading_folds(scene: Scene) -> None:
    scene.say("Hmm.", "reasoning")
    await scene.pilot.click(scene.transcript, offset=(2, 0))
    assert scene.transcript.show_reasoning is False
    await scene.pilot.click(scene.transcript, offset=(2, 0))
    assert scene.transcript.show_reasoning is True
    await scene.pilot.click(scene.transcript, offset=(2, 1))
    assert scene.transcript.show_reasoning is True


async def test_folding_above_keeps_the_readers_place(scene: Scene) -> None:
    scene.say(numbered(100), "reasoning")
    scene.say("".join(f"answer {number}\n" for number in range(100)))
    await scene.press("up", "pageup", "pageup")
    before = scene.lines
    scene.transcript.show_reasoning = False
    assert scene.lines == before
