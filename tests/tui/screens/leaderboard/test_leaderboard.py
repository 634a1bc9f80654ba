"""The leaderboard over the board: how it ranks, and what its keys do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamError
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp


def ranks(app: StreamdashApp) -> list[str]:
    """The labels of the table, from first to last."""
    lines = rows(app)
    end = next(y for y, line in enumerate(lines) if "Latency ladder" in line or "Ladder" in line)
    return [line.split()[2] for line in lines[2:end] if line.split()]


def ladder(app: StreamdashApp) -> list[str]:
    lines = rows(app)
    start = next(y for y, line in enumerate(lines) if "Latency ladder" in line)
    return [line for line in lines[start + 2 : -1] if line]


async def test_streams_are_ranked_live_and_by_any_column() -> None:
    run, provider = scripted_run("Aaa", "Bbb", "Ccc")
    async with shown(run) as (app, pilot):
        provider["Bbb"].say("the first word")
        await until(lambda: run.states[1].first_delta_at is not None)
        await pilot.press("l")
        await until(lambda: "Leaderboard" in text(app))
        await until(lambda: ranks(app)[:1] == ["Bbb"])
        provider["Ccc"].say("words, more of them, the most of all")
        await until(lambda: ranks(app)[:2] == ["Bbb", "Ccc"])
        assert "TTFT ▲" in rows(app)[1]
        while "chars ▼" not in rows(app)[1]:
            await pilot.press("right")
            await settled(app, pilot)
        await until(lambda: ranks(app)[:2] == ["Ccc", "Bbb"])
        await pilot.press("o")
        await until(lambda: ranks(app) == ["Aaa", "Bbb", "Ccc"])
        assert "chars ▲" in rows(app)[1]


async def test_the_ladder_moves_only_while_streams_run() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        await pilot.press("l")
        await until(lambda: "Latency ladder" in text(app) and len(ladder(app)) == 2)
        assert not any("▇" in row for row in ladder(app))
        for label in ("Aaa", "Bbb"):
            provider[label].say("x")
            provider[label].finish()
        await until(lambda: all("▇" in row and "✓" in row for row in ladder(app)))
        await until(lambda: not app.painting)
        assert "2 done" in rows(app)[0]


async def test_it_has_its_numbers_when_it_is_opened_after_the_end_too() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        for label in ("Aaa", "Bbb"):
            provider[label].say("x")
            provider[label].finish()
        await until(lambda: not run.live and not app.painting)
        await pilot.press("l")
        await until(lambda: all(" ms" in row for row in rows(app)[2:4]))
        await until(lambda: not app.painting)


async def test_enter_goes_to_the_chosen_pane_and_esc_only_back() -> None:
    run, provider = scripted_run("Aaa", "Bbb", "Ccc")
    async with shown(run) as (app, pilot):
        provider["Ccc"].say("x")
        await until(lambda: run.states[2].first_delta_at is not None)
        await pilot.press("l")
        await until(lambda: "Leaderboard" in text(app) and ranks(app)[:1] == ["Ccc"])
        await pilot.press("home", "escape")
        await until(lambda: "Leaderboard" not in text(app))
        assert app.board.grid.current == 0
        await pilot.press("l", "home", "enter")
        await until(lambda: app.board.grid.current == 2 and "Leaderboard" not in text(app))
        await pilot.press("l", "end", "up", "pageup", "pagedown", "l")
        await until(lambda: "Leaderboard" not in text(app))


async def test_the_chosen_stream_stays_chosen_when_the_order_changes() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        await pilot.press("2", "l")
        await until(lambda: "Leaderboard" in text(app))
        provider["Bbb"].say("x")
        await until(lambda: ranks(app) == ["Bbb", "Aaa"])
        await pilot.press("down", "enter")
        await until(lambda: app.board.grid.current == 0)


async def test_the_mouse_sorts_chooses_and_goes() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        for label in ("Aaa", "Bbb"):
            provider[label].say("x" * (3 if label == "Aaa" else 9))
        await until(lambda: all(state.text.chars for state in run.states))
        await pilot.press("l")
        await until(lambda: "Leaderboard" in text(app) and len(ranks(app)) == 2)
        at = rows(app)[1].index("chars")
        await pilot.click(offset=(at + 1, 1))
        await until(lambda: ranks(app) == ["Bbb", "Aaa"])
        await pilot.click(offset=(at + 1, 1))
        await until(lambda: ranks(app) == ["Aaa", "Bbb"])
        lane = next(y for y, line in enumerate(rows(app)) if line.startswith(" Bbb"))
        await pilot.click(offset=(3, lane), times=2)
        await until(lambda: app.board.grid.current == 1 and "Leaderboard" not in text(app))


async def test_many_streams_scroll_with_the_choice() -> None:
    labels = [f"s{number:02}" for number in range(40)]
    run, _ = scripted_run(*labels)
    async with shown(run, size=(60, 20)) as (app, pilot):
        await pilot.press("l")
        await until(lambda: "Leaderboard" in text(app) and "s00" in text(app))
        assert "s39" not in text(app)
        await pilot.press("end")
        await until(lambda: text(app).count("s39") == 2)
        assert all(len(row) <= 60 for row in rows(app))
        await pilot.press("home")
        await until(lambda: text(app).count("s00") == 2)


async def test_hostile_labels_do_nothing() -> None:
    run, _ = scripted_run("[@click=app.quit]x[/nope]\x1b[2J", "B")
    async with shown(run) as (app, pilot):
        await pilot.press("l")
        await until(lambda: "[@click=app.quit]x[/nope]" in text(app))
        assert "\x1b" not in text(app)


async def test_no_terminal_is_too_small_for_the_leaderboard() -> None:
    run, provider = scripted_run("A", "B", "C")
    async with shown(run) as (app, pilot):
        await pilot.press("l")
        provider["A"].say("x")
        for size in ((1, 1), (10, 3), (26, 6), (300, 100), (60, 20)):
            await pilot.resize_terminal(*size)
            await settled(app, pilot)
            assert len(rows(app)) == size[1]
        await until(lambda: "Leaderboard" in text(app))


async def test_rounds_have_numbers_of_rounds_intervals_and_a_bundle_under_each_bar() -> None:
    run, provider = scripted_run("Aaa", "Bbb", repeat=6)
    async with shown(run, size=(80, 24)) as (app, pilot):
        await pilot.press("l")
        await until(lambda: "round 1 of 6" in rows(app)[0])
        for number in range(1, 7):
            await until(partial(is_in_round, run, number))
            for label in ("Aaa", "Bbb"):
                provider[label].say("x")
                failed = (label, number) == ("Bbb", 3)
                if failed:
                    provider[label].fail(StreamError("server", "broken"))
                else:
                    provider[label].finish()
        await until(lambda: not run.live and not app.painting)
        await until(lambda: "round 6 of 6" in rows(app)[0])
        heading, aaa, bbb = rows(app)[1], lane(app, "Aaa"), lane(app, "Bbb")
        assert heading.split()[:5] == ["#", "label", "n", "failed", "TTFT"]
        assert (aaa.split()[3:5], bbb.split()[3:5]) == (["6", "–"], ["6", "1"])
        assert "┼" in aaa
        assert "──" in aaa
        assert bbb.endswith("►")
        assert len(ladder(app)) == 2
        await pilot.press("a")
        await until(lambda: len(ladder(app)) == 4)
        assert "✗" in ladder(app)[3]
        assert "rounds answering" in text(app)
        await pilot.press("a")
        await until(lambda: len(ladder(app)) == 2)


async def test_without_rounds_there_is_no_bundle_to_show() -> None:
    run, provider = scripted_run("Aaa")
    async with shown(run) as (app, pilot):
        provider["Aaa"].finish()
        await pilot.press("l", "a")
        await until(lambda: "Latency ladder" in text(app) and len(ladder(app)) == 1)
        assert "all rounds" not in text(app)
        assert "rounds answering" not in text(app)
        assert " n " not in rows(app)[1]


async def test_warm_up_rounds_rank_nobody() -> None:
    run, provider = scripted_run("Aaa", "Bbb", repeat=2, warmup=1)
    async with shown(run) as (app, pilot):
        provider["Bbb"].say("x")
        await pilot.press("l")
        await until(lambda: "warm-up 1 of 1" in rows(app)[0] and len(ranks(app)) == 2)
        await settled(app, pilot)
        assert [row.split()[3:6] for row in rows(app)[2:4]] == [["0", "–", "–"]] * 2


def is_in_round(run: Run, number: int) -> bool:
    return run.live and all(state.round == (number, False) for state in run.states)


def lane(app: StreamdashApp, label: str) -> str:
    return next(line for line in rows(app)[2:] if label in line)
