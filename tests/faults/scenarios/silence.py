"""Servers that say nothing, or nothing that counts; and servers that do not let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from streamdash.streams.spec import Deadlines
from tests.faults.framing import LAST_CHUNK, chunk, chunked_head, head
from tests.faults.scenarios.scenario import (
    CALM,
    PIECES,
    QUICK_STALL,
    QUICK_TTFT,
    TEXT,
    Expected,
    Scenario,
    done,
    failed,
    once,
)
from tests.faults.server import Close, Pause, Send, Stall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.errors import ErrorKind
    from tests.faults.dialects import Dialect
    from tests.faults.scenarios.scenario import Place
    from tests.faults.server import Step

SAID = "".join(PIECES[:2])
QUICK_TOTAL = Deadlines(connect=20.0, ttft=30.0, stall=30.0, total=4.0)
QUICK_CONNECT = Deadlines(connect=0.8, ttft=30.0, stall=30.0, total=60.0)
PING = chunk(b": ping\n\n")


def silence(d: Dialect) -> Iterator[Scenario]:
    """Each deadline ends the stream with its own kind; pings keep nothing alive."""
    opened = Send(chunked_head())
    began = Send(chunked_head() + chunk(d.begin))
    said = Send(chunked_head() + chunk(d.begin + d.says(PIECES[:2])))
    pings = tuple(step for _ in range(40) for step in (Pause(0.1), Send(PING)))
    nothing = tuple(step for _ in range(40) for step in (Pause(0.1), Send(chunk(d.say("")))))

    def late(
        name: str, kind: ErrorKind, limits: Deadlines, *steps: Step, text: str = ""
    ) -> Scenario:
        return Scenario(
            name=name,
            script=once(*steps),
            expected=Expected(status=Status.TIMEOUT, kind=kind, text=text, says=("within",)),
            deadlines=limits,
        )

    yield late("silence before the headers", "ttft", QUICK_TTFT, Stall())
    yield late("silence inside the headers", "ttft", QUICK_TTFT, Send(head()[:40]), Stall())
    yield late("silence after the headers", "ttft", QUICK_TTFT, opened, Stall())
    yield late("silence before the first delta", "ttft", QUICK_TTFT, began, Stall())
    yield late("silence inside an answer", "stall", QUICK_STALL, said, Stall(), text=SAID)
    yield late("pings in place of headers", "ttft", QUICK_TTFT,
               *(Send(b"HTTP/1.1 102 Processing\r\n\r\n"), Pause(0.1)) * 40)  # fmt: skip
    yield late("pings in place of an answer", "ttft", QUICK_TTFT, began, *pings)
    yield late("pings inside an answer", "stall", QUICK_STALL, said, *pings, text=SAID)
    yield late("empty deltas in place of an answer", "ttft", QUICK_TTFT, began, *nothing)
    yield late("empty deltas inside an answer", "stall", QUICK_STALL, said, *nothing, text=SAID)
    yield late("silence with a limit on all of it", "total", QUICK_TOTAL, said, Stall(), text=SAID)
    yield Scenario(
        name="an answer slower than its limit on all of it",
        script=once(began, *(step for _ in range(100) for step in (Pause(0.3), Send(PING)))),
        expected=Expected(status=Status.TIMEOUT, kind="total"),
        deadlines=QUICK_TOTAL,
    )
    yield from _goodbyes(d)
    yield from _elsewhere()


def _goodbyes(d: Dialect) -> Iterator[Scenario]:
    """The answer is whole: how the server goes on does not matter."""
    whole = done(finish=d.reason["stop"])
    good = d.healthy(*PIECES)
    held = Scenario(
        name="a connection held after the terminal marker",
        script=once(Send(chunked_head() + chunk(good)), Stall()),
        expected=whole,
    )
    yield held
    yield Scenario(
        name="pings after the terminal marker",
        script=once(Send(head() + good), *(Pause(0.02), Send(b": ping\n\n")) * 100, Close()),
        expected=whole,
    )
    yield Scenario(
        name="a last chunk that comes late",
        script=once(Send(chunked_head() + chunk(good)), Pause(0.03), Send(LAST_CHUNK)),
        expected=whole,
    )
    yield Scenario(
        name="pings for a while, then an answer",
        script=once(Send(chunked_head()), *(Pause(0.05), Send(PING)) * 8, Send(chunk(good)),
                    Send(LAST_CHUNK)),
        expected=whole,
    )  # fmt: skip
    if d.finish():
        unterminated = Expected(
            status=Status.DONE, text=TEXT, finish=d.reason["stop"], flags=("unterminated",)
        )
        body = d.begin + d.says(PIECES) + d.finish()
        yield Scenario(
            name="a connection held after the finish reason",
            script=once(Send(chunked_head() + chunk(body)), Stall()),
            expected=unterminated,
            deadlines=QUICK_STALL,
        )
        yield Scenario(
            name="a connection held for the grace after the finish reason",
            script=once(Send(chunked_head() + chunk(body)), Stall()),
            expected=unterminated,
        )
        yield Scenario(
            name="pings after the finish reason",
            script=once(Send(chunked_head() + chunk(body)), *(Pause(0.1), Send(PING)) * 40),
            expected=unterminated,
            deadlines=QUICK_STALL,
        )


def _elsewhere() -> Iterator[Scenario]:
    """Places where no HTTP server answers."""

    def at(place: Place, name: str, expected: Expected, *steps: Step,
           deadlines: Deadlines = CALM) -> Scenario:  # fmt: skip
        return Scenario(
            name=name, script=once(*steps), expected=expected, place=place, deadlines=deadlines
        )

    yield at("refused", "a port where nobody listens", failed("connect", "refused"))
    yield at("nowhere", "a host that has no address", failed("dns", "nowhere.invalid"))
    yield at(
        "other as https", "TLS to a plain server", failed("tls"),
        Send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"), Close(),
    )  # fmt: skip
    yield at("untrusted", "a certificate that nobody signed", failed("tls", "certificate"))
    yield at(
        "silent", "a TLS handshake that never ends",
        Expected(status=Status.TIMEOUT, kind="connect", says=("within",)),
        deadlines=QUICK_CONNECT,
    )  # fmt: skip
    yield at(
        "other", "a TLS server spoken to in plain", failed("protocol", "https"),
        Send(b"\x15\x03\x01\x00\x02\x02\x46"), Close(),
    )  # fmt: skip
    yield at(
        "other", "an SSH server", failed("protocol", "not an HTTP answer"),
        Send(b"SSH-2.0-OpenSSH_9.6\r\n"), Close(),
    )  # fmt: skip
    yield at(
        "other", "random bytes", failed("protocol", "not an HTTP answer"),
        Send(bytes(range(256)) * 4), Stall(),
    )  # fmt: skip
    yield at("other", "a server that closes at once", failed("disconnected"), Close())
