"""Each deadline ends its stream when it is due, and says which one it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Status
from tests.faults.asking import asked, endpoint_at, run_of, warmed
from tests.faults.dialects import DIALECTS
from tests.faults.framing import LAST_CHUNK, answered, chunk, chunked_head
from tests.faults.scenarios.scenario import CALM
from tests.faults.server import FaultServer, Pause, Send, Stall

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorKind
    from streamdash.streams.spec import Deadlines
    from streamdash.streams.state import StreamState
    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply

IDS = [dialect.api for dialect in DIALECTS]
LIMIT_S = 0.3
WITHIN_S = 0.1


def cases(d: Dialect) -> dict[ErrorKind, tuple[Deadlines, Reply]]:
    begun = Send(chunked_head() + chunk(d.begin))
    said = Send(chunked_head() + chunk(d.begin + d.say("kept")))
    drip = (Pause(0.05), Send(chunk(d.say("."))))
    return {
        "ttft": (CALM._replace(ttft=LIMIT_S), (begun, Stall())),
        "stall": (CALM._replace(stall=LIMIT_S), (said, Stall())),
        "total": (CALM._replace(total=LIMIT_S), (said, *drip * 100)),
    }


def due_at(state: StreamState, kind: ErrorKind) -> float:
    start = {
        "connect": state.attempt_at,
        "ttft": state.sent_at,
        "stall": state.last_delta_at,
        "total": state.sent_at,
    }[kind]
    assert start is not None
    return start + LIMIT_S


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_deadline_ends_its_stream_within_a_tenth_of_a_second(d: Dialect) -> None:
    table = cases(d)
    with (
        FaultServer({kind: (reply,) for kind, (_, reply) in table.items()}) as server,
        FaultServer({}, greeting=(Stall(),)) as silent,
    ):
        # one at a time: a stream that cannot connect keeps the others waiting at the start
        states = {}
        silent_url = silent.url.replace("http:", "https:")
        urls = {**dict.fromkeys(table, server.url), "connect": silent_url}
        limits = {kind: deadlines for kind, (deadlines, _) in table.items()}
        limits["connect"] = CALM._replace(connect=LIMIT_S)
        for kind, deadlines in limits.items():
            run = await warmed(run_of(asked(endpoint_at(d, urls[kind]), kind, deadlines=deadlines)))
            run.start()
            await run.wait()
            await run.drain()
            states[kind] = run.states[0]
        for requests in server.received.values():
            assert server.wait_until(lambda r=requests[0]: r.closed_at is not None)  # type: ignore[misc]
    for kind, state in states.items():
        assert state.error is not None
        assert (state.status, state.error.kind) == (Status.TIMEOUT, kind)
        assert state.ended_at is not None
        assert 0 <= state.ended_at - due_at(state, kind) < WITHIN_S


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_no_limit_means_no_limit(d: Dialect) -> None:
    slow = (
        Pause(0.2),
        Send(chunked_head() + chunk(d.begin)),
        Pause(0.2),
        Send(chunk(d.say("a"))),
        Pause(0.2),
        Send(chunk(d.finish() + d.end()) + LAST_CHUNK),
    )
    unlimited = CALM._replace(connect=0, ttft=0, stall=-1, total=0)
    with FaultServer({"m": (slow,)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m", deadlines=unlimited))
        run.start()
        await run.wait()
        await run.drain()
    assert run.states[0].status is Status.DONE


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_stream_that_cannot_connect_takes_no_other_with_it(d: Dialect) -> None:
    hasty = CALM._replace(connect=LIMIT_S, ttft=LIMIT_S)
    good = (Send(chunked_head() + chunk(d.healthy("fine")) + LAST_CHUNK),)
    with FaultServer({}, greeting=(Stall(),)) as silent, FaultServer({"m": (good,)}) as server:
        fine = asked(endpoint_at(d, server.url), "m", deadlines=hasty)
        away = endpoint_at(d, silent.url.replace("http:", "https:"), name="away")
        run = await warmed(run_of(fine, asked(away, "never", deadlines=hasty)))
        run.start()
        await run.wait()
        await run.drain()
    assert [state.status for state in run.states] == [Status.DONE, Status.TIMEOUT]


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_an_answer_in_one_piece_has_no_first_token_to_wait_for(d: Dialect) -> None:
    whole = (Pause(0.2), *answered(200, json.dumps(d.whole("fine"))))
    hasty = CALM._replace(ttft=0.1, stall=0.1)
    with FaultServer({"m": (whole,)}) as server:
        spec = asked(endpoint_at(d, server.url), "m", deadlines=hasty)._replace(stream=False)
        run = run_of(spec)
        run.start()
        await run.wait()
        await run.drain()
    assert run.states[0].text.value() == "fine"
    assert "unterminated" not in run.states[0].flags
