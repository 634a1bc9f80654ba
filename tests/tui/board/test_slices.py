"""Frames that give way to the streams in the middle."""

from __future__ import annotations

import pytest

from streamdash.tui.board.grid import pane_painter
from tests.tui.screen import settled, shown, text, until
from tests.tui.scripted_run import scripted_run

LABELS = [f"S{number}" for number in range(6)]


@pytest.fixture(autouse=True)
def _a_pane_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pane_painter, "SLICE_S", 0.0)


async def test_the_last_end_is_painted_where_it_comes_in_the_middle_of_a_frame() -> None:
    run, provider = scripted_run(*LABELS)
    async with shown(run) as (app, pilot):
        for label in LABELS:
            provider[label].say("one ")
        await until(lambda: all(state.text.chars for state in run.states))
        # an open summary is laid out no more, which would ask for a frame
        await pilot.press("s")
        await settled(app, pilot)
        for label in LABELS[1:]:
            provider[label].say("two")
            provider[label].finish()
        await until(lambda: sum(state.status.final for state in run.states) == 5)
        await until(lambda: app.board.grid.current_pane not in app.board.grid.painter.unpainted)
        provider["S0"].say("two")
        provider["S0"].finish()
        await until(lambda: not run.live)
        await until(lambda: text(app).count("one two") == 6)


async def test_a_screen_opened_in_the_middle_of_a_frame_leaves_no_pane_behind() -> None:
    run, provider = scripted_run(*LABELS)
    async with shown(run) as (app, pilot):
        for label in LABELS:
            provider[label].say("one ")
        await until(lambda: 1 <= len(app.board.grid.painter.unpainted) <= 3)
        await app.board.run_action("open('inspector')")
        await until(lambda: app.screen is not app.board)
        for label in LABELS:
            provider[label].say("two")
            provider[label].finish()
        await until(lambda: not run.live)
        await settled(app, pilot)
        await pilot.press("escape")
        await until(lambda: text(app).count("one two") == 6)
