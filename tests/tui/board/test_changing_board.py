"""The board while streams are added, changed and removed."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.recording.run_title import title_of
from tests.fuzzing import rounds
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken
from tests.streams.scripted import spec as recorded_spec
from tests.tui.recorded_screen import recorded_screen
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run, spec

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.recording.recording import Recording
    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.app import StreamdashApp


KEYS = (
    "tab", "1", "z", "i", "l", "d", "s", "y", "x", "X", "r", "R", "p", "b", "t", "m", "D", "slash",
    "n", "escape", "e", "escape", "right_square_bracket",
)  # fmt: skip


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
        pane = app.board.grid.current_pane
        assert pane is not None
        assert app.focused is pane.transcript
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
        pane = app.board.grid.current_pane
        assert pane is not None
        assert app.focused is pane.transcript
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
        for key in KEYS:
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


async def test_the_leaderboard_follows_the_run_while_it_is_open() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        await pilot.press("2", "l")
        await until(lambda: "Latency ladder" in text(app))
        (added,) = run.add([spec("LATE")])
        await until(lambda: text(app).count("LATE") == 2)
        provider.by_label["LATE"].say("word")
        await until(lambda: "● 1 streaming" in rows(app)[0])
        run.remove(1)
        await until(lambda: "B" not in [row.split()[1] for row in rows(app)[2:4]])
        for key in ("right", "o", "m", "m", "down", "up", "end", "home"):
            await pilot.press(key)
        run.remove(added)
        await until(lambda: "LATE" not in text(app))
        await pilot.press("enter")
        await settled(app, pilot)
        assert current(app) == 0
        await pilot.press("l")
        await until(lambda: "Latency ladder" in text(app))
        run.remove(0)
        await until(lambda: "A" not in " ".join(rows(app)[1:3]).split())
        for key in ("right", "o", "a", "m", "down", "end", "enter"):
            await pilot.press(key)
        await until(lambda: "a adds one" in text(app))


async def test_the_inspector_goes_on_to_the_next_stream_and_closes_after_the_last() -> None:
    run, provider = scripted_run("AA", "BB", "CC")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 3)
        await pilot.press("2", "i")
        await until(lambda: "BB" in rows(app)[0])
        run.remove(1)
        await until(lambda: "CC" in rows(app)[0])
        await pilot.press("right")
        await until(lambda: "AA" in rows(app)[0])
        run.add([spec("DD")])
        await settled(app, pilot)
        await pilot.press("left")
        await until(lambda: "DD" in rows(app)[0])
        for index in run.present:
            run.remove(index)
        await until(lambda: "a adds one" in text(app))


async def test_a_diff_goes_on_to_the_next_stream_and_closes_without_a_pair() -> None:
    run, provider = scripted_run("AA", "BB", "CC")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 3)
        await pilot.press("d")
        await until(lambda: "[-AA-]" in rows(app)[0] and "{+BB+}" in rows(app)[0])
        run.remove(1)
        await until(lambda: "{+CC+}" in rows(app)[0])
        run.remove(0)
        await until(lambda: "─ 1 CC" in text(app))
        assert app.screen is app.board


async def test_letters_of_blind_mode_stay_and_an_added_stream_gets_the_next() -> None:
    run, provider = scripted_run("alpha", "beta", "gamma")
    async with shown(run, rng=Random(1)) as (app, pilot):
        await until(lambda: len(provider.by_label) == 3)
        await pilot.press("b")
        await until(lambda: "blind" in rows(app)[-2])
        first = {index: app.board.names.label(run.states[index]) for index in run.present}
        run.remove(app.board.names.order[0])
        run.add([spec("delta")])
        await until(lambda: "─ 3 D" in text(app))
        for index in run.present:
            assert app.board.names.label(run.states[index]) == first.get(index, "D")
        assert "delta" not in text(app)
        await pilot.press("b")
        await until(lambda: "D = delta" in text(app))
        gone = next(index for index in first if index not in run.present)
        legend = app.board.names.legend(run.plan.specs)
        assert run.plan.specs[gone].label not in legend
        assert legend.endswith("D = delta")


async def test_an_open_prompt_bar_keeps_the_keyboard_and_its_stream() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        await pilot.press("p", *"hello", "tab")
        await until(lambda: "to A only" in text(app))
        run.add([spec("C")])
        await until(lambda: "3 streams" in text(app))
        await settled(app, pilot)
        await pilot.press("x", "tab")
        await until(lambda: "hellox" in text(app) and "to all 3 streams" in text(app))
        await pilot.press("tab")
        run.remove(0)
        await until(lambda: "to B only" in text(app))
        run.remove(1)
        run.remove(2)
        await until(lambda: "a adds one" in text(app))
        assert "hellox" not in text(app)


async def test_an_open_summary_has_the_streams_of_the_moment() -> None:
    run, provider = scripted_run("alpha", "beta")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        for stream in provider.by_label.values():
            stream.finish("over")
        await until(lambda: not run.live)
        await pilot.press("s")
        await until(lambda: "all 2 streams have ended" in text(app))
        run.remove(0)
        await until(lambda: "alpha" not in text(app) and "beta" in text(app))
        run.remove(1)
        await until(lambda: "a adds one" in text(app))


async def test_readers_of_other_panes_stay_where_they_are() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(120, 20), markdown=False) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        provider.by_label["A"].say("".join(f"line {n}\n" for n in range(60)))
        await until(lambda: "line 59" in text(app))
        await pilot.press("home")
        await until(lambda: "line 0" in text(app))
        run.add([spec("C")])
        await until(lambda: "─ 3 C" in text(app))
        assert "line 0" in text(app)
        run.remove(1)
        await until(lambda: "─ 2 C" in text(app))
        assert "line 0" in text(app)


async def test_a_zoomed_pane_gives_way_to_an_added_one_and_back_to_its_neighbour() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        await pilot.press("z")
        await until(lambda: "pane 1 of 2" in text(app))
        run.add([spec("C")])
        await until(lambda: "pane 3 of 3" in text(app))
        run.remove(2)
        await until(lambda: "pane 2 of 2" in text(app))


async def test_an_added_stream_is_turned_to_when_there_are_pages() -> None:
    run, provider = scripted_run(*(f"s{n}" for n in range(30)))
    async with shown(run, size=(60, 20)) as (app, pilot):
        await until(lambda: len(provider.by_label) == 30)
        run.add([spec("NEW")])
        await until(lambda: "NEW" in text(app))
        assert current(app) == 30
        await pilot.press("1")
        first = current(app)
        for index in range(first, 31):
            run.remove(index)
        await until(lambda: current(app) == first - 1 and f"s{first - 1}" in text(app))


async def test_the_key_removes_an_ended_stream_at_once_and_a_live_one_when_pressed_twice() -> None:
    run, provider = scripted_run("A", "B", "C")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 3)
        provider.by_label["A"].finish("over")
        provider.by_label["B"].say("half")
        await until(lambda: run.states[0].status.final and "half" in text(app))
        await pilot.press("D")
        await until(lambda: "2 streams" in text(app))
        assert run.present == [1, 2]
        assert current(app) == 1
        await pilot.press("D")
        await until(lambda: "and removes" in text(app))
        assert run.present == [1, 2]
        await pilot.press("D")
        await until(lambda: "1 stream " in rows(app)[-2])
        assert run.states[1].status == "cancelled"
        assert current(app) == 2


async def test_a_first_press_for_a_rerun_does_not_confirm_a_removal() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        await pilot.press("r", "D")
        await until(lambda: "and removes" in text(app))
        assert run.present == [0, 1]
        await pilot.press("tab", "D")
        await settled(app, pilot)
        assert run.present == [0, 1]
        await pilot.press("D")
        await until(lambda: run.present == [0])


async def test_a_stream_between_two_rounds_is_removed_only_when_that_is_confirmed() -> None:
    run, provider = scripted_run("A", "B", repeat=2)
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        provider.by_label["A"].finish("over")
        await until(lambda: run.awaits_round(0))
        await pilot.press("D")
        await until(lambda: "and removes" in text(app))
        await pilot.press("D")
        await until(lambda: run.present == [1])
        provider.by_label["B"].finish("over")
        await until(lambda: "round 2 of 2" in rows(app)[-2])
        provider.by_label["B"].finish("over")
        await until(lambda: not run.live)


@pytest.fixture
def changed(tmp_path: Path) -> Recording:
    """A recording of AA and BB, to which LATE is added, and from which AA is removed then."""

    async def change(run: Run) -> None:
        await run.wait()
        await asyncio.sleep(10)
        run.add([recorded_spec("LATE")])
        await run.wait()
        await asyncio.sleep(10)
        run.remove(0)

    known = {name: Scripted(spoken("words of ", name)) for name in ("AA", "BB", "LATE")}
    specs = (recorded_spec("AA"), recorded_spec("BB"))
    record(tmp_path / "run.jsonl", known, during=change, specs=specs)
    return load_recording(str(tmp_path / "run.jsonl"))


async def test_a_pane_of_a_replay_is_not_removed(changed: Recording) -> None:
    run = ReplayRun(changed, speed=0)
    async with shown(run, timeline=run.timeline) as (app, pilot):
        await until(lambda: not run.live)
        assert "remove" not in rows(app)[-1]
        await pilot.press("D", "D")
        await settled(app, pilot)
        assert run.present == [1, 2]
        await pilot.press("question_mark")
        await until(lambda: "rerun this stream" in text(app))
        assert "remove this stream" not in text(app)


async def test_a_replay_shows_streams_as_they_come_and_go(changed: Recording) -> None:
    run = ReplayRun(changed)

    def start() -> None:
        run.start()
        run.timeline.pause()

    async with shown(run, timeline=run.timeline, start=start) as (app, pilot):
        await until(lambda: "2 streams" in rows(app)[-2])
        await pilot.press("greater_than_sign")
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        await pilot.press("greater_than_sign")
        await until(lambda: "words of LATE" in text(app) and "✓ 3 done" in rows(app)[-2])
        assert current(app) == 0
        await pilot.press("greater_than_sign")
        await until(lambda: "2 streams" in rows(app)[-2] and "AA" not in text(app))
        assert current(app) == 1
        await pilot.press("greater_than_sign")
        await until(lambda: "nothing is left to play" in text(app))
        await pilot.press("R")
        run.timeline.start()
        run.timeline.speed = 64
        await until(lambda: not run.live and "✓ 2 done" in rows(app)[-2])


HEADING = re.compile(r"╭─ (\d) (s\d+) ")


@pytest.mark.fault("screen", "streams come and go and the screen does not flicker")
async def test_every_frame_has_the_streams_before_a_change_or_those_after_it() -> None:
    run, provider = scripted_run("s0", "s1")
    random = Random(3)
    async with recorded_screen(run, size=(130, 30)) as screen:
        await until(lambda: len(provider.by_label) == 2)
        await screen.quiet()
        frames: list[tuple[list[tuple[str, str]], str]] = []
        written = screen.terminal.write_settled

        def write(data: str) -> None:
            written(data)
            shown = screen.text()
            frames.append((HEADING.findall(shown), shown))

        def last_is(headings: list[tuple[str, str]]) -> bool:
            return bool(frames) and frames[-1][0] == headings

        screen.terminal.write_settled = write  # type: ignore[method-assign]
        for number in range(2, 2 + rounds(12)):
            for stream in provider.by_label.values():
                stream.say("word ")
            if len(run.present) < 2 or (len(run.present) < 6 and random.random() < 0.6):
                run.add([spec(f"s{number}")])
            else:
                run.remove(random.choice(run.present))
            await screen.quiet()
            await settled(screen.app, screen.pilot)
            labels = [state.spec.label for state in run.present_states]
            after = [(str(place), label) for place, label in enumerate(labels, start=1)]
            await until(partial(last_is, after))
            assert frames[-1][0] == after
            assert all(headings in (frames[0][0], after) for headings, _ in frames), frames
            for headings, shown in frames:
                assert f"{len(headings)} stream" in shown, shown
            del frames[:-1]
            assert screen.cells() == screen.painted_anew()


def _asking(label: str, question: str) -> StreamSpec:
    return spec(label)._replace(
        model=f"model-{label}", messages=({"role": "user", "content": question},)
    )


async def test_a_title_that_nobody_gave_follows_the_streams_of_the_board() -> None:
    run, provider = scripted_run("A", "B")
    run.retitle("")
    async with shown(run) as (app, _):
        await until(lambda: len(provider.by_label) == 2)
        run.change({0: _asking("A", "one?"), 1: _asking("B", "one?")})
        await until(lambda: "one? · model-A, model-B" in rows(app)[-2])
        run.change({0: _asking("A", "two?")})
        await until(lambda: "two? and 1 more · model-A, model-B" in rows(app)[-2])
        run.remove(0)
        await until(lambda: "one? · model-B" in rows(app)[-2])
        run.add([_asking("C", "one?")])
        await until(lambda: "one? · model-B, model-C" in rows(app)[-2])
        assert title_of(run) == "one? · model-B, model-C"
        run.remove(1)
        run.remove(2)
        await until(lambda: rows(app)[-2].startswith(" streamdash   0 streams"))


async def test_a_title_of_the_users_own_stays_whatever_happens_to_the_streams() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, _):
        await until(lambda: len(provider.by_label) == 2)
        run.change({0: _asking("A", "one?")})
        run.remove(1)
        await until(lambda: "1 stream " in rows(app)[-2])
        assert rows(app)[-2].startswith(" Test ")
        assert title_of(run) == "Test"


async def test_the_title_of_a_conversation_is_its_first_question() -> None:
    run, provider = scripted_run("A")
    run.retitle("")
    async with shown(run) as (app, _):
        await until(lambda: "A" in provider.by_label)
        run.change({0: _asking("A", "one?")})
        await until(lambda: "one? · model-A" in rows(app)[-2])
        provider.by_label["A"].finish("over")
        await until(lambda: not run.live)
        run.ask("and then?", [0])
        await until(lambda: "› and then?" in text(app))
        assert "one? · model-A" in rows(app)[-2]


def elapsed_s(app: StreamdashApp) -> float:
    """The time below the panes; 0 if there is none."""
    time = re.search(r" (\d+\.\d) s", rows(app)[-2])
    return float(time[1]) if time else 0


async def test_the_time_is_that_of_the_streams_that_are_left() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: len(provider.by_label) == 2)
        await until(lambda: elapsed_s(app) >= 0.2)
        for label in "AB":
            provider.by_label[label].finish("over")
        await until(lambda: not run.live and not app.painting)
        await pilot.press("2", "r")
        await until(lambda: run.live)
        provider.by_label["B"].finish("again")
        await until(lambda: not run.live and not app.painting)
        run.remove(1)
        await until(lambda: "1 stream " in rows(app)[-2])
        assert elapsed_s(app) >= 0.2
