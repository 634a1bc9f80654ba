"""The connection ends at every point of an answer, in every way a connection can end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.framing import LAST_CHUNK, chunk, chunked_head, head
from tests.faults.scenarios.scenario import (
    PIECES,
    TEXT,
    Expected,
    Scenario,
    done,
    failed,
    once,
    truncated,
)
from tests.faults.server import Close, HalfClose, Pause, Reset, Send, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect

SAID = "".join(PIECES[:2])


def cuts(d: Dialect) -> Iterator[Scenario]:
    """Nothing of the answer's end is believed but a finish reason and the terminal marker."""
    yield from _before_the_answer()
    for where, body, expected in _points(d):
        broken = expected.status is Status.TRUNCATED
        bad = failed("disconnected", text=expected.text) if broken else expected
        framed = (Send(chunked_head()), Send(chunk(body))) if body else (Send(chunked_head()),)
        length = head(headers={"content-length": str(len(body) + 5)})
        yield _cut("reset", where, (*framed, Reset()), bad)
        yield _cut("closed without the last chunk", where, (*framed, Close()), bad)
        yield _cut("closed short of its content-length", where, (Send(length + body), Close()), bad)
        yield _cut("ended in good form", where, (*framed, Send(LAST_CHUNK)), expected)
        yield _cut("ended by a close that is its framing", where, (Send(head() + body), Close()),
                   expected)  # fmt: skip
    torn = chunk(d.say("never whole"))
    yield _cut(
        "closed", "inside a chunk",
        (Send(chunked_head() + chunk(d.begin + d.says(PIECES[:2])) + torn[: len(torn) // 2]),
         Close()),
        failed("disconnected", text=SAID),
    )  # fmt: skip
    yield _cut(
        "closed", "inside a chunk's size line",
        (Send(chunked_head() + chunk(d.begin + d.says(PIECES[:2])) + b"4"), Close()),
        failed("disconnected", text=SAID),
    )  # fmt: skip
    yield _cut(
        "half closed", "after some deltas",
        (Send(head() + d.begin + d.says(PIECES[:2])), HalfClose()),
        truncated(SAID),
    )  # fmt: skip


def _cut(how: str, where: str, steps: tuple[Step, ...], expected: Expected) -> Scenario:
    return Scenario(name=f"a connection {how} {where}", script=once(*steps), expected=expected)


def _before_the_answer() -> Iterator[Scenario]:
    gone = failed("disconnected")
    yield _cut("reset", "before the headers", (Reset(),), gone)
    yield _cut("closed", "before the headers", (Close(),), gone)
    yield _cut("closed", "inside the headers", (Send(head()[:30]), Close()), gone)
    yield _cut("reset", "inside the headers", (Send(head()[:30]), Pause(0.05), Reset()), gone)


def _points(d: Dialect) -> Iterator[tuple[str, bytes, Expected]]:
    """A name, all bytes up to the cut, and the end if nobody tells the cut from a real end."""
    said = d.begin + d.says(PIECES[:2])
    whole = d.begin + d.says(PIECES)
    emoji = d.say("😀")
    yield "after the headers", b"", truncated()
    yield "before the first delta", d.begin, truncated()
    yield "after some deltas", said, truncated(SAID)
    yield "inside a delta", said + d.say("never whole")[:-9], truncated(SAID)
    yield "inside a character", said + emoji[: emoji.index("😀".encode()) + 2], truncated(SAID)
    yield "before the blank line of an event", said + d.say("!")[:-1], truncated(SAID + "!")
    if d.finish():
        unterminated = Expected(
            status=Status.DONE, text=TEXT, finish=d.reason["stop"], flags=("unterminated",)
        )
        yield "after the finish reason", whole + d.finish(), unterminated
        yield "inside the terminal marker", whole + d.finish() + d.end()[:-7], unterminated
    else:
        yield "inside the terminal marker", whole + d.end()[:-7], truncated(TEXT)
    yield "after the terminal marker", whole + d.finish() + d.end(), done(finish=d.reason["stop"])
