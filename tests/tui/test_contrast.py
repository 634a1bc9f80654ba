"""Greys can be read: a contrast of 4.5 in every theme that the palette offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from streamdash.tui.board.drawer.summary import Summary
from streamdash.tui.contrast import READABLE, contrast, grey_on, readable
from streamdash.tui.screens.leaderboard.screen import Leaderboard
from tests.fuzzing import examples
from tests.tui.screen import settled, shown, summarized, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from rich.style import Style
    from textual.widget import Widget

pytestmark = pytest.mark.fault("screen", "quiet text that cannot be read")
COLOURED = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]


def ratio(style: Style, back: Style | None = None) -> float:
    """The contrast of the style's own two colours, or on another style's background."""
    behind = (back or style).bgcolor
    assert style.color is not None
    assert behind is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(behind))


def style(widget: Widget, name: str) -> Style:
    return widget.get_component_rich_style(name)


@pytest.mark.parametrize("theme", COLOURED)
async def test_quiet_text_can_be_read(theme: str) -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(100, 30)) as (app, pilot):
        for label in "AB":
            provider[label].say("x")
            provider[label].finish()
        await summarized(app, pilot)
        app.theme = theme
        await settled(app, pilot)
        board = app.board
        lines = [*board.query("PartLine"), *board.query_one(Summary).query("PartLine")]
        seen = {
            **{f"grid {tone}": ratio(style(board.grid, f"pane-grid--{tone}"))
               for tone in ("quiet", "target", "figures", "button", "wait", "key", "live", "good",
                            "warn", "bad", "failed")},
            **{f"{tone} on a bar": ratio(style(board.grid, f"pane-grid--{tone}"),
                                         style(board.grid, "pane-grid--bar"))
               for tone in ("quiet", "target", "button")},
            "on the current bar": ratio(style(board.grid, "pane-grid--on-bar"),
                                        style(board.grid, "pane-grid--bar-current")),
            **{f"line {place} {tone}": ratio(style(line, f"part-line--{tone}"))
               for place, line in enumerate(lines) for tone in ("quiet", "figures")},
            "summary": ratio(style(board.query_one("SummaryRows"), "summary-rows--quiet")),
            "reasoning": ratio(style(board.grid, "transcript--reasoning")),
        }  # fmt: skip
        await pilot.press("l")
        await until(lambda: isinstance(app.screen, Leaderboard) and "Leaderboard" in text(app))
        rows = app.screen.query_one("#table")
        seen["rows"] = ratio(style(rows, "row-list--quiet"))
        seen["chosen row"] = ratio(
            style(rows, "row-list--on-cursor"), style(rows, "row-list--cursor")
        )
    assert {name: value for name, value in seen.items() if value < READABLE} == {}


async def test_the_terminals_own_colours_are_not_changed() -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        app.theme = "ansi-dark"
        await settled(app, pilot)
        assert app.theme_variables["quiet"] == app.theme_variables["text-muted"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)],
)
def test_contrast_follows_the_formula_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(Color.parse(one), Color.parse(other)) == pytest.approx(expected, abs=0.01)


@examples(200)
@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_every_tone_can_be_made_readable_on_every_background(
    back: tuple[int, int, int], tone: tuple[int, int, int]
) -> None:
    background, wanted = Color(*back), Color(*tone)
    made = readable(wanted, (background,))
    assert contrast(made, background) >= READABLE
    if contrast(wanted, background) >= READABLE + 0.05:
        assert made == wanted


@examples(200)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_background_has_a_readable_grey(rgb: tuple[int, int, int]) -> None:
    background = Color(*rgb)
    assert contrast(grey_on([background], 38), background) >= READABLE
