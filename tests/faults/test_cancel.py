"""Cancelling at every stage: the server sees it at once, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import warnings
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, End, Retry, Sent, Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import Endpoint, RunPlan
from tests.faults.asking import Heard, asked, endpoint_at, nothing_left, run_of, warmed
from tests.faults.dialects import DIALECTS
from tests.faults.framing import LAST_CHUNK, answered, chunk, chunked_head, head, streamed
from tests.faults.server import FaultServer, Pause, Send, Stall

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from streamdash.streams.events import Event
    from streamdash.streams.provider import AttemptContext
    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply

IDS = [dialect.api for dialect in DIALECTS]
SEEN_S = 0.1
"""Within this the server must have seen the connection close."""


@pytest.fixture(scope="module", autouse=True)
def _quick_collections() -> Iterator[None]:
    """Collect only what these tests leave: a full collection stops the server's clock too."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


async def until(happened: Callable[[], bool]) -> None:
    """Give the loop time until `happened()`; fails after five seconds."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110  # it happens in the server's thread
            await asyncio.sleep(0.001)


async def cancelled_at(run: Run, happened: Callable[[], bool]) -> float:
    """Start the run, cancel its first stream once `happened()`; when that was."""
    await warmed(run)
    run.start()
    await until(happened)
    at = monotonic()
    assert run.cancel(0)
    assert run.states[0].status is Status.CANCELLED
    assert run.states[0].error is None
    return at


async def assert_nothing_is_left(run: Run) -> None:
    """The run drains without a wait, a task or a complaint."""
    await run.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await run.drain()
        assert await nothing_left() == set()
        gc.collect()


def stages(d: Dialect) -> dict[str, Reply]:
    """Where a stream may stand when it is cancelled, by what the server has said until then."""
    return {
        "waiting for headers": (Stall(),),
        "inside the headers": (Send(head()[:20]), Stall()),
        "waiting for the first delta": (Send(chunked_head() + chunk(d.begin)), Stall()),
        "in the middle of an answer": (
            Send(chunked_head() + chunk(d.begin + d.say("kept"))),
            *(Pause(0.01), Send(chunk(d.say("")))) * 500,
        ),
        "reading an error's body": (Send(chunked_head(500) + chunk(b"it bro")), Stall()),
        "reading a page": (Send(head(content_type="text/html") + b"<html>"), Stall()),
        "after the finish reason": (
            Send(chunked_head() + chunk(d.begin + d.say("kept") + d.finish())),
            Stall(),
        ),
    }


@pytest.mark.parametrize("stage", stages(DIALECTS[0]))
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_the_server_sees_at_once_that_a_stream_was_cancelled(d: Dialect, stage: str) -> None:
    with FaultServer({stage: (stages(d)[stage],)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), stage))

        def begun() -> bool:
            received = server.received.get(stage)
            return bool(received and (received[0].sent_at or stage.startswith("waiting for h")))

        await warmed(run)
        run.start()
        await until(begun)
        await asyncio.sleep(0.03)
        at = monotonic()
        assert run.cancel(0)
        request = server.received[stage][0]
        await until(lambda: request.closed_at is not None)
        assert request.closed_at is not None
        await assert_nothing_is_left(run)
        assert request.closed_at - at < SEEN_S
    state = run.states[0]
    assert (state.status, state.error) == (Status.CANCELLED, None)
    assert state.text.value() == ("kept" if "kept" in repr(stages(d)[stage]) else "")


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_stream_whose_provider_still_warms_up_is_cancelled(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.healthy("never")),)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"))
        run.start()
        await asyncio.sleep(0)
        assert run.states[0].status is Status.QUEUED
        assert run.cancel(0)
        await assert_nothing_is_left(run)
        assert server.connections == 0
    assert run.states[0].attempts == 0


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_stream_that_still_connects_is_cancelled(d: Dialect) -> None:
    with FaultServer({}, greeting=(Stall(),)) as server:
        run = run_of(asked(endpoint_at(d, server.url.replace("http:", "https:")), "m"))
        await cancelled_at(run, lambda: server.connections == 1)
        await assert_nothing_is_left(run)
    assert run.states[0].sent_at is None


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_stream_at_the_start_is_cancelled_and_the_others_go(d: Dialect) -> None:
    with (
        FaultServer({}, greeting=(Stall(),)) as silent,
        FaultServer({"a": (streamed(d.healthy("a")),), "b": (streamed(d.healthy("b")),)}) as server,
    ):
        endpoint = endpoint_at(d, server.url)
        slow = endpoint_at(d, silent.url.replace("http:", "https:"), name="slow")
        run = run_of(asked(endpoint, "a"), asked(endpoint, "b"), asked(slow, "m"))
        await cancelled_at(
            run, lambda: all(state.connected is not None for state in run.states[:2])
        )
        assert run.states[1].sent_at is None
        assert run.cancel(2)
        await assert_nothing_is_left(run)
        assert "a" not in server.received
    assert run.states[0].sent_at is None
    assert run.states[1].text.value() == "b"


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_stream_that_waits_for_its_next_attempt_is_cancelled(d: Dialect) -> None:
    busy = answered(429, "{}", headers={"retry-after": "30"})
    heard = Heard()
    with FaultServer({"m": (busy,)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m", retries=2), heard=heard)
        at = await cancelled_at(run, lambda: any(isinstance(e, Retry) for e in heard.of("m")))
        await run.wait()
        assert monotonic() - at < SEEN_S
        await assert_nothing_is_left(run)
        assert len(server.received["m"]) == 1


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_stream_cancelled_before_its_first_step_sends_nothing(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.healthy("never")),)}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"))
        run.start()
        run.cancel_all()
        await assert_nothing_is_left(run)
        assert server.connections == 0
    assert run.states[0].status is Status.CANCELLED


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_one_of_eight_is_cancelled_and_seven_go_on(d: Dialect) -> None:
    texts = [f"{number} " for number in range(30)]
    steps: list[Send | Pause] = [Send(chunked_head() + chunk(d.begin))]
    for text in texts:
        steps += [Send(chunk(d.say(text))), Pause(0.01)]
    reply = (*steps, Send(chunk(d.finish() + d.end()) + LAST_CHUNK))
    heard = Heard()
    with FaultServer({f"m{number}": (reply,) for number in range(8)}) as server:
        endpoint = endpoint_at(d, server.url)
        run = run_of(*(asked(endpoint, f"m{number}") for number in range(8)), heard=heard)
        at = await cancelled_at(run, lambda: run.states[0].deltas >= 5)
        request = server.received["m0"][0]
        await until(lambda: request.closed_at is not None)
        assert request.closed_at is not None
        assert request.closed_at - at < SEEN_S
        await assert_nothing_is_left(run)
    assert run.states[0].text.value() == "".join(texts[: run.states[0].deltas])
    assert not [e for s, e, t in heard.events if s is run.states[0] and t > at and type(e) is Delta]
    for state in run.states[1:]:
        assert state.status is Status.DONE
        assert state.text.value() == "".join(texts)


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_rerun_in_the_middle_asks_once_more_and_keeps_one_answer(d: Dialect) -> None:
    first = (Send(chunked_head() + chunk(d.begin + d.say("old"))), Stall())
    with FaultServer({"m": (first, streamed(d.healthy("new")))}) as server:
        run = run_of(asked(endpoint_at(d, server.url), "m"))
        await warmed(run)
        run.start()
        await until(lambda: run.states[0].deltas == 1)
        run.rerun(0)
        await assert_nothing_is_left(run)
        assert len(server.received["m"]) == 2
    assert run.states[0].text.value() == "new"


class Stubborn:
    """A provider that breaks in its own way when it is cancelled."""

    def __init__(self) -> None:
        self.made = 0

    def provider(self, _endpoint: Endpoint) -> Stubborn:
        return self

    async def warm(self) -> None:
        pass

    async def stream(
        self, _spec: StreamSpec, _exchange: AttemptContext
    ) -> AsyncGenerator[Event, None]:
        self.made += 1
        yield Sent()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise StreamError("disconnected", "broke meanwhile", retryable=True) from None

    async def aclose(self) -> None:
        pass


async def test_a_stream_that_breaks_while_it_is_cancelled_stays_cancelled() -> None:
    provider, heard = Stubborn(), Heard()
    spec = asked(Endpoint(name="x", api="openai", base_url="http://x/v1"), "m", retries=2)
    run = live_run(RunPlan(specs=(spec,)), provider, listeners=(heard,))
    run.start()
    await until(lambda: provider.made == 1 and run.states[0].sent_at is not None)
    run.cancel(0)
    await assert_nothing_is_left(run)
    assert provider.made == 1
    assert run.states[0].status is Status.CANCELLED
    assert [type(event) for event in heard.of("m")].count(End) == 1
    assert type(heard.of("m")[-1]) is End


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_the_program_leaves_while_everything_is_live(d: Dialect) -> None:
    replies = stages(d)
    with FaultServer({name: (reply,) for name, reply in replies.items()}) as server:
        endpoint = endpoint_at(d, server.url)
        run = run_of(*(asked(endpoint, name) for name in replies))
        await warmed(run)
        run.start()
        await until(lambda: len(server.received) == len(replies))
        at = monotonic()
        await run.drain()
        assert monotonic() - at < 1.0
        assert await nothing_left() == set()
        for requests in server.received.values():
            assert server.wait_until(lambda r=requests[0]: r.closed_at is not None)  # type: ignore[misc]
    assert all(state.status is Status.CANCELLED for state in run.states)
