"""The mouse selects the text of a transcript as it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.scene import numbered

if TYPE_CHECKING:
    from tests.tui.scene import Scene


async def test_dragging_selects_and_soft_line_ends_are_joined(scene: Scene) -> None:
    scene.say("The quick brown fox jumps over the lazy dog\nand   more")
    assert scene.lines[:3] == ["The quick brown fox", "jumps over the lazy dog", "and   more"]
    await scene.drag((4, 0), (4, 1))
    assert scene.app.screen.get_selected_text() == "quick brown fox jumps"
    await scene.drag((19, 1), (20, 2))
    assert scene.app.screen.get_selected_text() == " dog\nand   more"
    await scene.drag((2, 2), (0, 2))
    assert scene.app.screen.get_selected_text() == "and"


async def test_the_selection_is_highlighted(scene: Scene) -> None:
    scene.say("The quick brown fox")
    await scene.drag((4, 0), (8, 0))
    looks = scene.styles_of(0)
    assert [text.rstrip() for text, _ in looks if text.strip()] == ["The", "quick", " brown fox"]
    assert looks[1][1].bgcolor != looks[0][1].bgcolor
    assert looks[1][1].color == looks[0][1].color
    await scene.pilot.click(scene.transcript, offset=(3, 4))
    assert len(scene.styles_of(0)) == 1


async def test_wide_characters_and_emoji_are_selected_whole(scene: Scene) -> None:
    scene.say("a👨\u200d👩\u200d👧漢字b")
    for start, end in ((1, 2), (2, 1)):
        await scene.drag((start, 0), (end, 0))
        assert scene.app.screen.get_selected_text() == "👨\u200d👩\u200d👧"
    await scene.drag((4, 0), (5, 0))
    assert scene.app.screen.get_selected_text() == "漢字"


async def test_a_selection_stays_on_its_text_as_more_arrives(scene: Scene) -> None:
    scene.say(numbered(3))
    await scene.drag((0, 1), (5, 1))
    scene.say(numbered(50))
    assert scene.app.screen.get_selected_text() == "line 1"


async def test_select_all_leaves_out_folded_text(scene: Scene) -> None:
    scene.say("Hmm.", "reasoning")
    scene.say("42")
    scene.say("cancelled by you", "note")
    scene.transcript.text_select_all()
    await scene.pilot.pause()
    assert scene.app.screen.get_selected_text() == "Hmm.\n42\ncancelled by you"
    scene.transcript.show_reasoning = False
    assert scene.app.screen.get_selected_text() == "42\ncancelled by you"
