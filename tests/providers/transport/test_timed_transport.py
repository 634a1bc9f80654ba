"""What a request looks like on the wire, and when its clock starts."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.transport.proxies import is_loopback
from streamdash.streams.events import Attempt, Connected, Headers, Sent, Status, Usage
from streamdash.streams.metrics import measure
from streamdash.streams.spec import StreamSpec
from tests.faults.asking import Heard, asked, ended, endpoint_at, run_of, warmed
from tests.faults.dialects import CHAT, DIALECTS, DONE, MESSAGES, RESPONSES, event
from tests.faults.framing import LAST_CHUNK, answered, chunk, chunked_head, streamed
from tests.faults.server import Close, FaultServer, Pause, Send, Stall

if TYPE_CHECKING:
    from tests.faults.dialects import Dialect

IDS = [dialect.api for dialect in DIALECTS]


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_an_attempt_connects_then_sends_then_receives(d: Dialect) -> None:
    heard = Heard()
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        await ended(asked(endpoint_at(d, server.url), "m"), heard=heard)
    kinds = [type(event) for event in heard.of("m")]
    assert kinds[:4] == [Attempt, Connected, Sent, Headers]
    assert kinds.count(Sent) == 1
    first = heard.of("m")[1]
    assert isinstance(first, Connected)
    assert not first.reused
    assert first.connect_s is not None
    assert 0 < first.connect_s < 1


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_the_clock_starts_when_the_request_leaves(d: Dialect) -> None:
    late = (Send(chunked_head()), Pause(0.1), Send(chunk(d.healthy("fine")) + LAST_CHUNK))
    with (
        FaultServer({}, greeting=(Stall(),)) as silent,
        FaultServer({"m": (late,)}) as server,
    ):
        slow = endpoint_at(d, silent.url.replace("http:", "https:"), name="slow")
        run = await warmed(run_of(asked(endpoint_at(d, server.url), "m"), asked(slow, "never")))
        run.start()
        # waits at the start gate for the other one, which never connects
        await asyncio.sleep(0.3)
        run.cancel(1)
        await run.wait()
        await run.drain()
        request = server.received["m"][0]
    state = run.states[0]
    metrics = measure(state)
    assert state.attempt_at is not None
    assert state.sent_at is not None
    assert metrics.ttft_s is not None
    assert state.sent_at - state.attempt_at > 0.25
    assert abs(state.sent_at - request.at) < 0.05
    assert 0.1 <= metrics.ttft_s < 0.2


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_connection_is_used_again_after_a_whole_answer(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"))
        for _ in range(3):
            run.rerun(0)
            await run.wait()
        reused = run.states[0].connected
        await run.drain()
        assert server.connections == 1
    assert reused == Connected(reused=True)
    assert measure(run.states[0]).connect_s is None


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize(
    "bad", ["held", "malformed", "refused"], ids=["held open", "with malformed data", "with 500"]
)
async def test_a_connection_that_may_carry_more_is_not_used_again(d: Dialect, bad: str) -> None:
    steps = {
        "held": (Send(chunked_head() + chunk(d.healthy("fine"))), Stall()),
        "malformed": (Send(chunked_head() + chunk(b"data: what?\n\n")), Stall()),
        "refused": (Send(chunked_head(500) + chunk(b"it broke")), Stall()),
    }
    with FaultServer({"m": (steps[bad], streamed(d.healthy("fine")))}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"))
        for _ in range(2):
            run.rerun(0)
            await run.wait()
        await run.drain()
        assert server.connections == 2
    assert run.states[0].text.value() == "fine"


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_an_idle_connection_that_the_server_closed_is_not_used_again(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"))
        run.start()
        await run.wait()
        server.hang_up()
        await asyncio.sleep(0.05)
        run.rerun(0)
        await run.wait()
        await run.drain()
        assert server.connections == 2
    assert run.states[0].status is Status.DONE


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_request_that_meets_a_closed_connection_is_sent_again_with_a_flag(
    d: Dialect,
) -> None:
    good = streamed(d.healthy("fine"))
    heard = Heard()
    with FaultServer({"m": (good, (Close(),), good)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"), heard=heard)
        for _ in range(2):
            run.rerun(0)
            await run.wait()
        await run.drain()
        requests = server.received["m"]
    state = run.states[0]
    assert [request.connection for request in requests] == [1, 1, 2]
    assert (state.status, state.attempts) == (Status.DONE, 1)
    assert "resent" in state.flags
    assert state.sent_at is not None
    assert abs(state.sent_at - requests[2].at) < 0.05


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_request_that_ran_for_a_while_is_not_sent_again_silently(d: Dialect) -> None:
    good = streamed(d.healthy("fine"))
    with FaultServer({"m": (good, (Pause(1.1), Close()), good)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"))
        for _ in range(2):
            run.rerun(0)
            await run.wait()
        await run.drain()
        assert len(server.received["m"]) == 2
    error = run.states[0].error
    assert error is not None
    assert error.kind == "disconnected"


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_held_connection_does_not_lengthen_the_answer(d: Dialect) -> None:
    held = (Send(chunked_head() + chunk(d.healthy("fine"))), Stall())
    with FaultServer({"m": (held,)}) as server:
        run = await warmed(run_of(asked(endpoint_at(d, server.url), "m")))
        run.start()
        await run.wait()
        await run.drain()
    state = run.states[0]
    total_s = measure(state).total_s
    assert total_s is not None
    assert total_s < 0.1
    assert state.ended_at is not None
    assert state.sent_at is not None
    assert state.ended_at - state.sent_at < 0.5


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_request_asks_for_plain_bytes_and_carries_no_telemetry(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        await ended(asked(endpoint_at(d, server.url, headers={"X-Team": "lab"}), "m"))
        (request,) = server.received["m"]
    assert request.method == "POST"
    assert request.header("accept-encoding") == "identity"
    assert request.header("x-team") == "lab"
    assert request.header("authorization") is None
    assert request.header("x-api-key") is None
    assert not [name for name, _ in request.headers if name.startswith("x-stainless")]
    names = [name for name, _ in request.headers]
    assert len(set(names)) == len(names)


def everything(d: Dialect, url: str) -> StreamSpec:
    return StreamSpec(
        label="m",
        endpoint=endpoint_at(d, url),
        model="m",
        messages=({"role": "user", "content": "Grüße 😀"},),
        system="Be brief.",
        max_tokens=50,
        temperature=0.5,
        top_p=0.9,
        stop=("END",),
        reasoning_effort="low",
        params={"top_p": 0.8, "own": {"a": [1]}},
    )


BODIES = {
    CHAT: {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Grüße 😀"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 50,
        "temperature": 0.5,
        "top_p": 0.8,
        "stop": ["END"],
        "reasoning_effort": "low",
        "own": {"a": [1]},
    },
    RESPONSES: {
        "model": "m",
        "instructions": "Be brief.",
        "input": [{"type": "message", "role": "user", "content": "Grüße 😀"}],
        "stream": True,
        "max_output_tokens": 50,
        "temperature": 0.5,
        "top_p": 0.8,
        "reasoning": {"effort": "low"},
        "own": {"a": [1]},
    },
    MESSAGES: {
        "model": "m",
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Grüße 😀"}],
        "stream": True,
        "max_tokens": 50,
        "temperature": 0.5,
        "top_p": 0.8,
        "stop_sequences": ["END"],
        "output_config": {"effort": "low"},
        "own": {"a": [1]},
    },
}


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_every_stream_key_is_in_the_body_under_the_dialects_name(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        (state,) = await ended(everything(d, server.url))
        (request,) = server.received["m"]
    assert request.json() == BODIES[d]
    assert ("stop_ignored" in state.flags) == (d is RESPONSES)


async def test_a_refused_form_is_sent_again_in_the_other_one() -> None:
    options = json.dumps({"error": {"message": "unknown field: stream_options"}})
    limit = json.dumps({"error": {"message": "max_tokens is not supported"}})
    script = (answered(400, options), answered(400, limit), streamed(CHAT.healthy("fine")))
    with FaultServer({"m": script}) as server:
        (state,) = await ended(everything(CHAT, server.url))
        bodies = [request.json() for request in server.received["m"]]
    assert state.text.value() == "fine"
    assert state.attempts == 3
    assert ["stream_options" in body for body in bodies] == [True, False, False]
    assert ["max_tokens" in body for body in bodies] == [True, True, False]
    assert [body.get("max_completion_tokens") for body in bodies] == [None, None, 50]


async def test_a_failed_attempt_leaves_nothing_in_the_numbers_of_the_next() -> None:
    usage = event({"id": "c-0", "choices": [], "usage": {"completion_tokens": 99}})
    busy = streamed(usage, CHAT.fail("overloaded_error", "busy"))
    answer = CHAT.say("fine") + CHAT.finish() + DONE
    heard = Heard()
    with FaultServer({"m": (busy, streamed(answer))}) as server:
        (state,) = await ended(asked(endpoint_at(CHAT, server.url), "m", retries=1), heard=heard)
    assert state.status is Status.DONE
    assert Usage(output=99) in heard.of("m")
    assert (state.usage, state.chunks, state.response_id) == (None, 2, "c-1")
    assert state.wire_count == 5


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.8.7", True),
        ("localhost", True),
        ("app.localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_machine_are_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
