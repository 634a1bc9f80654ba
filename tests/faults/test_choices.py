"""Several choices where the stream does not come to its end by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streamdash.streams.events import Status
from streamdash.streams.spec import Deadlines
from tests.faults.asking import asked, ended, endpoint_at, run_of
from tests.faults.dialects import CHAT, DONE, event
from tests.faults.framing import chunk, chunked_head, streamed
from tests.faults.server import FaultServer, Send, Stall
from tests.faults.test_cancel import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.spec import StreamSpec

BOTH = "AB\n\n[choice 2]\n\nxy"


def said(index: int, text: str) -> bytes:
    return event({"choices": [{"index": index, "delta": {"content": text}}]})


IN_TURNS = (said(0, "A"), said(1, "x"), said(0, "B"), said(1, "y"))


def held(*pieces: bytes) -> Sequence[Send | Stall]:
    return (Send(chunked_head()), *(Send(chunk(piece)) for piece in pieces), Stall())


def spec_at(url: str, **more: Any) -> StreamSpec:
    return asked(endpoint_at(CHAT, url), "m")._replace(**more)


@pytest.mark.fault("wire", "several choices in a stream that does not end")
async def test_a_cancelled_stream_keeps_the_text_of_every_choice() -> None:
    with FaultServer({"m": (tuple(held(*IN_TURNS)),)}) as server:
        run = run_of(spec_at(server.url))
        run.start()
        await until(lambda: run.states[0].chunks == 4)
        run.cancel_all()
        await run.wait()
        await run.drain()
        (state,) = run.states
    assert (state.status, state.text.value()) == (Status.CANCELLED, BOTH)


@pytest.mark.fault("wire", "several choices in a stream that does not end")
async def test_a_stalled_stream_keeps_the_text_of_every_choice() -> None:
    limits = Deadlines(connect=20, ttft=30, stall=0.3, total=60)
    with FaultServer({"m": (tuple(held(*IN_TURNS)),)}) as server:
        (state,) = await ended(spec_at(server.url, deadlines=limits))
    assert (state.status, state.text.value()) == (Status.TIMEOUT, BOTH)


@pytest.mark.fault("wire", "several choices in a stream that does not end")
async def test_pieces_of_one_answer_that_waited_come_with_the_end() -> None:
    limits = Deadlines(connect=20, ttft=30, stall=0.3, total=60)
    with FaultServer({"m": (tuple(held(said(0, "A"), said(1, "B"))),)}) as server:
        (state,) = await ended(spec_at(server.url, deadlines=limits))
    assert (state.status, state.text.value()) == (Status.TIMEOUT, "AB")
    assert "choices" not in state.flags


async def test_requested_choices_stay_apart_from_their_first_chunk() -> None:
    four = [said(n, text) for text in "AB" for n in range(4)]
    with FaultServer({"m": (streamed(*four, DONE),)}) as server:
        (state,) = await ended(spec_at(server.url, params={"n": 4}))
        (request,) = server.received["m"]
    assert request.json()["n"] == 4
    assert state.text.value().split("\n\n") == [
        "AB", "[choice 2]", "AB", "[choice 3]", "AB", "[choice 4]", "AB"
    ]  # fmt: skip
    assert "choices" in state.flags


async def test_the_first_choice_is_live_while_the_others_wait() -> None:
    with FaultServer({"m": (tuple(held(*IN_TURNS)),)}) as server:
        run = run_of(spec_at(server.url, params={"n": 2}))
        run.start()
        await until(lambda: run.states[0].chunks == 4)
        assert run.states[0].text.value() == "AB"
        assert run.states[0].answer_deltas == 2
        run.cancel_all()
        await run.wait()
        await run.drain()
