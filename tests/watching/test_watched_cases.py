"""A watched prompt file whose cases change: only the streams of changed cases run again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streamdash.promptfile import Overrides
from tests.watching.scene import HEAD, Scene, answered, virtual

if TYPE_CHECKING:
    from pathlib import Path

TEXT = HEAD + '[[streams]]\nmodel = "lab:m"\nprompt = "{{topic}}?"\n'


@virtual
async def test_an_edited_case_reruns_its_streams_and_a_new_one_is_added(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("label,topic\na,Rust\nb,Go\n")
    scene = Scene(tmp_path, 'cases = "cases.csv"\n' + TEXT)
    await answered(scene)
    assert scene.labels == ["a", "b"]
    cases.write_text("label,topic\na,Rust\nb,Zig\nc,C\n")
    assert str(cases) in scene.changes.paths
    scene.changes.noticed()
    await asyncio.sleep(0.2)
    await scene.run.wait()
    assert scene.sent == ["Zig?", "C?"]
    assert scene.labels == ["a", "b", "c"]
    assert scene.screen.said == ["prompts.toml: 1 rerun, 1 new"]


@virtual
async def test_a_renamed_or_moved_case_sends_nothing(tmp_path: Path) -> None:
    cases = tmp_path / "elsewhere.csv"
    cases.write_text("label,topic\na,Rust\nb,Go\n")
    scene = Scene(tmp_path, TEXT, Overrides(cases=str(cases)))
    await answered(scene)
    cases.write_text("label,topic\nbee,Go\na,Rust\n")
    scene.changes.noticed()
    await asyncio.sleep(0.2)
    await scene.run.wait()
    assert scene.sent == []
    assert [state.spec.case for state in scene.run.states] == ["a", "bee"]
    assert scene.screen.said == ["prompts.toml: 1 renamed"]


@virtual
async def test_a_moved_case_without_a_label_sends_and_says_nothing(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("topic\nRust\nGo\n")
    scene = Scene(tmp_path, 'cases = "cases.csv"\n' + TEXT)
    await answered(scene)
    cases.write_text("topic\nGo\nRust\n")
    scene.changes.noticed()
    await asyncio.sleep(0.2)
    assert scene.sent == []
    assert [state.spec.case for state in scene.run.states] == ["2", "1"]
    assert scene.screen.said == ["prompts.toml: no request has changed"]


@virtual
async def test_a_broken_data_set_leaves_the_run_as_it_is_until_it_is_right(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("topic\nRust\n")
    scene = Scene(tmp_path, 'cases = "cases.csv"\n' + TEXT)
    await answered(scene)
    cases.write_text('topic\n"Rust\n')
    scene.changes.noticed()
    await asyncio.sleep(1)
    (problem,) = scene.watch.problems
    assert problem.endswith("cases.csv:2: a quote opens a cell here and is never closed")
    cases.write_text('topic\n"Rust 2"\n')
    scene.changes.noticed()
    await asyncio.sleep(0.2)
    assert not scene.watch.problems
    assert scene.sent == ["Rust 2?"]
