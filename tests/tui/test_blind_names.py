"""Blind mode: nothing on the screen identifies a stream, and every key acts on the right one."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Flag, Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import Endpoint, RunPlan
from streamdash.tui.blind_names import BlindNames, letters
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken
from tests.tui.screen import rows, settled, shown, summarized, text, until
from tests.tui.scripted_run import ScriptedProviders, scripted_run, spec

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.recording.recording import Recording
    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp

LABELS = ("Ant", "Bee", "Cow", "Dog")
SEED = 5
ORDER = Random(SEED).sample(range(4), 4)
"""The index of the stream in each place with this seed; none is in its own place."""
BEHIND = [LABELS[index] for index in ORDER]
"""The labels behind A, B, C and D."""


def test_the_seed_moves_every_stream() -> None:
    assert all(index != place for place, index in enumerate(ORDER))


def seeded(
    run: Run, size: tuple[int, int] = (120, 40), seed: int = SEED
) -> AbstractAsyncContextManager[tuple[StreamdashApp, Pilot[int]]]:
    return shown(run, size=size, rng=Random(seed))


def nameless(app: StreamdashApp) -> bool:
    """Whether the screen names no stream."""
    return not any(name in text(app) for name in (*LABELS, "lab:", "m-1"))


def statuses(run: Run) -> dict[str, str]:
    return {state.spec.label: state.status.value for state in run.states}


async def answered(run: Run, provider: ScriptedProviders) -> None:
    """Give every stream an answer of its own and end it."""
    for number, label in enumerate(LABELS):
        provider[label].say(f"answer {number} ")
        provider[label].finish()
    await until(lambda: not run.live)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """A recording in which each stream answers with its label in lower case."""
    path = tmp_path / "run.jsonl"
    record(path, {label: Scripted(spoken(f"said by {label.lower()}")) for label in LABELS})
    return load_recording(str(path))


@pytest.mark.parametrize(
    ("place", "written"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_letters_continue_after_z_with_aa(place: int, written: str) -> None:
    assert letters(place) == written


def test_every_order_is_possible_the_streams_own_too() -> None:
    orders = {tuple(BlindNames(range(2), Random(seed)).order) for seed in range(20)}
    assert orders == {(0, 1), (1, 0)}


def test_without_a_seed_every_blinding_is_another_one() -> None:
    assert BlindNames(range(60)).order != BlindNames(range(60)).order


async def test_no_name_is_shown_on_the_board_and_its_summary() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        assert not nameless(app)
        await pilot.press("b")
        await until(lambda: nameless(app) and "blind" in rows(app)[-2])
        await answered(run, provider)
        await summarized(app, pilot)
        await settled(app, pilot)
        assert nameless(app)
        await pilot.press("z")
        await settled(app, pilot)
        assert nameless(app)


async def test_a_title_made_of_the_models_hides_them_while_blind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run, provider = scripted_run(*LABELS)
    run.retitle("")
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await until(lambda: "hello · m-1" in rows(app)[-2])
        await pilot.press("b")
        await until(lambda: nameless(app) and rows(app)[-2].startswith(" hello "))
        await pilot.press("w")
        await until(lambda: "hello.toml" in text(app))
        assert nameless(app)
        await pilot.press("escape", "e", "enter")
        await until(lambda: "exported to" in text(app))
        assert [path.stem for path in tmp_path.iterdir()] == ["hello"]
        await pilot.press("b")
        await until(lambda: "hello · m-1" in rows(app)[-2])


async def test_the_panes_are_shuffled_and_lettered_from_a() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        for label in LABELS:
            provider[label].say(f"said by {label.lower()}")
        await pilot.press("b")
        await until(lambda: text(app).count("said by") == 4)
        await settled(app, pilot)
        said = [row for row in rows(app) if "said by" in row]
        places = [word for row in said for word in row.split() if word.capitalize() in LABELS]
        assert [place.capitalize() for place in places] == BEHIND
        heads = [row for row in rows(app) if row.startswith("╭")]
        assert [word for row in heads for word in row.split() if word in "ABCD"] == [*"ABCD"]


@pytest.mark.parametrize(("key", "called"), [("l", "✓  A "), ("d", "[-A-]")])
async def test_no_name_is_shown_on_the_screens_over_the_board(key: str, called: str) -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await pilot.press("b", key)
        await until(lambda: app.screen is not app.board and called in text(app))
        await settled(app, pilot)
        assert nameless(app)
        for _ in range(4):
            await pilot.press("right")
            await settled(app, pilot)
            assert nameless(app)


async def test_the_next_stream_is_the_next_letter() -> None:
    titles = ["{+B+}", "{+C+}", "{+D+}", "{+B+}"]
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await pilot.press("b", "d")
        await until(lambda: titles[0] in rows(app)[0])
        seen = []
        for _ in titles:
            seen.append(rows(app)[0])
            await pilot.press("right")
            await settled(app, pilot)
        assert all(title in row for title, row in zip(titles, seen, strict=True))


async def test_a_price_would_name_the_model_and_is_hidden() -> None:
    provider = ScriptedProviders()
    lab = Endpoint(name="lab", api="openai", base_url="https://api.openai.com/v1")
    specs = tuple(spec(label)._replace(endpoint=lab, model="gpt-4o-mini") for label in LABELS)
    run = live_run(RunPlan(specs=specs, title="Test"), provider)
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await summarized(app, pilot)
        assert "cost" in text(app)
        assert "$" in text(app)
        await pilot.press("b")
        await until(lambda: "cost" not in text(app) and "$" not in text(app))
        await pilot.press("l")
        await until(lambda: "Leaderboard" in rows(app)[0] and " ms" in rows(app)[2])
        await settled(app, pilot)
        assert "cost" not in rows(app)[1]


async def test_the_inspector_would_name_the_model_and_is_refused() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        provider["Ant"].say("x")
        await pilot.press("b")
        await until(lambda: nameless(app) and "inspect" not in rows(app)[-1])
        await pilot.press("i")
        await until(lambda: "b ends blind mode" in text(app))
        assert app.screen is app.board
        await pilot.press("b", "i")
        await until(lambda: app.screen is not app.board and "lab:m-1" in text(app))


async def test_the_prompt_bar_asks_a_letter_which_is_the_right_stream() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await pilot.press("b", "2", "p", "tab")
        await until(lambda: "Follow-up to B only" in text(app))
        assert nameless(app)
        await pilot.press("w", "h", "y", "enter")
        await until(lambda: len(provider[BEHIND[1]].requests) == 2)
        assert sum(len(provider[label].requests) for label in LABELS) == 5


async def test_cancel_and_rerun_act_on_the_stream_that_is_shown() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await until(lambda: set(statuses(run).values()) == {"waiting"})
        await pilot.press("b", "3", "x")
        await until(lambda: "cancelled" in statuses(run).values())
        assert [label for label, how in statuses(run).items() if how == "cancelled"] == [BEHIND[2]]
        await until(lambda: "■ cancelled" in text(app))
        assert any("3 C " in row for row in rows(app) if "■ cancelled" in row)
        await pilot.press("r")
        await until(lambda: len(provider[BEHIND[2]].requests) == 2)
        await settled(app, pilot)
        assert nameless(app)


async def test_the_mouse_presses_the_button_of_the_pane_it_is_on() -> None:
    run, _ = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await until(lambda: set(statuses(run).values()) == {"waiting"})
        await pilot.press("b")
        await settled(app, pilot)
        row, head = next((y, line) for y, line in enumerate(rows(app)) if " B " in line)
        await pilot.click(offset=(head.index("✕", head.index(" B ")), row))
        await until(lambda: statuses(run)[BEHIND[1]] == "cancelled")
        assert [*statuses(run).values()].count("cancelled") == 1


async def test_arrows_move_by_place_and_copy_takes_the_shown_answer() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        for label in LABELS:
            provider[label].say(f"said by {label}")
        await until(lambda: all(state.text.chars for state in run.states))
        await pilot.press("b")
        seen = []
        for _ in LABELS:
            await pilot.press("y")
            seen.append(app.clipboard.split()[-1])
            await pilot.press("right")
        assert seen == BEHIND
        await pilot.press("left", "z", "y")
        assert app.clipboard.endswith(BEHIND[-1])
        await settled(app, pilot)
        assert f"said by {BEHIND[-1]}" in text(app)


async def test_the_current_pane_does_not_give_its_stream_away() -> None:
    run, _ = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await pilot.press("4", "z")
        assert app.board.grid.current == 3
        await pilot.press("b")
        assert app.board.grid.current == ORDER[0] != 3


async def test_one_line_lists_the_letters_and_their_streams() -> None:
    run, _ = scripted_run(*LABELS)
    legend = ", ".join(f"{letter} = {label}" for letter, label in zip("ABCD", BEHIND, strict=True))
    async with seeded(run) as (app, pilot):
        told = []
        for key in ("b", "b", "escape"):
            await pilot.press(key)
            told.append(app.board.names.legend(run.plan.specs))
    assert told == [legend, legend, ""]


async def test_revealing_restores_names_and_places_and_shows_the_letters_until_esc() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await summarized(app, pilot)
        await pilot.press("b", "2", "b")
        told = [f"{'ABCD'[BEHIND.index(label)]} = {label}" for label in LABELS]
        await until(lambda: all(text(app).count(each) == 2 for each in told))
        assert "blind" not in rows(app)[-2]
        assert app.board.grid.current == ORDER[1]
        heads = "".join(row for row in rows(app) if row.startswith("╭"))
        assert [heads.index(each) for each in told] == sorted(heads.index(each) for each in told)
        await pilot.press("l")
        await until(lambda: app.screen is not app.board and told[0] in text(app))
        await pilot.press("escape", "escape", "escape")
        await until(lambda: "lab:m-1" in text(app) and " = " not in text(app))


async def test_the_summary_has_the_letters_order_and_a_click_finds_the_pane() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        for number, label in enumerate(LABELS):
            provider[label].say("x" * (101 + number))
            provider[label].finish()
        await summarized(app, pilot)
        await pilot.press("b")
        await until(lambda: nameless(app))
        top = next(y for y, row in enumerate(rows(app)) if "have ended" in row) + 2
        table = rows(app)[top : top + 4]
        assert [row.split()[0] for row in table] == [*"ABCD"]
        assert all(str(101 + index) in row.split() for index, row in zip(ORDER, table, strict=True))
        await pilot.click(offset=(3, top + 2))
        await until(lambda: app.board.grid.current == ORDER[2])


async def test_the_leaderboard_breaks_ties_in_the_order_of_the_letters() -> None:
    run, _ = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await until(lambda: set(statuses(run).values()) == {"waiting"})
        await pilot.press("b", "l")
        await until(lambda: "Leaderboard" in rows(app)[0] and len(rows(app)[2].split()) > 2)
        assert [row.split()[2] for row in rows(app)[2:6]] == [*"ABCD"]
        await pilot.press("left")
        await until(lambda: "label ▲" in rows(app)[1])
        assert [row.split()[2] for row in rows(app)[2:6]] == [*"ABCD"]
        await pilot.press("o", "home", "enter")
        await until(lambda: app.board.grid.current == ORDER[3])


async def test_a_providers_own_notes_are_hidden_and_shown_again_after_revealing() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        provider["Ant"].say("half of it")
        provider["Ant"].fail(StreamError("not_found", "no model called m-1", http_status=404))
        provider["Bee"].say("cut short")
        provider["Bee"].send(Flag("seed_ignored"))
        provider["Bee"].finish("max_tokens", Status.INCOMPLETE)
        provider["Cow"].say("as ever")
        provider["Cow"].send(Flag("stop_ignored"))
        provider["Cow"].finish()
        told = ("no model called m-1", "(max_tokens)", "seed_ignored", "stop_ignored")
        await until(lambda: all(each in text(app) for each in told))
        await pilot.press("b")
        await until(lambda: "not_found 404: hidden while blind" in text(app))
        await until(lambda: "◐ incomplete: the provider stopped here" in text(app))
        await settled(app, pilot)
        assert nameless(app)
        assert not any(each in text(app) for each in told)
        assert "half of it" in text(app)
        await pilot.press("b")
        await until(lambda: all(each in text(app) for each in told))
        assert text(app).count("half of it") == 1


async def test_the_reason_of_a_retry_is_hidden_while_blind() -> None:
    run, provider = scripted_run(*LABELS, retries=1)
    async with seeded(run) as (app, pilot):
        busy = StreamError("overloaded", "m-1 is busy", retryable=True, retry_after_s=9)
        provider["Ant"].fail(busy)
        await until(lambda: "m-1 is busy" in text(app))
        await pilot.press("b")
        await until(lambda: nameless(app) and "overloaded" in text(app))
        provider["Bee"].fail(busy)
        await until(lambda: text(app).count("overloaded") == 2)
        await settled(app, pilot)
        assert nameless(app)


async def test_pages_turn_in_the_shuffled_order() -> None:
    labels = [f"Nr{number:02}" for number in range(12)]
    order = Random(SEED).sample(range(12), 12)
    run, provider = scripted_run(*labels)
    async with seeded(run, size=(60, 20)) as (app, pilot):
        for label in labels:
            provider[label].say(label)
        await until(lambda: all(state.text.chars for state in run.states))
        await pilot.press("b")
        await settled(app, pilot)
        page = app.board.grid.plan.per_page
        assert page < 12
        await pilot.press("]")
        await until(lambda: all(labels[index] in text(app) for index in order[page : 2 * page]))
        assert not any(labels[index] in text(app) for index in order[:page])
        assert f"1 {letters(page)} " in text(app)
        await pilot.press("1", "x")
        await until(lambda: run.states[order[page]].status is Status.CANCELLED)
        await pilot.resize_terminal(120, 40)
        await until(lambda: all(label in text(app) for label in labels))
        await settled(app, pilot)
        first = next(row for row in rows(app) if "Nr" in row)
        assert first.split("Nr")[1][:2] == f"{order[0]:02}"


async def test_a_rerun_stays_blind_and_so_does_a_search() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await pilot.press("b", "R")
        await until(lambda: all(len(provider[label].requests) == 2 for label in LABELS))
        for label in LABELS:
            provider[label].say("needle")
        await until(lambda: text(app).count("needle") == 4)
        await pilot.press("/", *"needle", "enter")
        await until(lambda: "1 of 1" in text(app))
        await pilot.press("tab", "escape", "x")
        await until(lambda: statuses(run)[BEHIND[1]] == "cancelled")
        await settled(app, pilot)
        assert nameless(app)


async def test_blind_mode_clears_the_selection() -> None:
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        provider["Ant"].say("take these words")
        await until(lambda: "take these words" in text(app))
        row = next(y for y, line in enumerate(rows(app)) if "take these" in line)
        await pilot.mouse_down(offset=(3, row))
        await pilot.hover(offset=(9, row))
        await pilot.mouse_up(offset=(9, row))
        assert app.screen.get_selected_text()
        await pilot.press("b")
        assert not app.screen.get_selected_text()


async def test_one_stream_alone_has_nothing_to_hide() -> None:
    run, _ = scripted_run("Ant")
    async with seeded(run) as (app, pilot):
        await pilot.press("b")
        await until(lambda: "there is nothing to hide" in text(app))
        assert "lab:m-1" in text(app)
        assert "blind" not in rows(app)[-2]


async def test_an_export_names_the_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run, provider = scripted_run(*LABELS)
    async with seeded(run) as (app, pilot):
        await answered(run, provider)
        await pilot.press("b", "e")
        await until(lambda: "a picture of the screen" in text(app))
        await pilot.press("t")
        await until(lambda: "exported to" in text(app))
        table = (tmp_path / "Test.txt").read_text(encoding="utf-8").splitlines()
        assert [line.split()[:2] for line in table[-4:]] == [[it, "lab:m-1"] for it in LABELS]
        await pilot.press("e")
        await until(lambda: "a picture of the screen" in text(app))
        await pilot.press("s")
        await until((tmp_path / "Test.svg").exists)
        picture = (tmp_path / "Test.svg").read_text(encoding="utf-8")
        assert "blind" in picture
        assert not any(label in picture for label in LABELS)


async def test_a_replay_can_be_blind_too(recording: Recording) -> None:
    run = ReplayRun(recording, speed=64)
    async with shown(run, timeline=run.timeline, rng=Random(SEED)) as (app, pilot):
        await pilot.press("b")
        await summarized(app, pilot)
        await until(lambda: text(app).count("said by") == 4)
        assert nameless(app)
        await pilot.press("2", "y")
        assert app.clipboard == f"said by {BEHIND[1].lower()}"
