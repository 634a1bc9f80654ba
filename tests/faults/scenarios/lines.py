"""The lines of the event stream: all that the standard allows, and much that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, DONE, event
from tests.faults.framing import chunk, chunked_head, head, streamed, unframed
from tests.faults.scenarios.scenario import (
    CALM,
    PIECES,
    QUICK_STALL,
    QUICK_TTFT,
    Expected,
    Scenario,
    done,
    failed,
    once,
)
from tests.faults.server import Flood, Send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.spec import Deadlines
    from tests.faults.dialects import Dialect
    from tests.faults.server import Step

SAID = "".join(PIECES[:2])
BOM = b"\xef\xbb\xbf"


def met(name: str, expected: Expected, *steps: Step, deadlines: Deadlines = CALM) -> Scenario:
    return Scenario(name=name, script=once(*steps), expected=expected, deadlines=deadlines)


def lines(d: Dialect) -> Iterator[Scenario]:
    """Every spelling of the same events gives the same answer."""
    good = d.healthy(*PIECES)
    spellings = {
        "line ends CRLF": good.replace(b"\n", b"\r\n"),
        "line ends CR": good.replace(b"\n", b"\r"),
        "line ends of all kinds": d.begin.replace(b"\n", b"\r\n")
        + d.says(PIECES[:2]).replace(b"\n", b"\r")
        + d.says(PIECES[2:]) + d.finish() + d.end(),
        "a byte order mark": BOM + good,
        "no space after the colon": good.replace(b"data: ", b"data:").replace(b"t: ", b"t:"),
        "an event in many data lines": good.replace(b'": ', b'":\ndata: '),
        "empty data frames": _between(b"data:\n\n", good) + b"data: \n\n",
        "bare data lines": _between(b"data\n\n", good),
        "id lines and blank lines after them": _between(b"id: 7\n\n\n", good),
        "ids and retry times in the events": good.replace(b"data: ", b"id: 7\nretry: 10\ndata: "),
        "comments": _between(b": ping\n\n", good),
        "comments inside the events": good.replace(b"data: ", b": ping\ndata: "),
        "names without data": _between(b"event: keepalive\n\n", good),
        "fields nobody knows": _between(b"gibberish\nx: y\n\x00\xff\xfe\n", good),
        "thousands of empty frames": b"data:\n\n" * 5000 + good + b"data:\n\n" * 5000,
        "thousands of blank lines": b"\n" * 20_000 + good,
        "no blank line at the end": good.rstrip(b"\n"),
        "junk after the terminal marker": good + b'data: {"broken\n\n\xff\xff' + b"x" * 3_000_000,
    }  # fmt: skip
    for name, body in spellings.items():
        yield met(name, done(finish=d.reason["stop"]), *streamed(body))
    pieces = [bytes([byte]) for byte in good]
    yield met("single bytes", done(finish=d.reason["stop"]), *unframed(*pieces))
    yield met(
        "chunks of one byte in one packet", done(finish=d.reason["stop"]),
        Send(chunked_head() + b"".join(map(chunk, pieces)) + b"0\r\n\r\n"),
    )  # fmt: skip
    yield from _malformed(d)
    yield from _endless(d)
    yield from _characters(d)


def _between(junk: bytes, good: bytes) -> bytes:
    """The junk before each event."""
    return b"".join(junk + part + b"\n\n" for part in good.split(b"\n\n") if part)


def _malformed(d: Dialect) -> Iterator[Scenario]:
    """Data that cannot be read ends the stream; what came before it in the same packet stays."""
    said = d.begin + d.says(PIECES[:2])
    after = d.say("never") + d.finish() + d.end()
    for name, junk, says in (
        ("data that is no JSON", b"data: hello there\n\n", "hello there"),
        ("half a JSON object", b'data: {"choices": [\n\n', "not JSON"),
        ("JSON that is a list", b"data: [1]\n\n", "not a JSON object"),
        ("JSON that is a string", b'data: "hi"\n\n', "not a JSON object"),
        ("JSON that is a number", b"data: 17\n\n", "not a JSON object"),
        ("JSON nested 100,000 deep", b"data: " + b"[" * 100_000 + b"\n\n", "not JSON"),
        ("objects nested 100,000 deep", b'data: {"a":' + b'{"a":' * 100_000 + b"\n\n", "not JSON"),
        ("a number of 10,000 digits", b"data: " + b"9" * 10_000 + b"\n\n", "not JSON"),
        ("bytes that are no UTF-8", b'data: {"a": "\xff\xfe"}\n\n', "UTF-8"),
        ("half a character", b'data: {"a": "\xf0\x9f"}\n\n', "UTF-8"),
    ):
        yield met(name, failed("protocol", says, text=SAID), *streamed(said + junk + after))


def _endless(d: Dialect) -> Iterator[Scenario]:
    said = d.begin + d.says(PIECES[:2])
    yield met(
        "a line without end",
        failed("protocol", "line", "32 MiB", text=SAID),
        Send(head() + said + b"data: "), Flood(b"a" * 65_536),
    )  # fmt: skip
    yield met(
        "a comment line without end",
        failed("protocol", "line", "32 MiB", text=SAID),
        Send(head() + said + b": "), Flood(b"a" * 65_536),
    )  # fmt: skip
    yield met(
        "a line of 32 MiB and one byte",
        failed("protocol", "line", "32 MiB", text=SAID),
        *streamed(said, b"data: " + b"a" * ((32 << 20) + 1) + b"\n\n"),
    )
    yield met(
        "an event of data lines without end",
        failed("protocol", "event", "64 MiB", text=SAID),
        Send(head() + said), Flood(b"data: " + b"a" * 60_000 + b"\n"),
    )  # fmt: skip
    yield met(
        "an event of empty data lines without end",
        Expected(status=Status.TIMEOUT, kind="stall", text=SAID),
        Send(head() + said), Flood(b"data:\n" * 1000), deadlines=QUICK_STALL,
    )  # fmt: skip
    yield met(
        "comments without end before an answer",
        Expected(status=Status.TIMEOUT, kind="ttft"),
        Send(head()), Flood(b": still here\n\n" * 100), deadlines=QUICK_TTFT,
    )  # fmt: skip
    yield met(
        "comments without end inside an answer",
        Expected(status=Status.TIMEOUT, kind="stall", text=SAID),
        Send(head() + said), Flood(b": still here\n\n" * 100), deadlines=QUICK_STALL,
    )  # fmt: skip
    yield met(
        "events that mean nothing without end",
        Expected(status=Status.TIMEOUT, kind="ttft"),
        Send(head() + d.begin), Flood(event({"type": "noise"}) * 20), deadlines=QUICK_TTFT,
    )  # fmt: skip
    long = "a" * 700_000
    yield met("a delta of 700 kB", done(long, finish=d.reason["stop"]), *streamed(d.healthy(long)))


def _characters(d: Dialect) -> Iterator[Scenario]:
    high, low = "\\ud83d", "\\ude00"

    def escaped(*texts: str) -> bytes:
        return d.begin + b"".join(
            d.say("@").replace(b"@", text.encode()) for text in texts
        ) + d.finish() + d.end()  # fmt: skip

    for name, texts, text in (
        ("a character's two halves in two deltas", (f"a{high}", f"{low}b"), "a😀b"),
        ("a character's two halves in one delta", (f"a{high}{low}b",), "a😀b"),
        ("half a character at the end", (f"a{high}",), "a\ud83d"),
        ("half a character in the middle", (f"a{high}", "b"), "a\ud83db"),
        ("the second half alone", (f"{low}b",), "\ude00b"),
        ("NUL and escape sequences", ("\\u0000\\u001b[2J",), "\x00\x1b[2J"),
        ("combining and right-to-left characters", ("e\\u0301", "\\u202eabc"), "e\u0301\u202eabc"),
    ):
        yield met(name, done(text, finish=d.reason["stop"]), *streamed(escaped(*texts)))
    if d is CHAT:
        yield met(
            "NaN and infinity among the numbers",
            done(),
            *streamed(
                CHAT.begin + CHAT.says(PIECES),
                b'data: {"choices": [], "usage": {"prompt_tokens": NaN, '
                b'"completion_tokens": Infinity}}\n\n' + DONE,
            ),
        )
