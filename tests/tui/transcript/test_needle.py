"""A text is found in a transcript, shown and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.transcript.document import TextPosition
from tests.tui.scene import numbered

if TYPE_CHECKING:
    from tests.tui.scene import Scene


async def test_find_goes_through_all_matches_both_ways(scene: Scene) -> None:
    scene.say("Needle in reasoning\n", "reasoning")
    scene.say("hay\n" * 3000 + "a NEEDLE and a needle\n" + "hay\n" * 3000)
    found: list[TextPosition] = []
    spot = scene.transcript.find("needle")
    while spot is not None:
        found.append(spot)
        spot = scene.transcript.find("needle", spot._replace(offset=spot.offset + 1))
    assert found == [TextPosition(0, 0), TextPosition(1, 12_002), TextPosition(1, 12_015)]
    spot = scene.transcript.find("needle", backwards=True)
    while spot is not None:
        assert spot == found.pop()
        spot = scene.transcript.find("needle", spot, backwards=True)
    assert found == []
    scene.transcript.show_reasoning = False
    assert scene.transcript.find("needle") == TextPosition(1, 12_002)
    assert scene.transcript.find("nowhere") is None
    assert scene.transcript.find("") is None


async def test_a_match_across_the_cut_of_an_endless_line_is_found(scene: Scene) -> None:
    scene.say("x" * 4090 + "needle" + "y" * 5000)
    assert scene.transcript.find("needle") == TextPosition(0, 4090)
    assert scene.transcript.find("NEEDLE", backwards=True) == TextPosition(0, 4090)


async def test_a_hit_is_scrolled_to_and_marked(scene: Scene) -> None:
    scene.say(numbered(100) + "needle needle\n" + numbered(100))
    hit = scene.transcript.find("needle")
    scene.transcript.highlight("needle", hit)
    y = scene.lines.index("needle needle")
    looks = scene.styles_of(y)
    assert [text for text, _ in looks[:3]] == ["needle", " ", "needle"]
    assert len({str(style.bgcolor) for _, style in looks[:3]}) == 3
    assert not scene.transcript.following
    scene.say("more\n" * 100)
    assert scene.lines[y] == "needle needle"
    scene.transcript.highlight("")
    assert len({str(style.bgcolor) for _, style in scene.styles_of(y)}) == 1


async def test_a_match_over_a_soft_line_end_is_marked_on_both_lines(scene: Scene) -> None:
    scene.say("The quick brown fox jumps over")
    assert scene.lines[0] == "The quick brown fox"
    scene.transcript.highlight("fox jumps")
    assert scene.styles_of(0)[1][0].rstrip() == "fox"
    assert scene.styles_of(1)[0][0] == "jumps"
