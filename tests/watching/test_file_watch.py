"""What a save of the watched prompt file does to the run, in virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streamdash.promptfile import Overrides
from streamdash.streams.events import Status
from tests.watching.scene import ABC, Scene, answered, prompts, virtual

if TYPE_CHECKING:
    from pathlib import Path


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
