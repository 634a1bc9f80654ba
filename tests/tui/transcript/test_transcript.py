"""What a transcript shows of a stream's text, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from streamdash.tui.transcript import transcript as transcript_module
from tests.tui.transcript_screen import numbered

if TYPE_CHECKING:
    import pytest
    from textual.geometry import Region

    from tests.tui.transcript_screen import TranscriptScreen


async def test_text_is_stored_at_once_and_shown_when_painted(screen: TranscriptScreen) -> None:
    screen.transcript.append("hello")
    assert screen.transcript.dirty
    assert screen.lines == [""] * 6
    assert screen.transcript.paint() is False
    assert not screen.transcript.dirty
    assert screen.lines == ["hello", "", "", "", "", ""]


async def test_pieces_of_a_text_join(screen: TranscriptScreen) -> None:
    for piece in ("The quick bro", "wn fox jum", "ps over the", " lazy dog"):
        screen.append(piece)
    assert screen.lines[:3] == ["The quick brown fox", "jumps over the lazy dog", ""]


async def test_markup_is_shown_as_it_is_and_escapes_are_not_obeyed(
    screen: TranscriptScreen,
) -> None:
    screen.append("[b]x[/nope] \x1b[31m\r\n[@click=app.quit]y")
    assert screen.lines[:2] == ["[b]x[/nope] ␛[31m", "[@click=app.quit]y"]


async def test_every_line_is_as_wide_as_the_widget(screen: TranscriptScreen) -> None:
    screen.append("漢字かな混じり文、👨\u200d👩\u200d👧 and\ttabs e\u0301\u0301 🇩🇪❤\ufe0f " * 9)
    for strip in screen.transcript.render_lines(screen.transcript.outer_size.region):
        assert sum(segment.cell_length for segment in strip) == strip.cell_length == 25


async def test_an_answer_begins_without_blank_lines(screen: TranscriptScreen) -> None:
    screen.append("\n")
    screen.append("\n\nhello")
    assert screen.lines[0] == "hello"


async def test_each_style_begins_a_line_in_its_own_colours(screen: TranscriptScreen) -> None:
    screen.append("half an ans")
    screen.append("cancelled by you", "note")
    screen.append("HTTP 500", "error")
    assert screen.lines[:3] == ["half an ans", "cancelled by you", "HTTP 500"]
    colors = {str(screen.styles_of(y)[0][1].color) for y in range(3)}
    assert len(colors) == 3


async def test_a_theme_changes_the_colours(screen: TranscriptScreen) -> None:
    screen.append("hello")
    before = screen.styles_of(0)[0][1]
    screen.app.theme = "textual-light"
    await screen.pilot.pause()
    after = screen.styles_of(0)[0][1]
    assert (before.color, before.bgcolor) != (after.color, after.bgcolor)


async def test_only_lines_that_changed_are_repainted(
    screen: TranscriptScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.append("one\ntwo\nthr")
    regions: list[tuple[int, ...]] = []

    def refresh(widget: Widget, *dirty: Region) -> Widget:
        regions.extend(tuple(region) for region in dirty)
        return widget

    with monkeypatch.context() as spied:
        spied.setattr(Widget, "refresh", refresh)
        screen.append("ee\nfour")
    assert regions == [(0, 2, 25, 2)]


async def test_a_long_text_is_taken_in_over_several_frames(
    screen: TranscriptScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript_module, "BUDGET_S", 0.0)
    screen.transcript.append("x" * 100_000 + "\nthe end")
    paints = 1
    while screen.transcript.paint():
        paints += 1
    assert paints > 3
    assert screen.lines[-1] == "the end"


async def test_nothing_is_lost_while_the_widget_is_hidden(screen: TranscriptScreen) -> None:
    screen.transcript.display = False
    await screen.pilot.pause()
    screen.append(numbered(50))
    screen.transcript.display = True
    await screen.pilot.pause()
    assert screen.lines[-1] == "line 49"


async def test_a_cleared_transcript_begins_anew(screen: TranscriptScreen) -> None:
    screen.append(numbered(50))
    await screen.press("home")
    screen.transcript.append("never seen")
    screen.transcript.clear()
    assert screen.lines == [""] * 6
    assert screen.transcript.following
    screen.append(numbered(7))
    assert screen.lines[-1] == "line 6"


async def test_a_new_width_keeps_the_end_while_following(screen: TranscriptScreen) -> None:
    screen.append("some words that wrap differently " * 40 + "the last words")
    for width in (40, 12, 25):
        await screen.resize(width, 6)
        assert screen.lines[-1].split()[-1] == "words"


async def test_a_new_width_keeps_the_top_row_while_reading(screen: TranscriptScreen) -> None:
    screen.append("".join(f"word{number} " for number in range(400)))
    await screen.press("home", "pagedown", "pagedown")
    before = screen.lines
    first = before[0].split()[0]
    for width in (40, 12, 60):
        await screen.resize(width, 6)
        assert first in screen.lines[0]
    await screen.resize(25, 6)
    assert screen.lines == before


async def test_a_higher_widget_shows_more_of_the_end(screen: TranscriptScreen) -> None:
    screen.append(numbered(40))
    await screen.resize(25, 10)
    assert screen.lines[0] == "line 30"
    assert screen.lines[-1] == "line 39"
    await screen.resize(25, 6)
    await screen.press("up", "up")
    assert screen.lines[0] == "line 32"
    await screen.resize(25, 10)
    assert screen.lines[0] == "line 30"
    await screen.resize(25, 6)
    assert screen.lines[0] == "line 32"


async def test_reasoning_folds_to_a_line_and_back(screen: TranscriptScreen) -> None:
    screen.append("Hmm.\r\nWell, " + "x" * 1230, "reasoning")
    screen.append("42")
    screen.transcript.show_reasoning = False
    assert screen.lines[:3] == ["▸ reasoning · 1,242 char", "42", ""]
    screen.transcript.show_reasoning = True
    await screen.press("home")
    assert screen.lines[:2] == ["▾ reasoning · 1,242 char", "Hmm."]


async def test_a_heading_counts_while_reasoning_arrives(screen: TranscriptScreen) -> None:
    screen.transcript.show_reasoning = False
    for number in range(1, 4):
        screen.append("12345", "reasoning")
        assert screen.lines[0] == f"▸ reasoning · {5 * number} chars"
    screen.transcript.show_reasoning = True
    screen.append("678", "reasoning")
    assert screen.lines[:2] == ["▾ reasoning · 18 chars", "123451234512345678"]


async def test_a_click_on_the_heading_folds(screen: TranscriptScreen) -> None:
    screen.append("Hmm.", "reasoning")
    await screen.pilot.click(screen.transcript, offset=(2, 0))
    assert screen.transcript.show_reasoning is False
    await screen.pilot.click(screen.transcript, offset=(2, 0))
    assert screen.transcript.show_reasoning is True
    await screen.pilot.click(screen.transcript, offset=(2, 1))
    assert screen.transcript.show_reasoning is True


async def test_folding_above_keeps_the_readers_place(screen: TranscriptScreen) -> None:
    screen.append(numbered(100), "reasoning")
    screen.append("".join(f"answer {number}\n" for number in range(100)))
    await screen.press("up", "pageup", "pageup")
    before = screen.lines
    screen.transcript.show_reasoning = False
    assert screen.lines == before
