"""A transcript that renders its answers as Markdown, and changes between that and their source."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from streamdash.tui.transcript import transcript as transcript_module
from streamdash.tui.transcript.document import TextPosition
from tests.tui.transcript_screen import numbered

if TYPE_CHECKING:
    from typing import Any

    from tests.tui.transcript_screen import TranscriptScreen


@pytest.fixture
async def rendered(screen: TranscriptScreen) -> TranscriptScreen:
    """The transcript of `screen`, which renders its answers."""
    screen.transcript.markdown = True
    return screen


def style_of(screen: TranscriptScreen, words: str) -> Any:
    """The style of the segment that shows these words."""
    looks = [look for y in range(6) for look in screen.styles_of(y)]
    return next(style for shown, style in looks if words in shown)


def marked(screen: TranscriptScreen) -> list[str]:
    """What stands out by a background of its own."""
    plain = screen.styles_of(5)[-1][1].bgcolor
    looks = [look for y in range(6) for look in screen.styles_of(y)]
    return [shown for shown, style in looks if style.bgcolor != plain]


async def test_answers_are_rendered_and_everything_else_is_not(rendered: TranscriptScreen) -> None:
    rendered.append("a **thought**\n", "reasoning")
    rendered.append("## Title\n\nsome **bold** words\n")
    rendered.append("**not** rendered", "note")
    assert "a **thought**" in rendered.lines
    assert rendered.lines[-4:] == ["Title", "", "some bold words", "**not** rendered"]
    assert style_of(rendered, "Title").bold
    assert style_of(rendered, "bold").bold
    assert not style_of(rendered, "some ").bold


async def test_an_answer_that_arrives_in_pieces_looks_like_the_whole(
    rendered: TranscriptScreen,
) -> None:
    source = "# One **two**\n\nthree *four* `five` six **seven\neight** nine\n\n- ten\n"
    for character in source:
        rendered.append(character)
    rendered.transcript.end_text()
    rendered.transcript.paint()
    grown = rendered.lines, [rendered.styles_of(y) for y in range(6)]
    rendered.transcript.clear()
    rendered.append(source)
    rendered.transcript.end_text()
    rendered.transcript.paint()
    assert (rendered.lines, [rendered.styles_of(y) for y in range(6)]) == grown


async def test_what_is_held_back_is_shown_when_the_text_ends(rendered: TranscriptScreen) -> None:
    rendered.append("#")
    assert rendered.lines == [""] * 6
    rendered.transcript.end_text()
    assert rendered.transcript.dirty
    rendered.transcript.paint()
    assert not rendered.transcript.dirty
    assert "".join(rendered.lines) in ("", "#")
    rendered.append("\ncancelled", "note")
    assert "cancelled" in rendered.lines


@pytest.mark.parametrize("begun", ["#", "**", "- ", "`", "|", "1.", "> "])
async def test_an_answer_after_reasoning_may_begin_with_what_is_held_back(
    rendered: TranscriptScreen, begun: str
) -> None:
    rendered.append("a thought", "reasoning")
    rendered.append(begun)
    assert "a thought" in rendered.lines
    await rendered.press("home", "end")
    await rendered.resize(12, 6)
    rendered.transcript.highlight("words")
    rendered.append(" words\n")
    assert any("words" in line for line in rendered.lines)


async def test_the_views_change_and_stay_through_later_texts(screen: TranscriptScreen) -> None:
    screen.append("**a**\n")
    screen.append("note", "note")
    screen.append("**b**")
    assert screen.lines[:3] == ["**a**", "note", "**b**"]
    screen.transcript.markdown = True
    assert screen.lines[:3] == ["a", "note", "b"]
    screen.transcript.clear()
    screen.append("**c**")
    assert screen.lines[0] == "c"
    screen.transcript.markdown = False
    assert screen.lines[0] == "**c**"
    screen.append(" **d**")
    assert screen.lines[0] == "**c** **d**"


async def test_a_long_answer_changes_its_view_over_several_frames(
    screen: TranscriptScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.append("some **bold** words\n" * 20_000 + "the **end**")
    with monkeypatch.context() as slow:
        for module in (transcript_module, "streamdash.tui.transcript.scroller"):
            where = f"{module}.BUDGET_S" if isinstance(module, str) else None
            if where is None:
                slow.setattr(module, "BUDGET_S", 0.0)
            else:
                slow.setattr(where, 0.0)
        screen.transcript.markdown = True
        assert screen.lines[-1] == "the **end**"
        screen.append(" and **more**")
        frames = 1
        while screen.lines[-1] != "the end and more":
            screen.transcript.paint()
            screen.transcript.draw()
            frames += 1
    assert frames > 10
    assert screen.transcript.following


async def test_a_reader_keeps_the_place_in_both_views_and_while_text_arrives(
    screen: TranscriptScreen,
) -> None:
    screen.append("".join(f"**word{number}** and some more words\n\n" for number in range(100)))
    await screen.press("home", *["pagedown"] * 5)
    before = screen.lines
    top = next(line for line in before if "word" in line).split()[0].strip("*")
    for markdown in (True, False, True):
        screen.transcript.markdown = markdown
        assert any(line.strip("*").startswith(top) for line in screen.lines[:2])
        assert not screen.transcript.following
        shown = screen.lines
        screen.append("later **words**\n\n" * 50)
        assert screen.lines == shown
    screen.transcript.markdown = False
    assert screen.lines == before


async def test_following_survives_a_change_of_view(screen: TranscriptScreen) -> None:
    screen.append(numbered(100) + "the **end**")
    screen.transcript.markdown = True
    assert screen.lines[-1] == "the end"
    screen.append(" and more")
    assert screen.lines[-1] == "the end and more"
    screen.transcript.markdown = False
    assert screen.lines[-1] == "the **end** and more"


async def test_a_resize_in_mid_block_wraps_again_and_keeps_the_place(
    rendered: TranscriptScreen,
) -> None:
    words = "".join(f"w{number} **bold{number}** " for number in range(200))
    rendered.append(words)
    for width in (40, 12, 25):
        await rendered.resize(width, 6)
        assert rendered.lines[-1].split()[-1] == "bold199"
        assert "*" not in "".join(rendered.lines)
    await rendered.press("home", "pagedown", "pagedown")
    before = rendered.lines
    first = before[0].split()[0]
    for width in (40, 12, 60):
        await rendered.resize(width, 6)
        assert first in rendered.lines[0]
        rendered.append("more **and** more ")
        assert first in rendered.lines[0]
    await rendered.resize(25, 6)
    assert rendered.lines == before


async def test_every_line_is_as_wide_as_the_widget_whatever_it_shows(
    rendered: TranscriptScreen,
) -> None:
    family = "👨\u200d👩\u200d👧"
    rendered.append(f"**漢字かな混じり文、{family}** and\ttabs e\u0301 🇩🇪❤\ufe0f \x1b[31m " * 5)
    rendered.transcript.highlight("and")
    for _ in range(3):
        for strip in rendered.transcript.render_lines(rendered.transcript.outer_size.region):
            assert sum(segment.cell_length for segment in strip) == strip.cell_length == 25
            assert "\x1b" not in strip.text
        await rendered.press("up")
        rendered.transcript.highlight("")


async def test_a_hit_is_marked_where_it_stands_in_the_rendered_text(
    rendered: TranscriptScreen,
) -> None:
    rendered.append("one **two** three\n")
    rendered.transcript.highlight("two")
    assert marked(rendered) == ["two"]
    rendered.transcript.highlight("wo** th")
    assert "".join(marked(rendered)) == "wo th"
    hit = rendered.transcript.find("e **t")
    assert hit == TextPosition(0, 2)
    rendered.transcript.highlight("e **t", hit)
    assert "".join(marked(rendered)) == "e t"
    matches = rendered.transcript.matches("**")
    matches.look(float("inf"))
    assert matches.count == 2


async def test_a_hit_in_hidden_markup_marks_the_nearest_character(
    rendered: TranscriptScreen,
) -> None:
    rendered.append("one **two** three\n\n## Title\n")
    rendered.transcript.highlight("**")
    assert marked(rendered) == ["t", " "]
    rendered.transcript.highlight("##", rendered.transcript.find("##"))
    assert marked(rendered) == ["T"]


async def test_a_hit_far_up_is_scrolled_to_in_the_rendered_text(rendered: TranscriptScreen) -> None:
    rendered.append(numbered(100) + "a **needle**\n" + numbered(100))
    rendered.transcript.highlight("needle", rendered.transcript.find("needle"))
    assert "a needle" in rendered.lines
    assert marked(rendered) == ["needle"]
    assert not rendered.transcript.following


async def test_a_selection_copies_the_source_lines_that_it_covers(
    rendered: TranscriptScreen,
) -> None:
    rendered.append("zero\n\none **two** three and a *long* rest\n\n**four** five\n")
    y = rendered.lines.index("four five")
    await rendered.drag((1, y), (2, y))
    selected = rendered.app.screen.get_selected_text
    assert selected() == "**four** five"
    assert "".join(marked(rendered)) == "four five"
    await rendered.drag((2, 2), (2, y))
    assert selected() == "one **two** three and a *long* rest\n\n**four** five"
    assert "".join(marked(rendered)).split()[:2] == ["one", "two"]
    rendered.transcript.markdown = False
    assert "zero" not in (selected() or "")
    assert not (selected() or "").startswith("one")


async def test_a_selection_by_characters_grows_to_lines_when_the_view_changes(
    screen: TranscriptScreen,
) -> None:
    screen.append("zero\none **two** three\n")
    await screen.drag((6, 1), (8, 1))
    assert screen.app.screen.get_selected_text() == "two"
    assert marked(screen) == ["two"]
    screen.transcript.markdown = True
    assert screen.app.screen.get_selected_text() == "one **two** three"
    assert "".join(marked(screen)) == "one two three"


async def test_selecting_all_takes_the_source_of_everything(rendered: TranscriptScreen) -> None:
    rendered.append("Hmm.", "reasoning")
    rendered.append("# **42**\n")
    rendered.append("cancelled by you", "note")
    rendered.transcript.text_select_all()
    await rendered.pilot.pause()
    selected = rendered.app.screen.get_selected_text()
    assert selected == "Hmm.\n# **42**\ncancelled by you"


async def test_only_the_rows_that_change_are_drawn_again(rendered: TranscriptScreen) -> None:
    rendered.append("# Title\n\nsettled **words**\n\nopen")
    before = rendered.transcript.render_lines(rendered.transcript.outer_size.region)
    rendered.append(" line **bold")
    after = rendered.transcript.render_lines(rendered.transcript.outer_size.region)
    same = [old is new for old, new in zip(before, after, strict=True)]
    assert same == [True, True, True, True, False, True]


async def test_a_theme_changes_the_colours_of_rendered_text(rendered: TranscriptScreen) -> None:
    rendered.append("# Title\n")
    before = style_of(rendered, "Title")
    rendered.app.theme = "textual-light"
    await rendered.pilot.pause()
    after = style_of(rendered, "Title")
    assert before.color != after.color


async def test_a_text_that_is_slow_to_draw_is_drawn_less_often(
    rendered: TranscriptScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = 0.0
    cpu = iter(range(1000))
    monkeypatch.setattr(transcript_module, "perf_counter", lambda: perf_counter() + later)
    monkeypatch.setattr(transcript_module, "thread_time", lambda: next(cpu) * 10.0)
    transcript = rendered.transcript
    transcript.append("**one**")
    assert not transcript.paint()
    transcript.append(" two")
    transcript.end_text()
    later = 80.0
    assert transcript.paint()
    assert rendered.lines[0] == "one"
    later = 100.0
    assert not transcript.paint()
    assert rendered.lines[0] == "one two"
