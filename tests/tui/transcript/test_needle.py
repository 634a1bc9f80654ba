"""A text is found in a transcript, shown and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.transcript.document import TextPosition
from tests.tui.transcript_screen import numbered

if TYPE_CHECKING:
    from tests.tui.transcript_screen import TranscriptScreen


async def test_find_goes_through_all_matches_both_ways(screen: TranscriptScreen) -> None:
    screen.append("Needle in reasoning\n", "reasoning")
    screen.append("hay\n" * 3000 + "a NEEDLE and a needle\n" + "hay\n" * 3000)
    found: list[TextPosition] = []
    spot = screen.transcript.find("needle")
    while spot is not None:
        found.append(spot)
        spot = screen.transcript.find("needle", spot._replace(offset=spot.offset + 1))
    assert found == [TextPosition(0, 0), TextPosition(1, 12_002), TextPosition(1, 12_015)]
    spot = screen.transcript.find("needle", backwards=True)
    while spot is not None:
        assert spot == found.pop()
        spot = screen.transcript.find("needle", spot, backwards=True)
    assert found == []
    screen.transcript.show_reasoning = False
    assert screen.transcript.find("needle") == TextPosition(1, 12_002)
    assert screen.transcript.find("nowhere") is None
    assert screen.transcript.find("") is None


async def test_a_match_across_the_cut_of_an_endless_line_is_found(screen: TranscriptScreen) -> None:
    screen.append("x" * 4090 + "needle" + "y" * 5000)
    assert screen.transcript.find("needle") == TextPosition(0, 4090)
    assert screen.transcript.find("NEEDLE", backwards=True) == TextPosition(0, 4090)


async def test_a_hit_is_scrolled_to_and_marked(screen: TranscriptScreen) -> None:
    screen.append(numbered(100) + "needle needle\n" + numbered(100))
    hit = screen.transcript.find("needle")
    screen.transcript.highlight("needle", hit)
    y = screen.lines.index("needle needle")
    looks = screen.styles_of(y)
    assert [text for text, _ in looks[:3]] == ["needle", " ", "needle"]
    assert len({str(style.bgcolor) for _, style in looks[:3]}) == 3
    assert not screen.transcript.following
    screen.append("more\n" * 100)
    assert screen.lines[y] == "needle needle"
    screen.transcript.highlight("")
    assert len({str(style.bgcolor) for _, style in screen.styles_of(y)}) == 1


async def test_a_match_over_a_soft_line_end_is_marked_on_both_lines(
    screen: TranscriptScreen,
) -> None:
    screen.append("The quick brown fox jumps over")
    assert screen.lines[0] == "The quick brown fox"
    screen.transcript.highlight("fox jumps")
    assert screen.styles_of(0)[1][0].rstrip() == "fox"
    assert screen.styles_of(1)[0][0] == "jumps"
