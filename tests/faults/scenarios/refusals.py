"""Answers with a status that is no success."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.faults.framing import SSE, answered, chunk, chunked_head, gzipped, head
from tests.faults.scenarios.scenario import Scenario, failed, once
from tests.faults.server import Close, Flood, Send, Stall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.errors import ErrorKind
    from tests.faults.dialects import Dialect

KINDS: dict[int, ErrorKind] = {
    400: "bad_request",
    401: "auth",
    403: "auth",
    404: "not_found",
    408: "server",
    409: "server",
    413: "bad_request",
    422: "bad_request",
    429: "rate_limit",
    500: "server",
    502: "server",
    503: "server",
    504: "server",
    529: "overloaded",
}
GATEWAY = "<html><head><title>{0} Bad</title></head><body><h1>{0} Bad</h1><hr>nginx</body></html>"


def refusals(d: Dialect) -> Iterator[Scenario]:
    """The status gives the kind, the body the words, whatever the body is."""
    for status, kind in KINDS.items():
        error = json.dumps({"type": "error", "error": {"type": "x", "message": f"no, {status}!"}})
        yield Scenario(
            name=f"status {status} with an error object",
            script=once(*answered(status, error)),
            expected=failed(kind, f"HTTP {status}", f"no, {status}!", http_status=status),
        )
        yield Scenario(
            name=f"status {status} with a page",
            script=once(*answered(status, GATEWAY.format(status), "text/html")),
            expected=failed(kind, f"HTTP {status}", "Bad", "nginx", http_status=status),
        )
        yield Scenario(
            name=f"status {status} with nothing",
            script=once(*answered(status, b"", None)),
            expected=failed(kind, f"HTTP {status}", http_status=status),
        )
    yield from _odd_bodies()


def _odd_bodies() -> Iterator[Scenario]:
    broken = failed("server", "HTTP 500", http_status=500)
    told = failed("server", "HTTP 500", "it broke", http_status=500)
    big = {"content-length": "10000000"}
    yield Scenario(
        name="status 500 with 10 MB",
        script=once(Send(head(500, big, content_type="text/plain") + b"it broke "),
                    Flood(b"x" * 99_999, 100)),
        expected=told,
    )  # fmt: skip
    yield Scenario(
        name="status 500 without end",
        script=once(Send(chunked_head(500) + chunk(b"it broke ")), Flood(chunk(b"x" * 1000))),
        expected=told,
    )
    yield Scenario(
        name="status 500 that hangs in its body",
        script=once(Send(chunked_head(500) + chunk(b"it broke")), Stall()),
        expected=told,
    )
    yield Scenario(
        name="status 500 that hangs before its body",
        script=once(Send(chunked_head(500)), Stall()),
        expected=broken,
    )
    yield Scenario(
        name="status 500 cut short",
        script=once(Send(head(500, big, content_type="text/plain") + b"it broke"), Close()),
        expected=told,
    )
    yield Scenario(
        name="status 500 in gzip",
        script=once(
            *answered(500, gzipped(b"it broke"), "text/plain", {"content-encoding": "gzip"})
        ),
        expected=told,
    )
    yield Scenario(
        name="status 500 in gzip that is none",
        script=once(*answered(500, b"it broke", "text/plain", {"content-encoding": "gzip"})),
        expected=broken,
    )
    yield Scenario(
        name="status 500 that says it is JSON and is none",
        script=once(*answered(500, b"it broke")),
        expected=told,
    )
    yield Scenario(
        name="status 500 with JSON nested deep",
        script=once(*answered(500, b"[" * 60_000)),
        expected=broken,
    )
    yield Scenario(
        name="status 500 with bytes that are no text",
        script=once(*answered(500, b"\xff\xfe\x00it broke\x1b]52;c;\x07", "text/plain")),
        expected=told,
    )
    yield Scenario(
        name="status 500 called an event stream",
        script=once(*answered(500, b'data: {"error": {"message": "it broke"}}\n\n', SSE)),
        expected=told,
    )
    yield Scenario(
        name="status 422 in FastAPI's words",
        script=once(*answered(422, '{"detail": [{"loc": ["body", "top_p"], "msg": "too big"}]}')),
        expected=failed("bad_request", "top_p", "too big", http_status=422),
    )
    yield Scenario(
        name="status 400 with a bare string",
        script=once(*answered(400, '{"error": "model not loaded"}')),
        expected=failed("bad_request", "model not loaded", http_status=400),
    )
    yield Scenario(
        name="status 404 of old vLLM",
        script=once(*answered(404, '{"object": "error", "message": "no model", "code": 404}')),
        expected=failed("not_found", "no model", http_status=404),
    )
    yield Scenario(
        name="status 502 of OpenRouter with the upstream's words",
        script=once(
            *answered(502, json.dumps({"error": {"code": 502, "message": "Provider returned error",
                                                 "metadata": {"raw": "upstream fell over"}}}))
        ),
        expected=failed("server", "Provider returned error", "upstream fell over", http_status=502),
    )  # fmt: skip
    yield Scenario(
        name="status 500 that calls itself overloaded",
        script=once(*answered(500, '{"type": "error", "error": {"type": "overloaded_error"}}')),
        expected=failed("overloaded", http_status=500),
    )
