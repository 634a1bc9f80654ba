"""What we wait for of our own accord, on a real wire, is in no number of the stream."""

from __future__ import annotations

import json
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.transport import body
from streamdash.providers.transport import response_checks as answer
from streamdash.streams.events import Status
from streamdash.streams.metrics import measure
from streamdash.streams.timing import deadlines
from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import CHAT, DIALECTS, MESSAGES, Dialect
from tests.faults.framing import chunk, chunked_head, head
from tests.faults.server import FaultServer, Pause, Send, Stall

if TYPE_CHECKING:
    from tests.faults.server import Step

IDS = [dialect.api for dialect in DIALECTS]
GRACE_S = 0.6

pytestmark = pytest.mark.fault("numbers", "our own waiting is in no number")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "FINISH_GRACE_S", GRACE_S)
    monkeypatch.setattr(deadlines, "COUNTED_GRACE_S", GRACE_S)
    monkeypatch.setattr(body, "ERROR_BODY_S", GRACE_S)
    monkeypatch.setattr(answer, "WRONG_BODY_S", GRACE_S)


async def total_of(dialect: Dialect, *steps: Step) -> tuple[Status, float, float]:
    """How the stream ended, its total, and how long all of it took."""
    with FaultServer({"m": (steps,)}) as server:
        begun = monotonic()
        (state,) = await ended(asked(endpoint_at(dialect, server.url), "m"))
        took = monotonic() - begun
    total = measure(state).total_s
    assert total is not None
    assert state.ended_at is not None
    assert state.sent_at is not None
    assert total == pytest.approx(state.ended_at - state.sent_at)
    return state.status, total, took


@pytest.mark.parametrize("dialect", [CHAT, MESSAGES], ids=lambda dialect: dialect.api)
async def test_a_connection_held_after_the_finish_reason(dialect: Dialect) -> None:
    said = chunk(dialect.begin + dialect.say("a") + dialect.finish())
    status, total, took = await total_of(dialect, Send(chunked_head() + said), Stall())
    assert status is Status.DONE
    assert took > GRACE_S
    assert total < took - GRACE_S * 0.9


@pytest.mark.parametrize("dialect", [CHAT, MESSAGES], ids=lambda dialect: dialect.api)
async def test_a_connection_closed_long_after_the_finish_reason(dialect: Dialect) -> None:
    said = chunk(dialect.begin + dialect.say("a") + dialect.finish())
    steps = (Send(chunked_head() + said), Pause(0.4), Send(b"0\r\n\r\n"))
    status, total, took = await total_of(dialect, *steps)
    assert status is Status.DONE
    assert total < took - 0.35


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
async def test_a_connection_held_after_the_terminal_marker(dialect: Dialect) -> None:
    said = chunk(dialect.healthy("a"))
    status, total, took = await total_of(dialect, Send(chunked_head() + said), Stall())
    assert status is Status.DONE
    assert total < took - answer.GOODBYE_S * 0.9


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
async def test_the_body_of_an_error_that_never_ends(dialect: Dialect) -> None:
    said = json.dumps({"error": {"message": "out of memory"}}).encode()
    begun = head(500, {"content-length": "9999"}, content_type="application/json") + said
    status, total, took = await total_of(dialect, Send(begun), Stall())
    assert status is Status.FAILED
    assert total < took - GRACE_S * 0.9


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
async def test_a_page_in_place_of_an_answer_that_never_ends(dialect: Dialect) -> None:
    begun = head(content_type="text/html") + b"<html>Please sign in"
    status, total, took = await total_of(dialect, Send(begun), Stall())
    assert status is Status.FAILED
    assert total < took - GRACE_S * 0.9
