"""The same answer in random pieces, through a socket."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from streamdash.streams.events import Status
from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import DIALECTS, Dialect
from tests.faults.framing import LAST_CHUNK, chunk, chunked_head
from tests.faults.server import FaultServer, Pause, Send

SAID = ("Grüße, ", "世界 ", "😀", "e\u0301\r\n", "Ende.")


@pytest.mark.parametrize("d", DIALECTS, ids=[d.api for d in DIALECTS])
async def test_an_answer_torn_anywhere_on_the_wire_is_the_same(d: Dialect) -> None:
    rng = Random(4)
    body = d.begin + d.think("Hm 世") + d.says(SAID) + d.finish() + d.end()
    framed = chunked_head() + b"".join(
        chunk(body[start:end]) for start, end in pairwise([*range(0, len(body), 97), len(body)])
    )
    wire = framed + LAST_CHUNK
    scripts = {}
    for number in range(20):
        places = sorted(rng.sample(range(1, len(wire)), rng.choice((1, 3, 20, 100))))
        steps: list[Send | Pause] = []
        for start, end in pairwise([0, *places, len(wire)]):
            steps += [Send(wire[start:end]), Pause(0.001)]
        scripts[f"torn {number}"] = (steps,)
    with FaultServer(scripts) as server:
        endpoint = endpoint_at(d, server.url)
        states = await ended(*(asked(endpoint, name) for name in scripts))
    for state in states:
        assert state.status is Status.DONE
        assert state.text.value() == "".join(SAID)
        assert state.reasoning.value() == "Hm 世"
        assert (state.deltas, state.chunks) == (states[0].deltas, states[0].chunks)
