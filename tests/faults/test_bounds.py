"""What is large is read without holding up the others; what has no end is ended."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import pytest

from streamdash.providers import sdk_provider as sdk
from streamdash.providers.transport import response_checks as answer
from streamdash.providers.wire import sse
from streamdash.streams.events import Status
from tests.faults.asking import asked, ended, endpoint_at, run_of, warmed
from tests.faults.dialects import CHAT, DIALECTS, DONE, MESSAGES, RESPONSES, event
from tests.faults.framing import answered, gzipped, head, streamed, unframed
from tests.faults.server import FaultServer, Flood, Send

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState
    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply

LARGE = (32 << 20) - 4_000
STALL_S = 0.1
"""CPU seconds of one turn of the loop; 0.03 where nothing else slows the machine down."""
IDS = [dialect.api for dialect in DIALECTS]

pytestmark = pytest.mark.fault("wire", "large events and answers without end")


def noise(dialect: Dialect, field: str, value: object) -> bytes:
    """An event that brings no text but a large value under this name."""
    if dialect is CHAT:
        return event({"choices": [{"index": 0, "delta": {"content": "", field: value}}]})
    if dialect is RESPONSES:
        name = "response.image_generation_call.partial_image"
        return event({"type": name, field: value}, name)
    return event({"type": "content_block_stop", field: value}, "content_block_stop")


def with_noise(dialect: Dialect, large: bytes) -> bytes:
    return dialect.begin + dialect.say("a") + large + dialect.say("b") + dialect.finish() + (
        dialect.end()
    )  # fmt: skip


async def outcome(dialect: Dialect, *steps: Reply, stream: bool = True) -> StreamState:
    with FaultServer({"m": steps}) as server:
        spec = asked(endpoint_at(dialect, server.url), "m")._replace(stream=stream)
        (state,) = await ended(spec)
    return state


async def longest_turn(run_: object) -> float:
    """CPU seconds of the longest turn of the loop while a run is live."""
    worst = 0.0
    while getattr(run_, "live", False):
        begun = time.thread_time()
        await asyncio.sleep(0)
        worst = max(worst, time.thread_time() - begun)
    return worst


ROWS = [{"token": "abc", "logprob": -1.25, "bytes": [97, 98, 99]}] * 300_000


@pytest.mark.parametrize(
    ("dialect", "field", "value"),
    [
        (CHAT, "image", "A" * LARGE),
        (RESPONSES, "partial_image_b64", "A" * LARGE),
        (MESSAGES, "trace", "x\n" * (LARGE // 3)),
        (CHAT, "logprobs", ROWS),
        (RESPONSES, "rows", ROWS),
        (MESSAGES, "numbers", list(range(3_000_000))),
        (CHAT, "deep", [[[["😀\\" * (LARGE // 20)]]]]),
    ],
    ids=["image", "partial image", "text of a trace", "log probabilities", "rows", "numbers",
         "escapes"],
)  # fmt: skip
async def test_a_large_event_is_read_in_turns(dialect: Dialect, field: str, value: object) -> None:
    body = with_noise(dialect, noise(dialect, field, value))
    with FaultServer({"m": (streamed(body),)}) as server:
        run = await warmed(run_of(asked(endpoint_at(dialect, server.url), "m")))
        run.start()
        worst = await longest_turn(run)
        await run.drain()
    state = run.states[0]
    assert (state.status, state.text.value()) == (Status.DONE, "ab"), state.error
    assert worst < STALL_S


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
@pytest.mark.parametrize("text", ["x" * 5_000_000, "世\n😀é" * 400_000], ids=["ascii", "mixed"])
async def test_a_large_text_is_kept_whole(dialect: Dialect, text: str) -> None:
    state = await outcome(dialect, streamed(dialect.healthy("a", text, "z")))
    assert state.status is Status.DONE
    assert state.text.value() == f"a{text}z"


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
async def test_a_large_event_in_many_data_lines_or_at_the_very_end_is_read(
    dialect: Dialect,
) -> None:
    text = "word " * 600_000
    lines = dialect.healthy(text).replace(b'": ', b'":\ndata: ')
    assert (await outcome(dialect, streamed(lines))).text.value() == text
    last = dialect.begin + dialect.say(text)
    state = await outcome(dialect, unframed(last.rstrip(b"\n")))
    assert (state.status, state.text.value()) == (Status.TRUNCATED, text)


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"], ids=["CRLF", "CR"])
async def test_a_large_line_may_end_in_any_way(line_end: bytes) -> None:
    text = "y" * 3_000_000
    body = CHAT.healthy(text, "z").replace(b"\n", line_end)
    assert (await outcome(CHAT, streamed(body))).text.value() == text + "z"


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
@pytest.mark.parametrize(
    "broken",
    [b'{"a": "' + b"x" * 2_000_000, b"[" * 2_000_000, b'{"a": "\xff' + b"x" * 2_000_000 + b'"}',
     b'"' + b"x" * 2_000_000 + b'"'],
    ids=["cut", "nested", "no UTF-8", "a string"],
)  # fmt: skip
async def test_a_large_event_that_is_no_json_object_is_malformed(
    dialect: Dialect, broken: bytes
) -> None:
    body = dialect.begin + dialect.say("kept") + event(broken) + dialect.end()
    state = await outcome(dialect, streamed(body))
    assert state.status is Status.FAILED
    assert state.error is not None
    assert state.error.kind == "protocol"
    assert len(state.error.message) < 300
    assert state.text.value() == "kept"


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
async def test_a_large_error_is_told(dialect: Dialect) -> None:
    error = {"error": {"type": "overloaded_error", "message": "busy", "trace": "x" * 3_000_000}}
    state = await outcome(dialect, streamed(dialect.begin, event(error)))
    assert state.error is not None
    assert (state.error.kind, state.error.message) == ("overloaded", "busy")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound of 1 MiB of text and of 4 MiB of body."""
    for module in (sdk, answer):
        monkeypatch.setattr(module, "TEXT_MAX", 1 << 20)
    monkeypatch.setattr(answer, "BODY_MAX", 4 << 20)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("channel", ["say", "think", "call"])
