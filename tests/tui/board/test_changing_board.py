"""The board while streams are added, changed and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run, spec

if TYPE_CHECKING:
    from streamdash.tui.app import StreamdashApp


def current(app: StreamdashApp) -> int:
    return app.board.grid.current


async def test_an_added_stream_gets_a_pane_with_the_focus_in_the_next_frame() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        provider.by_label["A"].say("from A")
        await until(lambda: "from A" in text(app))
        run.add([spec("C")])
        await until(lambda: "C" in provider.by_label and current(app) == 2)
        provider.by_label["C"].say("from C")
        await until(lambda: "from C" in text(app))
        assert "from A" in text(app)
        assert "3 streams" in rows(app)[-2]
        await settled(app, pilot)
        assert app.focused is app.board.grid.current_pane.transcript
        await pilot.press("1")
        assert current(app) == 0
        await pilot.press("3")
        assert current(app) == 2


async def test_a_sleeping_board_wakes_for_an_added_stream() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, _):
        await until(lambda: "A" in provider.by_label)
        provider.by_label["A"].finish("over")
        await until(lambda: not run.live and not app.painting)
        run.add([spec("B")])
        await until(lambda: "2 streams" in text(app))


async def test_a_removed_stream_leaves_the_board_and_its_neighbour_is_current() -> None:
    run, provider = scripted_run("A", "B", "C")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 3)
        await pilot.press("2")
        run.remove(1)
        await until(lambda: "2 streams" in rows(app)[-2] and " B " not in text(app))
        assert current(app) == 2
        assert "─ 2 C" in text(app)
        await settled(app, pilot)
        assert app.focused is app.board.grid.current_pane.transcript
        run.remove(2)
        await until(lambda: "1 stream " in rows(app)[-2] + " ")
        assert current(app) == 0


async def test_a_board_without_streams_says_what_to_do_and_takes_another() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await until(lambda: "A" in provider.by_label)
        run.remove(0)
        await until(lambda: "a adds one, q leaves" in text(app))
        assert "0 streams" in rows(app)[-2]
        for key in ("tab", "1", "z", "i", "l", "d", "s", "y", "x", "X", "r", "R", "p", "b", "t",
                    "m", "slash", "n", "escape", "e", "escape", "right_square_bracket"):  # fmt: skip
            await pilot.press(key)
            await settled(app, pilot)
        run.add([spec("B")])
        await until(lambda: "B" in provider.by_label)
        provider.by_label["B"].say("from B")
        await until(lambda: "from B" in text(app))
        assert current(app) == 1


async def test_a_changed_stream_shows_its_new_label_and_answer() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, _):
        await until(lambda: len(provider.by_label) == 2)
        provider.by_label["A"].say("from A")
        await until(lambda: "from A" in text(app))
        run.change({0: spec("A2")})
        await until(lambda: "A2" in provider.by_label and "─ 1 A2 " in text(app))
        await until(lambda: "from A" not in text(app))
        provider.by_label["A2"].say("other words")
        await until(lambda: "other words" in text(app))
