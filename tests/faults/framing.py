"""Response heads and framings, written out as bytes."""

from __future__ import annotations

import gzip

from tests.faults.server import Close, Send, Step

SSE = "text/event-stream"
LAST_CHUNK = b"0\r\n\r\n"


def head(
    status: int = 200,
    headers: dict[str, str] | None = None,
    *,
    content_type: str | None = SSE,
    version: str = "1.1",
) -> bytes:
    """A response head without a word about the body's framing."""
    lines = [f"HTTP/{version} {status} Because"]
    if content_type is not None:
        lines.append(f"content-type: {content_type}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def chunked_head(status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """The head of a chunked event stream."""
    return head(status, {**(headers or {}), "transfer-encoding": "chunked"})


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def streamed(*pieces: bytes, headers: dict[str, str] | None = None) -> tuple[Step, ...]:
    """A whole chunked event stream; the connection stays open for another request."""
    return (
        Send(chunked_head(headers=headers)),
        *(Send(chunk(piece)) for piece in pieces),
        Send(LAST_CHUNK),
    )


def unframed(*pieces: bytes, content_type: str | None = SSE, **fields: str) -> tuple[Step, ...]:
    """A body that the end of the connection ends."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return (
        Send(head(200, headers, content_type=content_type)),
        *(Send(piece) for piece in pieces),
        Close(),
    )


def answered(
    status: int,
    body: bytes | str,
    content_type: str | None = "application/json",
    headers: dict[str, str] | None = None,
) -> tuple[Step, ...]:
    """A whole answer with its length; the connection stays open for another request."""
    data = body.encode() if isinstance(body, str) else body
    length = {"content-length": str(len(data))}
    return (Send(head(status, {**(headers or {}), **length}, content_type=content_type) + data),)


def gzipped(data: bytes) -> bytes:
    """The same bytes on every run: no time in the header."""
    return gzip.compress(data, mtime=0)