async def test_an_answer_without_end_is_ended_and_kept(
    dialect: Dialect, packed: bool, channel: str
) -> None:
    piece = getattr(dialect, channel)("x" * 50_000)
    if packed:
        reply: Reply = unframed(gzipped(dialect.begin + piece * 200), content_encoding="gzip")
    else:
        reply = (Send(head() + dialect.begin), Flood(piece))
    state = await outcome(dialect, reply)
    assert state.status is Status.FAILED
    assert state.error is not None
    assert (state.error.kind, state.error.message) == (
        "protocol", "the answer is longer than 1 MiB of text"
    )  # fmt: skip
    assert 1 << 20 < state.all_chars < 2 << 20


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
@pytest.mark.parametrize("junk", ["comments", "empty deltas", "noise"])
async def test_a_body_without_end_and_without_text_is_ended(dialect: Dialect, junk: str) -> None:
    wire = {
        "comments": b": still here\n\n" * 1000,
        "empty deltas": dialect.say("") * 200,
        "noise": event({"type": "noise"}) * 500,
    }[junk]
    state = await outcome(
        dialect, (Send(head() + dialect.begin + dialect.say("kept")), Flood(wire))
    )
    assert state.error is not None
    assert (state.error.kind, state.error.message) == ("protocol", "the body is longer than 4 MiB")
    assert state.text.value() == "kept"


@pytest.mark.usefixtures("small")
async def test_a_long_body_with_an_end_is_no_fault() -> None:
    body = CHAT.begin + CHAT.say("") * 12_000 + CHAT.say("fine") + CHAT.finish() + DONE
    assert len(body) > 1 << 20
    assert (await outcome(CHAT, streamed(body))).text.value() == "fine"


@pytest.mark.parametrize("dialect", DIALECTS, ids=IDS)
async def test_a_whole_answer_may_be_large(dialect: Dialect) -> None:
    text = "word é " * 500_000
    reply = answered(200, json.dumps({**dialect.whole(text), "image": "A" * 5_000_000}))
    state = await outcome(dialect, reply, stream=False)
    assert (state.status, state.text.value()) == (Status.DONE, text)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
async def test_a_whole_answer_without_end_is_ended(
    packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "WHOLE_MAX", 1 << 20)
    start = b'{"choices": "'
    if packed:
        reply: Reply = unframed(
            gzipped(start + b"a" * 5_000_000), content_type="application/json",
            content_encoding="gzip",
        )  # fmt: skip
    else:
        reply = (Send(head(content_type="application/json") + start), Flood(b"a" * 100_000))
    state = await outcome(CHAT, reply, stream=False)
    assert state.error is not None
    assert state.error.message == "the answer is longer than 1 MiB"


@pytest.mark.parametrize("start", [b"data: ", b"", b"{"])
async def test_a_large_line_without_end_is_ended(
    start: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "MAX_LINE", 3 << 20)
    said = CHAT.begin + CHAT.say("kept")
    state = await outcome(CHAT, (Send(head() + said + start), Flood(b"a" * 65_536)))
    assert state.error is not None
    assert state.error.message == "a line of the event stream is longer than 3 MiB"
    assert state.text.value() == "kept"
