"""Every name that rendered Markdown has for a style is one, and can be read in every theme."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from streamdash.tui.contrast import READABLE, contrast
from streamdash.tui.transcript.styles import MARKDOWN_NAMES
from tests.tui.markdown.drawn import whole
from tests.tui.screen import settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from rich.color import Color as RichColor
    from rich.style import Style

    from tests.tui.transcript_screen import TranscriptScreen

RICH_ANSWER = Path(__file__).parents[2] / "picture" / "rich_answer.md"
CODE = MARKDOWN_NAMES[MARKDOWN_NAMES.index("code-block") :]
"""The names of blocks of code and of what is in them."""
LINES = {"rule", "table-line"}
"""What is no text."""
COLOURED = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]


def test_a_rich_answer_has_known_style_names_only_and_all_of_them() -> None:
    rows = whole(RICH_ANSWER.read_text(encoding="utf-8"))
    found = {name for row in rows for span in row.spans for name in span.names}
    found |= {name for row in rows for name in row.fill}
    assert found <= set(MARKDOWN_NAMES)
    assert set(MARKDOWN_NAMES) - set(CODE) <= found
    assert {"code-block", "language"} <= found


async def test_every_style_name_has_a_rule(screen: TranscriptScreen) -> None:
    source = screen.app.query_one("StyleSource")
    empty = [
        name
        for name in MARKDOWN_NAMES
        if not any(
            source.get_component_styles(f"transcript--{name}").has_rule(rule)
            for rule in ("color", "background", "text_style")
        )
    ]
    assert empty == []


@pytest.mark.fault("screen", "quiet text that cannot be read")
@pytest.mark.parametrize("theme", COLOURED)
async def test_rendered_text_can_be_read(theme: str) -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        app.theme = theme
        await settled(app, pilot)
        style = app.board.grid.get_component_rich_style

        def drawn(name: str) -> Style:
            return style(f"transcript--{name}")

        block, around = drawn("code-block").bgcolor, drawn("answer").bgcolor
        ratios = {
            name: _contrast(drawn(name).color, block if name in CODE else around)
            for name in MARKDOWN_NAMES
            if name not in LINES
        }
    assert {name: ratio for name, ratio in ratios.items() if ratio < READABLE} == {}
    # a block of code is told apart from the text around it, and no more
    assert 1.1 < _contrast(block, around) < 1.3


async def test_headings_are_told_apart_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    run, provider = scripted_run("A")
    async with shown(run) as (app, _):
        provider["A"].say("# H1\n## H2\n### H3\n#### H4\nplain\n")
        await until(lambda: "plain" in text(app))
        transcript = app.board.grid.panes[0].transcript
        strips = transcript.render_lines(transcript.outer_size.region)
        looks = {segment.text.strip(): segment.style for strip in strips for segment in strip}
    found = [looks[words] for words in ("H1", "H2", "H3", "H4", "plain")]
    assert len({(style.bold, style.italic, style.underline) for style in found if style}) == 5


def _contrast(one: RichColor | None, other: RichColor | None) -> float:
    assert one is not None
    assert other is not None
    return contrast(Color.from_rich_color(one), Color.from_rich_color(other))
