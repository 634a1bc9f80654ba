"""Events that are no JSON object and mean nothing: keepalives, end markers, what follows an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, DONE, MESSAGES, event
from tests.faults.framing import streamed
from tests.faults.scenarios.scenario import (
    PIECES,
    TEXT,
    Expected,
    Scenario,
    done,
    failed,
    once,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect

SAID = "".join(PIECES[:2])
KEEPALIVES = (
    b"data: ping\n\n", b"data: PING\n\n", b"data: keep-alive\n\n", b'data: "ping"\n\n',
    b'data: ""\n\n', b"data: null\n\n", b"data: {}\n\n", b"data: []\n\n", b"data: \n\n",
    b"data: : PROCESSING\n\n", b"data: [PING]\n\n", b"data: <heartbeat>\n\n",
    b"event: keepalive\ndata: x\n\n", b"event: ping\ndata: 17\n\n", b"event: ping\ndata\n\n",
    b"event: heartbeat\ndata: 12:00:00\n\n", b"event: status\ndata: thinking hard\n\n",
    b": comment\n\n", b"event: ping\n\n",
)  # fmt: skip
MARKERS = (
    b"data:[DONE]\n\n", b"data:  [DONE] \n\n", b"data: [done]\n\n", b'data: "[DONE]"\n\n',
    b"data: '[DONE]'\n\n", b"data: DONE\n\n", b"data: [DONE]data: [DONE]\n\n",
    b"data: data: [DONE]\n\n", b"event: [DONE]\ndata: \n\n", b"event: done\ndata: [DONE]\n\n",
    b"data: [ DONE ]\n\n", b"event: [DONE]\n\n", b'data: ["DONE"]\n\n',
    b"data: [DONE]\ndata: x\n\n",
)  # fmt: skip
TAILS = (
    b"event: done\ndata: stream finished\n\n", b"data: goodbye\n\n", b"data: <html>\n\n",
    b'data: {"half": \n\n', b"data: [1]\n\n", b"data: \xff\xfe\n\n",
    b"<html><h1>502 Bad Gateway</h1></html>", b"upstream connect error", b"\x00\x01\x02",
)  # fmt: skip


def aside(d: Dialect) -> Iterator[Scenario]:
    """A keepalive costs nothing; what follows the finish reason makes no answer a failure."""

    def met(name: str, expected: Expected, *events: bytes) -> Scenario:
        return Scenario(name=name, script=once(*streamed(*events)), expected=expected)

    said = d.begin + d.says(PIECES[:2])
    rest = d.says(PIECES[2:]) + d.finish() + d.end()
    whole = done(finish=d.reason["stop"])
    for data in KEEPALIVES:
        yield met(f"the keepalive {data!r}", whole, data + said + data, rest)
    for marker in MARKERS:
        yield met(f"the marker {marker!r} alone", done(SAID), said, marker)
    if d.finish():
        body = d.begin + d.says(PIECES) + d.finish()
        for marker in MARKERS:
            yield met(f"the marker {marker!r}", whole, body, marker)
        yield met("the marker glued to the last event", whole, body[:-1] + DONE)
        yield met("the marker glued to the last line", whole, body[:-2] + b"[DONE]\n\n")
        unterminated = Expected(
            status=Status.DONE, text=TEXT, finish=d.reason["stop"], flags=("unterminated",)
        )
        for tail in TAILS:
            yield met(f"the tail {tail!r}", unterminated, body, tail)
        yield met("junk between the finish reason and the end", whole, body, TAILS[1] + d.end())
    for data in (b"data: Hello there\n\n", b'data: "Hello"\n\n', b"data: 17\n\n",
                 b"event: message\ndata: Hello\n\n", b"data: true\n\n"):  # fmt: skip
        yield met(f"in mid-answer {data!r}", failed("protocol", "not", text=SAID), said, data, rest)
    single = (said + d.say("more")).replace(b"\n\n", b"\n")
    if d is CHAT:
        yield met("single line ends between events",
                  failed("protocol", "no blank line", text=SAID + "more"), single)  # fmt: skip
        yield met("single line ends and a marker",
                  failed("protocol", "no blank line", text=SAID + "more"),
                  single + DONE)  # fmt: skip
        yield met("two objects in one line", failed("protocol", "no blank line", text="ab"),
                  d.say("a")[:-2] + d.say("b")[6:])  # fmt: skip
    elif d is MESSAGES:
        yield met("single line ends between events",
                  failed("protocol", "no blank line", text=SAID + "more"), single)  # fmt: skip
    yield met("an unknown object between", whole, said, event({"ping": 1}), rest)
