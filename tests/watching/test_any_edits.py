"""Any edits of a watched prompt file, slow or fast: the board is the file."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from streamdash.streams.events import Status
from tests.fuzzing import examples
from tests.virtual_time import run_virtual
from tests.watching.scene import HEAD, Scene, answered, prompts

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
