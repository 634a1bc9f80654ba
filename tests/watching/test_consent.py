"""Edits that would send many or dear requests wait for consent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.watching.scene import Scene, answered, prompts, virtual

if TYPE_CHECKING:
    from pathlib import Path

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
