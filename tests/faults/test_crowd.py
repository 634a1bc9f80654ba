"""Bad servers beside good ones: the good ones' text, time and loop stay theirs."""

from __future__ import annotations

import asyncio
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Status
from streamdash.streams.metrics import measure
from tests.faults.asking import asked, endpoint_at, nothing_left, run_of, warmed
from tests.faults.dialects import CHAT, DIALECTS
from tests.faults.framing import LAST_CHUNK, chunk, chunked_head, head
from tests.faults.process import ServerProcess
from tests.faults.scenarios import scenarios
from tests.faults.scenarios.scenario import CALM
from tests.faults.server import Flood, Pause, Send
from tests.faults.trial import spec_of

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from tests.faults.dialects import Dialect
    from tests.faults.server import Received, Reply

HEALTHY = ("good 0", "good 1", "good 2", "good 3")
PIECES = [f"{number} 世界😀 " for number in range(100)]
BAD_OF_EACH = 20
TTFT_ERROR_S = 0.1
"""Far above what is measured: what a neighbour may cost on a busy two-core machine."""


def good() -> Reply:
    """Two seconds of an answer whose first delta comes after 0.3 s."""
    steps: list[Send | Pause] = [Send(chunked_head() + chunk(CHAT.begin)), Pause(0.3)]
    for piece in PIECES:
        steps += [Send(chunk(CHAT.say(piece))), Pause(0.02)]
    return (*steps, Send(chunk(CHAT.finish() + CHAT.end()) + LAST_CHUNK))


def lateness(state: StreamState, request: Received) -> float:
    """Seconds by which the first delta was stamped after the server began to write it."""
    assert state.first_delta_at is not None
    return state.first_delta_at - request.sent_at[1]


async def crowd(bad: int) -> tuple[list[StreamState], dict[str, list[Received]], float]:
    """Four good streams among `bad` bad ones of each dialect: states, requests, worst loop lag."""
    tables = {
        d: [s for s in scenarios(d) if s.place == "server" and not s.retries] for d in DIALECTS
    }
    chosen = {d: table[:: len(table) // BAD_OF_EACH][:bad] for d, table in tables.items()}
    scripts = {f"{d.api} {s.name}": s.script for d, picked in chosen.items() for s in picked}
    with (
        ServerProcess(scripts) as faulty,
        ServerProcess({name: (good(),) for name in HEALTHY}) as healthy,
    ):
        specs = [asked(endpoint_at(CHAT, healthy.url, name="good"), name) for name in HEALTHY]
        for d, picked in chosen.items():
            endpoint = endpoint_at(d, faulty.url, name=f"bad {d.api}")
            specs += [spec_of(s, d, endpoint, model=f"{d.api} {s.name}") for s in picked]
        run = await warmed(run_of(*specs))
        run.start()
        async with asyncio.timeout(60):
            await run.wait()
        await run.drain()
        lag = run.lag.max_s or 0.0
    return run.states, healthy.received, lag


async def test_sixty_bad_streams_end_by_themselves_and_four_good_ones_do_not_notice() -> None:
    alone, requests_alone, lag_alone = await crowd(0)
    states, requests, lag = await crowd(BAD_OF_EACH)
    assert len(states) == 4 + 3 * BAD_OF_EACH
    assert all(state.status.final for state in states)
    for state in states[:4]:
        assert state.status is Status.DONE
        assert state.text.value() == "".join(PIECES)
        assert state.deltas == len(PIECES)
    late = [lateness(state, requests[state.spec.label][0]) for state in states[:4]]
    late_alone = [lateness(state, requests_alone[state.spec.label][0]) for state in alone]
    print("TTFT later than the server's stamp, ms:", *(f"{1000 * late_s:.2f}" for late_s in late))
    print("the same without bad streams, ms:", *(f"{1000 * late_s:.2f}" for late_s in late_alone))
    print(f"longest loop lag, ms: {1000 * lag:.1f}, without bad streams: {1000 * lag_alone:.1f}")
    assert median(late) - median(late_alone) < TTFT_ERROR_S
    assert await nothing_left() == set()


async def longest_stall(finished: asyncio.Event) -> float:
    """The longest time that the loop did not come round, until `finished`."""
    longest, before = 0.0, monotonic()
    while not finished.is_set():
        await asyncio.sleep(0)
        now = monotonic()
        longest, before = max(longest, now - before), now
    return longest


async def stalled_by(run: Run) -> float:
    """Start the run; the longest time that the loop stood still until its end."""
    finished = asyncio.Event()
    stall = asyncio.create_task(longest_stall(finished))
    run.start()
    await run.wait()
    finished.set()
    await run.drain()
    return await stall


@pytest.mark.parametrize("d", DIALECTS, ids=[d.api for d in DIALECTS])
async def test_servers_that_send_faster_than_one_can_read_do_not_take_the_loop(d: Dialect) -> None:
    noise = (Send(head() + d.begin), Flood(b'data: {"type": "noise"}\n\n' * 4000))
    hasty = CALM._replace(ttft=1.0)
    names = [f"noise {number}" for number in range(8)]
    with ServerProcess(dict.fromkeys(names, (noise,))) as server:
        endpoint = endpoint_at(d, server.url)
        run = await warmed(run_of(*(asked(endpoint, name, deadlines=hasty) for name in names)))
        stalled_s = await stalled_by(run)
    print(f"longest stall of the loop, ms: {stalled_s * 1000:.1f}")
    assert [state.status for state in run.states] == [Status.TIMEOUT] * len(names)
    assert stalled_s < 0.2


@pytest.mark.parametrize("d", DIALECTS, ids=[d.api for d in DIALECTS])
async def test_a_line_of_32_megabytes_does_not_stop_the_loop(d: Dialect) -> None:
    line = (Send(head() + d.begin + b"data: "), Flood(b"x" * (1 << 20), 32))
    with ServerProcess({"m": (line,)}) as server:
        run = await warmed(run_of(asked(endpoint_at(d, server.url), "m")))
        stalled_s = await stalled_by(run)
    print(f"longest stall of the loop, ms: {stalled_s * 1000:.1f}")
    state = run.states[0]
    assert state.error is not None
    assert state.error.kind == "protocol"
    assert stalled_s < 0.2
    total_s = measure(state).total_s
    assert total_s is not None
    assert total_s < 5
