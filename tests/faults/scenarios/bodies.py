"""Answers with a good status that are no event stream, or one in unusual clothes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.framing import (
    SSE,
    answered,
    chunk,
    chunked_head,
    gzipped,
    head,
    streamed,
    unframed,
)
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
from tests.faults.server import Close, Flood, Pause, Send, Stall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect
    from tests.faults.server import Step

PAGE = "<!doctype html><title>Sign in</title><style>p{color:red}</style><p>Please &amp; sign in"


def bodies(d: Dialect) -> Iterator[Scenario]:
    """What is believed to be an answer, and what is told of what is not."""
    good = d.healthy(*PIECES)
    whole = done(finish=d.reason["stop"])

    def met(name: str, expected: Expected, *steps: Step) -> Scenario:
        return Scenario(name=name, script=once(*steps), expected=expected)

    yield met("an empty event stream", truncated(), *answered(200, b"", SSE))
    yield met("an empty answer without a type", truncated(), *answered(200, b"", None))
    yield met("status 204", failed("protocol", "204"), Send(b"HTTP/1.1 204 No Content\r\n\r\n"))
    yield met(
        "status 101",
        failed("protocol", "101", http_status=101),
        Send(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
        Stall(),
    )
    yield met("status 999", failed("server", "999", http_status=999), *answered(999, "odd"))
    yield met(
        "an HTML page",
        failed("protocol", "text/html", "Sign in", "Please", http_status=200),
        *answered(200, PAGE, "text/html; charset=utf-8"),
    )
    yield met(
        "an HTML page cut short",
        failed("protocol", "text/html", "Sign in", http_status=200),
        Send(head(200, {"content-length": "999"}, content_type="text/html") + PAGE.encode()),
        Close(),
    )
    yield met(
        "an HTML page that never ends",
        failed("protocol", "text/html", "Sign in", http_status=200),
        Send(chunked_head().replace(SSE.encode(), b"text/html") + chunk(PAGE.encode())),
        Flood(chunk(b"<p>more</p>" * 1000)),
    )
    yield met(
        "an HTML page that hangs",
        failed("protocol", "text/html", "Sign in", http_status=200),
        Send(chunked_head().replace(SSE.encode(), b"text/html") + chunk(PAGE.encode())),
        Stall(),
    )
    yield met(
        "a JSON error with status 200",
        failed("protocol", "application/json", "no such tenant", http_status=200),
        *answered(200, json.dumps({"error": {"message": "no such tenant"}})),
    )
    yield met(
        "a whole JSON answer in place of a stream",
        failed("protocol", "application/json", http_status=200),
        *answered(200, json.dumps(d.whole(TEXT))),
    )
    yield met(
        "an event stream called text/plain",
        Expected(status=Status.DONE, text=TEXT, finish=d.reason["stop"], flags=("content_type",)),
        *answered(200, good, "text/plain"),
    )
    yield met("a stream without a content type", whole, *unframed(good, content_type=None))
    yield met(
        "a content type in capitals with a charset", whole,
        *unframed(good, content_type="Text/Event-Stream;Charset=UTF-8"),
    )  # fmt: skip
    yield met("HTTP/1.0", whole, Send(head(version="1.0") + good), Close())
    yield met(
        "an early hint and a 100-continue before the answer", whole,
        Send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
        *streamed(good),
    )  # fmt: skip
    yield from _headers(d)
    yield from _compressed(d)


def _headers(d: Dialect) -> Iterator[Scenario]:
    good = d.healthy(*PIECES)
    whole = done(finish=d.reason["stop"])
    doubled = head().replace(b"\r\n\r\n", b"\r\nx-id: 1\r\nx-id: 2\r\nset-cookie: a=b\r\n\r\n")
    yield Scenario(
        name="a header twice", script=once(Send(doubled + good), Close()), expected=whole
    )
    yield Scenario(
        name="a header of 20 kB",
        script=once(Send(head(headers={"x-policy": "a" * 20_000}) + good), Close()),
        expected=whole,
    )
    yield Scenario(
        name="a header of 10 MB",
        script=once(Send(b"HTTP/1.1 200 OK\r\nx-policy: "), Flood(b"a" * 100_000, 100), Close()),
        expected=failed("protocol", "not an HTTP answer"),
    )
    yield Scenario(
        name="headers without end",
        script=once(Send(b"HTTP/1.1 200 OK\r\n"), Flood(b"x-more: and more\r\n" * 1000)),
        expected=failed("protocol", "not an HTTP answer"),
    )
    yield Scenario(
        name="two lengths that differ",
        script=once(
            Send(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello"), Close()
        ),
        expected=failed("protocol", "not an HTTP answer"),
    )
    yield Scenario(
        name="a chunk size that is no number",
        script=once(
            Send(chunked_head() + chunk(d.begin + d.say("kept"))),
            Pause(1.0),
            Send(b"zz\r\nnever\r\n"),
            Stall(),
        ),
        expected=failed("protocol", "chunk", text="kept"),
    )


def _compressed(d: Dialect) -> Iterator[Scenario]:
    packed = gzipped(d.healthy(*PIECES))
    yield Scenario(
        name="gzip in spite of identity",
        script=once(*unframed(packed, content_encoding="gzip")),
        expected=done(finish=d.reason["stop"]),
    )
    yield Scenario(
        name="gzip in pieces of one byte",
        script=once(*unframed(*(bytes([byte]) for byte in packed), content_encoding="gzip")),
        expected=done(finish=d.reason["stop"]),
    )
    # what stands before the cut may or may not be unpacked: only that nobody calls it whole
    opened = gzipped(b"")[:10]
    yield Scenario(
        name="gzip cut after its header",
        script=once(*unframed(opened, content_encoding="gzip")),
        expected=truncated(),
    )
    yield Scenario(
        name="gzip that is none",
        script=once(*unframed(d.healthy(*PIECES), content_encoding="gzip")),
        expected=failed("protocol", "malformed"),
    )
    yield Scenario(
        name="an encoding nobody asked for",
        script=once(*unframed(b"\x8b\x01\x80junk", content_encoding="br")),
        expected=failed("protocol", "br"),
    )
    yield Scenario(
        name="gzip that unpacks a thousandfold",
        script=once(*unframed(gzipped(b":" + b"a" * 40_000_000), content_encoding="gzip")),
        expected=failed("protocol", "line"),
    )


def redirects(d: Dialect) -> Iterator[Scenario]:
    """None is followed: a key or a prompt would go where nobody sent it."""
    for status in (301, 302, 303, 307, 308):
        yield Scenario(
            name=f"a redirect {status}",
            script=once(*answered(status, b"", headers={"location": "http://127.0.0.1:9/v1/x"})),
            expected=failed("protocol", str(status), "127.0.0.1:9", http_status=status),
        )
    yield Scenario(
        name="a redirect to nowhere",
        script=once(*answered(302, b"")),
        expected=failed("protocol", "302", http_status=302),
    )


def whole_answers(d: Dialect) -> Iterator[Scenario]:
    """`stream = false`: the answer in one piece."""

    def met(name: str, expected: Expected, *steps: Step) -> Scenario:
        return Scenario(
            name=f"{name} (in one piece)", script=once(*steps), expected=expected, stream=False
        )

    good = json.dumps(d.whole(TEXT))
    yield met("a whole answer", done(finish=d.reason["stop"]), *answered(200, good))
    yield met(
        "an answer at its limit",
        Expected(status=Status.INCOMPLETE, text=TEXT, finish=d.reason["length"]),
        *answered(200, json.dumps(d.whole(TEXT, "length"))),
    )
    yield met(
        "a filtered answer",
        Expected(status=Status.FILTERED, text=TEXT, finish=d.reason["filter"]),
        *answered(200, json.dumps(d.whole(TEXT, "filter"))),
    )
    yield met(
        "an answer cut short",
        failed("disconnected"),
        Send(
            head(200, {"content-length": "999"}, content_type="application/json")
            + good.encode()[:50]
        ),
        Close(),
    )
    yield met(
        "an answer cut by the close that is its framing",
        failed("protocol", "not JSON"),
        Send(head(200, content_type="application/json") + good.encode()[:50]),
        Close(),
    )
    yield met("no JSON", failed("protocol", "not JSON"), *answered(200, "never mind"))
    yield met("an empty answer", failed("protocol", "not JSON"), *answered(200, ""))
    yield met("a list", failed("protocol", "not a JSON object"), *answered(200, "[]"))
    yield met("JSON of something else", failed("protocol"), *answered(200, '{"ok": true}'))
    yield met(
        "an error object with status 200",
        failed("overloaded", "come back"),
        *answered(200, json.dumps({"error": {"type": "overloaded_error", "message": "come back"}})),
    )
    yield met("JSON nested deep", failed("protocol"), *answered(200, "[" * 100_000))
    yield met("a page", failed("protocol", "text/html"), *answered(200, PAGE, "text/html"))
    yield met(
        "an answer without end",
        failed("protocol", "MiB"),
        Send(head(200, content_type="application/json") + b'{"a": "'),
        Flood(b"a" * 1_000_000),
    )
