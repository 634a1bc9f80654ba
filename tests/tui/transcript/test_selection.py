"""The mouse selects the text of a transcript as it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.transcript_screen import numbered

if TYPE_CHECKING:
    from tests.tui.transcript_screen import TranscriptScreen


async def test_dragging_selects_and_soft_line_ends_are_joined(screen: TranscriptScreen) -> None:
    screen.append("The quick brown fox jumps over the lazy dog\nand   more")
    assert screen.lines[:3] == ["The quick brown fox", "jumps over the lazy dog", "and   more"]
    await screen.drag((4, 0), (4, 1))
    assert screen.app.screen.get_selected_text() == "quick brown fox jumps"
    await screen.drag((19, 1), (20, 2))
    assert screen.app.screen.get_selected_text() == " dog\nand   more"
    await screen.drag((2, 2), (0, 2))
    assert screen.app.screen.get_selected_text() == "and"


async def test_the_selection_is_highlighted(screen: TranscriptScreen) -> None:
    screen.append("The quick brown fox")
    await screen.drag((4, 0), (8, 0))
    looks = screen.styles_of(0)
    assert [text.rstrip() for text, _ in looks if text.strip()] == ["The", "quick", " brown fox"]
    assert looks[1][1].bgcolor != looks[0][1].bgcolor
    assert looks[1][1].color == looks[0][1].color
    await screen.pilot.click(screen.transcript, offset=(3, 4))
    assert len(screen.styles_of(0)) == 1


async def test_wide_characters_and_emoji_are_selected_whole(screen: TranscriptScreen) -> None:
    screen.append("a👨\u200d👩\u200d👧漢字b")
    for start, end in ((1, 2), (2, 1)):
        await screen.drag((start, 0), (end, 0))
        assert screen.app.screen.get_selected_text() == "👨\u200d👩\u200d👧"
    await screen.drag((4, 0), (5, 0))
    assert screen.app.screen.get_selected_text() == "漢字"


async def test_a_selection_stays_on_its_text_as_more_arrives(screen: TranscriptScreen) -> None:
    screen.append(numbered(3))
    await screen.drag((0, 1), (5, 1))
    screen.append(numbered(50))
    assert screen.app.screen.get_selected_text() == "line 1"


async def test_select_all_leaves_out_folded_text(screen: TranscriptScreen) -> None:
    screen.append("Hmm.", "reasoning")
    screen.append("42")
    screen.append("cancelled by you", "note")
    screen.transcript.text_select_all()
    await screen.pilot.pause()
    assert screen.app.screen.get_selected_text() == "Hmm.\n42\ncancelled by you"
    screen.transcript.show_reasoning = False
    assert screen.app.screen.get_selected_text() == "42\ncancelled by you"
