"""What a save of the watched prompt file does to the run, in virtual time."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ParamSpec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.promptfile import Overrides
from streamdash.streams.events import Status
from tests.fuzzing import examples
from tests.virtual_time import run_virtual
from tests.watching.scene import HEAD, Scene, prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    P = ParamSpec("P")

vanishing = pytest.mark.fault("files and environment", "the watched file vanishes or is unreadable")
saving = pytest.mark.fault("files and environment", "the watched file is read half saved")
ABC = ("A: a?", "B: b?", "C: c?")


def virtual(test: Callable[P, Coroutine[object, object, None]]) -> Callable[P, None]:
    """Run an asynchronous test in virtual time."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        run_virtual(test(*args, **kwargs))

    return run


async def answered(scene: Scene) -> None:
    """Wait until all streams have ended, and forget the requests so far."""
    await scene.run.wait()
    scene.provider.requests.clear()


@virtual
async def test_a_save_reruns_the_stream_whose_request_changed(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(prompts("A: a?", "B: why b?", "C: c?"))
    await asyncio.sleep(0.2)
    await scene.run.wait()
    assert scene.sent == ["why b?"]
    assert scene.screen.said == ["prompts.toml: 1 rerun"]
    assert scene.screen.launches == 1
    assert [len(earlier) for earlier in scene.run.earlier] == [0, 1, 0]


@virtual
async def test_live_streams_go_on_and_a_changed_one_is_cancelled_first(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await asyncio.sleep(0.75)
    before = list(scene.run.states)
    scene.save(prompts("A: a?", "B: why b?", "C: c?"))
    await asyncio.sleep(0.2)
    assert scene.run.states[0] is before[0]
    assert scene.run.states[1] is not before[1]
    assert before[1].status is Status.CANCELLED
    assert before[1].text.chars
    await scene.run.wait()
    assert scene.sent == ["a?", "b?", "c?", "why b?"]
    assert all(state.status is Status.DONE for state in scene.run.states)


@virtual
async def test_new_streams_are_added_and_vanished_ones_leave_after_a_while(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(prompts("A: a?", "C: c?", "D: d?"))
    await asyncio.sleep(1)
    assert scene.sent == ["d?"]
    assert scene.labels == ["A", "B", "C", "D"]
    assert scene.watch.gone == {1}
    assert scene.screen.said == ["prompts.toml: 1 new, 1 gone, removed in 5 s"]
    await asyncio.sleep(5)
    assert scene.labels == ["A", "C", "D"]
    assert scene.watch.gone == frozenset()
    assert scene.run.removed == {1}


@virtual
async def test_a_vanished_stream_that_comes_back_in_time_stays_and_sends_nothing(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(prompts("A: a?", "C: c?"))
    await asyncio.sleep(1)
    assert scene.watch.gone == {1}
    scene.save(prompts(*ABC))
    await asyncio.sleep(10)
    assert scene.labels == ["A", "B", "C"]
    assert scene.sent == []
    assert scene.screen.said[-1] == "prompts.toml: 1 back"


@virtual
async def test_a_stream_that_comes_back_too_late_is_a_new_one(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(prompts("A: a?", "C: c?"))
    await asyncio.sleep(10)
    scene.save(prompts(*ABC))
    await asyncio.sleep(1)
    assert scene.labels == ["A", "C", "B"]
    assert scene.sent == ["b?"]


@virtual
async def test_labels_order_title_and_limits_change_without_a_request(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC, title="Old"))
    await answered(scene)
    scene.save(prompts("C: c?", "Bee: b?", "A: a?", title="New", more="timeout = 5\nretries = 0"))
    await asyncio.sleep(1)
    assert scene.sent == []
    assert scene.labels == ["A", "Bee", "C"]
    assert scene.watch.title == "New"
    assert scene.screen.launches == 0
    assert [state.spec.deadlines.total for state in scene.run.states] == [5, 5, 5]
    scene.run.rerun(1)
    assert scene.run.states[1].spec.retries == 0


@virtual
async def test_a_comment_changes_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save("# a comment\n" + prompts(*ABC))
    await asyncio.sleep(1)
    assert scene.sent == []
    assert scene.screen.said == ["prompts.toml: no request has changed"]


@virtual
async def test_another_address_of_an_endpoint_reruns_its_streams(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(prompts(*ABC).replace("127.0.0.1:1/", "127.0.0.1:2/"))
    await asyncio.sleep(1)
    assert scene.sent == ["a?", "b?", "c?"]


@virtual
async def test_the_command_line_goes_on_overriding_the_file(tmp_path: Path) -> None:
    overrides = Overrides(prompt="typed?", set=("temperature=0.5",), only=("A", "B"))
    scene = Scene(tmp_path, prompts(*ABC), overrides)
    await answered(scene)
    scene.save(prompts("A: other?", "B: b?", "D: d?", more="temperature = 1.0"))
    await asyncio.sleep(1)
    assert scene.sent == []
    scene.save(prompts("A: other?", "B: b?", "D: d?", more="seed = 7"))
    await asyncio.sleep(1)
    assert scene.sent == ["typed?", "typed?"]
    assert {spec.temperature for spec in scene.provider.requests} == {0.5}
    scene.save(prompts("A: a?"))
    await asyncio.sleep(1)
    assert "no stream is labelled 'B'" in scene.watch.problems[0]


# -- what was done on the board ---------------------------------------------------------------


@virtual
async def test_a_stream_changed_by_hand_stays_until_the_file_changes_it(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    by_hand = scene.run.states[1].spec._replace(temperature=0.1)
    scene.run.change({1: by_hand})
    await answered(scene)
    scene.save(prompts("A: a now?", "B: b?", "C: c?"))
    await asyncio.sleep(1)
    assert scene.sent == ["a now?"]
    assert scene.run.states[1].spec == by_hand
    scene.save(prompts("A: a now?", "Bee: b?", "C: c?"))
    await asyncio.sleep(1)
    assert scene.run.states[1].spec == by_hand._replace(label="Bee", prompt_label="Bee")
    scene.save(prompts("A: a now?", "Bee: b now?", "C: c?"))
    await asyncio.sleep(1)
    assert scene.sent == ["a now?", "b now?"]
    assert scene.run.states[1].spec.temperature is None


@virtual
async def test_streams_added_by_hand_stay(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    scene.run.add([scene.run.states[0].spec._replace(label="mine")])
    await answered(scene)
    scene.save(prompts("A: all new?"))
    await asyncio.sleep(10)
    assert scene.labels == ["A", "mine"]
    assert scene.sent == ["all new?"]


@virtual
async def test_a_stream_removed_by_hand_comes_back_only_with_another_request(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.run.remove(1)
    scene.save(prompts("A: a now?", "Bee: b?", "C: c?"))
    await asyncio.sleep(1)
    assert scene.labels == ["A", "C"]
    scene.save(prompts("A: a now?", "Bee: b now?", "C: c?"))
    await asyncio.sleep(1)
    assert scene.labels == ["A", "C", "Bee"]
    assert scene.sent == ["a now?", "b now?"]
    scene.save(prompts("A: a now?", "Bee: b again?", "C: c?"))
    await asyncio.sleep(1)
    assert scene.labels == ["A", "C", "Bee"]
    assert scene.sent[2:] == ["b again?"]


@virtual
async def test_a_follow_up_stays_until_its_stream_changes(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.run.ask("and then?", [0, 1])
    await answered(scene)
    scene.save(prompts("A: a now?", "Bee: b?", "C: c?"))
    await asyncio.sleep(1)
    assert [state.spec.turn for state in scene.run.states] == [1, 2, 1]
    assert scene.run.states[1].spec.label == "Bee"
    assert scene.sent == ["a now?"]


# -- rounds -------------------------------------------------------------------------------------


@virtual
async def test_in_rounds_a_changed_stream_runs_once_and_all_of_them_in_rounds(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path, prompts("A: a?", "B: b?"), repeat=3)
    await answered(scene)
    scene.save(prompts("A: a now?", "B: b?"))
    await asyncio.sleep(5)
    assert scene.sent == ["a now?"]
    assert "once, outside the rounds" in scene.screen.said[0]
    scene.save(prompts("A: a again?", "B: b now?"))
    await asyncio.sleep(20)
    assert sorted(scene.sent[1:]) == ["a again?"] * 3 + ["b now?"] * 3
    assert scene.screen.said[1] == "prompts.toml: 2 rerun"


# -- any edits -----------------------------------------------------------------------------------

labels = st.sampled_from("ABCDEF")
files = st.dictionaries(labels, st.sampled_from("pqrs"), min_size=1, max_size=6)
broken = st.sampled_from(["", "[", "title = 1\n", HEAD, "\0"])


def written(streams: dict[str, str]) -> str:
    """The prompt file with these prompts by label."""
    return prompts(*(f"{label}: {prompt}" for label, prompt in streams.items()))


def on_board(scene: Scene) -> dict[str, str]:
    """The prompts on the board by label, which must differ."""
    states = scene.run.present_states
    found = {state.spec.label: state.spec.question for state in states}
    assert len(found) == len(states)
    return found


@given(files, st.lists(files | broken, min_size=1, max_size=6))
@examples(60)
def test_after_any_edits_the_board_is_the_file_and_nothing_was_sent_twice(
    first: dict[str, str], edits: list[dict[str, str] | str]
) -> None:
    async def work(folder: Path) -> None:
        scene = Scene(folder, written(first))
        await answered(scene)
        good = first
        for edit in edits:
            scene.save(edit if isinstance(edit, str) else written(edit))
            # a stream that is gone leaves before the next edit
            await asyncio.sleep(10)
            if isinstance(edit, str):
                assert scene.watch.problems
                assert scene.sent == []
                continue
            assert not scene.watch.problems
            assert Counter(scene.sent) == Counter(edit.values()) - Counter(good.values())
            assert on_board(scene) == edit
            assert all(state.status is Status.DONE for state in scene.run.present_states)
            scene.provider.requests.clear()
            good = edit

    with TemporaryDirectory() as folder:
        run_virtual(work(Path(folder)))


pauses = st.sampled_from([0.01, 0.2, 0.4, 1.0, 4.0, 6.0])


@given(files, st.lists(st.tuples(files | broken, pauses), max_size=8), files)
@examples(60)
def test_however_fast_the_edits_come_the_board_is_the_last_file(
    first: dict[str, str], edits: list[tuple[dict[str, str] | str, float]], last: dict[str, str]
) -> None:
    async def work(folder: Path) -> None:
        scene = Scene(folder, written(first))
        for edit, pause in edits:
            scene.save(edit if isinstance(edit, str) else written(edit))
            await asyncio.sleep(pause)
            on_board(scene)
        scene.save(written(last))
        await asyncio.sleep(10)
        assert on_board(scene) == last
        assert all(state.status is Status.DONE for state in scene.run.present_states)

    with TemporaryDirectory() as folder:
        run_virtual(work(Path(folder)))


# -- bursts and half-saved files ----------------------------------------------------------------


@virtual
@saving
async def test_a_burst_of_saves_runs_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for number in range(6):
        scene.save(prompts(f"A: a{number}?", "B: b?", "C: c?"))
        await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    assert scene.sent == ["a5?"]
    assert scene.loads == 1


@virtual
@saving
async def test_a_file_that_is_written_all_the_time_is_read_once_a_second(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for number in range(60):
        scene.save(prompts(f"A: a{number}?", "B: b?", "C: c?"))
        await asyncio.sleep(0.05)
    assert scene.loads == 2


@virtual
@saving
@pytest.mark.parametrize("half", ["", "[[streams]]\nlabel = ", 'title = "x"\n'])
async def test_a_half_saved_file_is_no_error_if_it_is_whole_soon(tmp_path: Path, half: str) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(half)
    await asyncio.sleep(0.2)
    scene.save(prompts("A: a now?", "B: b?", "C: c?"))
    await asyncio.sleep(2)
    assert scene.screen.shown == 1
    assert not scene.watch.problems
    assert scene.sent == ["a now?"]


@virtual
@saving
async def test_a_file_restored_in_the_middle_of_a_save_is_as_before(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.path.unlink()
    scene.changes.noticed()
    await asyncio.sleep(0.15)
    scene.path.write_text(prompts(*ABC))
    await asyncio.sleep(2)
    assert scene.screen.shown == 0
    assert scene.sent == []


@virtual
@saving
async def test_events_without_a_change_read_the_plan_again_never(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    os.utime(scene.path)
    for _ in range(5):
        scene.changes.noticed()
        await asyncio.sleep(0.3)
    assert scene.loads == 0
    assert scene.screen.shown == 0


# -- broken and vanished files ------------------------------------------------------------------


@virtual
async def test_a_broken_file_shows_its_errors_and_the_run_stays(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await asyncio.sleep(0.75)
    scene.save(prompts(*ABC, more='temprature = 1\nmax_tokens = "x"'))
    await asyncio.sleep(1)
    assert len(scene.watch.problems) == 6
    assert "temprature" in scene.watch.problems[0]
    await scene.run.wait()
    assert [state.status for state in scene.run.states] == [Status.DONE] * 3
    assert scene.sent == ["a?", "b?", "c?"]
    scene.save(prompts(*ABC))
    await asyncio.sleep(1)
    assert not scene.watch.problems
    assert len(scene.sent) == 3


@virtual
async def test_an_edit_while_the_file_is_broken_counts_from_the_last_good_one(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for text in ("[", "[[", prompts("A: a now?", "B: b?", "C: c?")):
        scene.save(text)
        await asyncio.sleep(1)
    assert scene.sent == ["a now?"]
    assert not scene.watch.problems


@vanishing
@virtual
@pytest.mark.parametrize("how", ["deleted", "renamed", "folder", "FIFO", "binary", "loop"])
async def test_a_file_that_vanishes_says_so_and_may_come_back(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    scene = Scene(folder, prompts(*ABC))
    await answered(scene)
    aside = folder / "aside"
    scene.path.rename(aside)
    match how:
        case "deleted":
            aside.unlink()
        case "folder":
            scene.path.mkdir()
        case "FIFO":
            os.mkfifo(scene.path)
        case "binary":
            scene.path.write_bytes(b"\0\xff")
        case "loop":
            scene.path.symlink_to(scene.path)
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert len(scene.watch.problems) == 1
    assert scene.watch.problems[0].startswith(str(scene.path))
    assert scene.sent == []
    if how == "folder":
        scene.path.rmdir()
    elif how not in ("deleted", "renamed"):
        scene.path.unlink()
    scene.save(prompts("A: a now?", "B: b?", "C: c?"))
    await asyncio.sleep(1)
    assert not scene.watch.problems
    assert scene.sent == ["a now?"]


@vanishing
@virtual
@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
async def test_a_file_that_may_not_be_read_any_more_says_so(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    scene.path.chmod(0)
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert "cannot be read" in scene.watch.problems[0]


# -- the other files ----------------------------------------------------------------------------

FROM_FILES = prompts("A: a?").replace('prompt = "a?"', 'prompt_file = "a.txt"')


@virtual
async def test_a_prompt_file_of_a_stream_is_watched_as_well(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one?")
    scene = Scene(tmp_path, FROM_FILES)
    await answered(scene)
    assert scene.changes.paths == (str(scene.path), str(tmp_path / "a.txt"))
    (tmp_path / "a.txt").write_text("two?")
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert scene.sent == ["two?"]


@vanishing
@virtual
async def test_a_prompt_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one?")
    scene = Scene(tmp_path, FROM_FILES)
    await answered(scene)
    scene.save(FROM_FILES.replace("a.txt", "b.txt"))
    await asyncio.sleep(1)
    assert "'b.txt': no such file" in scene.watch.problems[0]
    assert str(tmp_path / "b.txt") in scene.changes.paths
    (tmp_path / "b.txt").write_text("two?")
    scene.changes.noticed()
    await asyncio.sleep(1)
    assert not scene.watch.problems
    assert scene.sent == ["two?"]
    assert str(tmp_path / "a.txt") not in scene.changes.paths


@virtual
async def test_a_warning_about_the_file_is_given_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    for prompt in ("{{name}}?", "{{name}} again?"):
        scene.save(prompts(f"A: {prompt}", "B: b?", "C: c?"))
        await asyncio.sleep(1)
    assert len(scene.screen.warnings) == len(set(scene.screen.warnings)) >= 1
    assert "name" in scene.screen.warnings[0]


# -- many or dear requests ----------------------------------------------------------------------

MANY = tuple(f"S{number}: {number}?" for number in range(25))


@virtual
async def test_many_requests_wait_for_consent(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*MANY))
    await answered(scene)
    scene.save(prompts(*MANY, more="seed = 1"))
    await asyncio.sleep(1)
    assert scene.watch.asking
    assert scene.watch.question is not None
    assert str(scene.watch.question.estimate) == "25 requests"
    assert scene.sent == []
    scene.watch.answer(True)
    await asyncio.sleep(1)
    assert len(scene.sent) == 25
    assert not scene.watch.asking


@virtual
async def test_what_was_declined_can_be_asked_again(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*MANY))
    await answered(scene)
    scene.save(prompts(*MANY, more="seed = 1"))
    await asyncio.sleep(1)
    scene.watch.answer(False)
    await asyncio.sleep(1)
    assert scene.watch.declined
    assert not scene.watch.asking
    assert scene.sent == []
    scene.watch.ask_again()
    assert scene.watch.asking
    scene.watch.answer(True)
    await asyncio.sleep(1)
    assert len(scene.sent) == 25


@virtual
async def test_a_further_save_takes_the_place_of_a_question(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*MANY))
    await answered(scene)
    scene.save(prompts(*MANY, more="seed = 1"))
    await asyncio.sleep(1)
    assert scene.watch.asking
    scene.save(prompts(*MANY[:-1], "S24: last?"))
    await asyncio.sleep(1)
    assert not scene.watch.asking
    assert scene.sent == ["last?"]


@virtual
async def test_a_question_is_answered_for_the_streams_that_are_left(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*MANY, "Z: z?"))
    await answered(scene)
    scene.save(prompts(*MANY))
    await asyncio.sleep(3)
    scene.save(prompts(*MANY, more="seed = 1"))
    await asyncio.sleep(3)
    assert scene.run.removed == {25}
    scene.watch.answer(True)
    await asyncio.sleep(1)
    assert len(scene.sent) == 25
    assert len(scene.labels) == 25


@virtual
async def test_rounds_count_into_the_number_of_requests(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts("A: a?", "B: b?"), repeat=11)
    await answered(scene)
    scene.save(prompts("A: a now?", "B: b now?"))
    await asyncio.sleep(1)
    assert scene.watch.question is not None
    assert scene.watch.question.estimate.requests == 22


# -- the end ------------------------------------------------------------------------------------


@virtual
async def test_after_the_end_nothing_is_read_or_removed(tmp_path: Path) -> None:
    scene = Scene(tmp_path, prompts(*ABC))
    await answered(scene)
    scene.save(prompts("A: a?", "B: b?"))
    await asyncio.sleep(1)
    scene.save(prompts("A: a?"))
    scene.watch.close()
    await asyncio.sleep(10)
    assert scene.changes.closed
    assert scene.labels == list("ABC")
