"""Headers that say something else than the body is."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.framing import chunk, chunked_head, gzipped, head, unframed
from tests.faults.scenarios.scenario import (
    CALM,
    PIECES,
    TEXT,
    Expected,
    Scenario,
    done,
    failed,
    once,
)
from tests.faults.server import Close, Pause, Send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect
    from tests.faults.server import Step

PLAIN = ("none", "None", "utf-8", "UTF8", "chunked", "7bit", "binary", "identity", "",
         "identity, identity", ", ,", '"identity"', "8bit,,Utf-8")  # fmt: skip
PACKED = ("br", "zstd", "compress", "gzip, br", "BR", "identity, zstd")
TYPES = ("text/plain", "text/html; charset=utf-8", "application/octet-stream",
         "application/x-ndjson", "application/json", "text/event-stream; charset=latin-1",
         "image/png", "nonsense", "")  # fmt: skip


def headers(d: Dialect) -> Iterator[Scenario]:
    """A body is read as what it is, and what its headers say beside that is flagged or named."""
    good = d.healthy(*PIECES)
    whole = done(finish=d.reason["stop"])

    def met(name: str, expected: Expected, *steps: Step, stream: bool = True) -> Scenario:
        return Scenario(
            name=name, script=once(*steps), expected=expected, deadlines=CALM, stream=stream
        )

    for value in PLAIN:
        yield met(f"content-encoding {value!r}", whole, *unframed(good, content_encoding=value))
    for value in PACKED:
        last = value.split(",")[-1].strip().lower()
        yield met(f"content-encoding {value!r}", failed("protocol", last),
                  *unframed(b"\x8b\x01junk", content_encoding=value))  # fmt: skip
    raw = zlib.compressobj(wbits=-15)
    for value, body in (
        ("x-gzip", gzipped(good)),
        ("GZIP", gzipped(good)),
        ("identity, gzip", gzipped(good)),
        ("deflate", zlib.compress(good)),
        ("deflate, none", raw.compress(good) + raw.flush()),
        ("gzip, deflate", zlib.compress(gzipped(good))),
        ("gzip, identity, ", gzipped(good[:40]) + gzipped(good[40:])),
    ):
        yield met(f"a body in {value!r}", whole, *unframed(body, content_encoding=value))
    flagged = Expected(
        status=Status.DONE, text=TEXT, finish=d.reason["stop"], flags=("content_type",)
    )
    for name in TYPES:
        yield met(f"an event stream called {name!r}", flagged, *unframed(good, content_type=name))
    odd = "text/plain"
    yield met("one of another type in single bytes", flagged,
              *unframed(*(bytes([byte]) for byte in b"\xef\xbb\xbf\r\n: hi\n\n" + good),
                        content_type=odd))  # fmt: skip
    for start in (b"retry: 5\n\n", b"id: 1\n", b":\n", b"data\n\n"):
        yield met(f"one of another type that begins {start!r}", flagged,
                  *unframed(start + good, content_type=odd))  # fmt: skip
    for body, says in ((b"dataset not found", "dataset"), (b"", "empty"), (b"da", "da"),
                       (b"eventually", "eventually")):  # fmt: skip
        yield met(f"words of another type: {body!r}", failed("protocol", odd, says),
                  *unframed(body, content_type=odd))  # fmt: skip
    answer = json.dumps(d.whole(TEXT)).encode()
    for name in ("text/plain", "text/html", "application/octet-stream", ""):
        yield met(f"a whole answer called {name!r}", flagged,
                  *unframed(b"\n" + answer, content_type=name), stream=False)  # fmt: skip
    yield met("words in place of a whole answer", failed("protocol", "text/plain", "Sorry"),
              *unframed(b"Sorry, no.", content_type=odd), stream=False)  # fmt: skip
    yield from _lengths(d, met)


def _lengths(d: Dialect, met: object) -> Iterator[Scenario]:
    assert callable(met)
    good = d.healthy(*PIECES)
    for length in ("5", "0", "99999"):
        yield met(
            f"chunks beside a length of {length}",
            Expected(status=Status.DONE, text=TEXT, finish=d.reason["stop"],
                     flags=("content_length",)),
            Send(chunked_head(headers={"content-length": length}) + chunk(good) + b"0\r\n\r\n"),
        )  # fmt: skip
    torn = chunked_head(headers={"Content-Length": "7"})
    yield met(
        "chunks beside a length, the head in single bytes",
        Expected(status=Status.DONE, text=TEXT, finish=d.reason["stop"],
                 flags=("content_length",)),
        *(Send(bytes([byte])) for byte in torn), Pause(0.01), Send(chunk(good) + b"0\r\n\r\n"),
    )  # fmt: skip
    yield met(
        "a hint before chunks beside a length",
        Expected(status=Status.DONE, text=TEXT, finish=d.reason["stop"],
                 flags=("content_length",)),
        Send(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + torn + chunk(good)
             + b"0\r\n\r\n"),
    )  # fmt: skip
    yield met("a length that is longer", failed("disconnected", "Content-Length", text=TEXT),
              Send(head(headers={"content-length": "99999"}) + d.begin + d.says(PIECES)),
              Close())  # fmt: skip
    cut = len(d.begin) + 20
    yield met("a length that is shorter", failed("protocol", "Content-Length"),
              Send(head(headers={"content-length": str(cut)}) + good), Close())  # fmt: skip
    yield met("two lengths", failed("protocol", "two lengths", "5", "6"),
              Send(head(headers={"content-length": "5", "Content-Length": "6"}) + b"hello"),
              Close())  # fmt: skip
