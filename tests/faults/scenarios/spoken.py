"""Errors that a server says inside an event stream in forms that no dialect describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, event
from tests.faults.framing import streamed, unframed
from tests.faults.scenarios.scenario import (
    PIECES,
    Expected,
    Scenario,
    done,
    failed,
    once,
    truncated,
)
from tests.faults.server import Stall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.errors import ErrorKind
    from tests.faults.dialects import Dialect
    from tests.faults.server import Step

SAID = "".join(PIECES[:2])
PAGE = "<!DOCTYPE html>\n<html>\n<head><title>503 Service Unavailable</title></head>\n</html>\n"
BUSY = {"error": {"type": "overloaded_error", "message": "come back"}}
QUOTA = {"error": {"code": 429, "message": "quota is used up", "status": "RESOURCE_EXHAUSTED"}}

OBJECTS: tuple[tuple[str, object, ErrorKind, str], ...] = (
    ("a code and a message", {"code": "Throttling", "message": "slow down"},
     "rate_limit", "slow down"),
    ("a camel-case code", {"code": "InvalidApiKey", "message": "no key", "request_id": "r"},
     "auth", "no key"),
    ("a numeric code and msg", {"code": 503, "msg": "no replica"}, "server", "no replica"),
    ("base_resp", {"base_resp": {"status_code": 1002, "status_msg": "rpm"}, "choices": None},
     "rate_limit", "rpm"),
    ("base_resp of a key", {"base_resp": {"status_code": 1004, "status_msg": "login fail"}},
     "auth", "login fail"),
    ("detail", {"detail": "Model not loaded"}, "server", "Model not loaded"),
    ("detail in a list", {"detail": [{"loc": ["body", "n"], "msg": "too big", "type": "v"}]},
     "server", "body.n: too big"),
    ("errors in a list", {"errors": [{"code": "rate_limit", "message": "wait"}]},
     "rate_limit", "wait"),
    ("errors as text", {"errors": ["first", "second"]}, "server", "first; second"),
    ("success false", {"success": False, "message": "no GPU"}, "server", "no GPU"),
    ("ok false alone", {"ok": False}, "server", ""),
    ("a status in words", {"status": "error", "message": "worker died"}, "server", "worker died"),
    ("error_code and error_msg", {"error_code": 18, "error_msg": "QPS limit"},
     "server", "QPS limit"),
    ("a message alone", {"message": "Endpoint request timed out"}, "server", "timed out"),
    ("a problem in JSON", {"title": "Too busy", "status": 429, "instance": "/v1"},
     "rate_limit", "Too busy"),
    ("a type and a message", {"type": "overloaded_error", "message": "busy"},
     "overloaded", "busy"),
    ("a number for an error", {"error": 503, "message": "no worker"}, "server", "no worker"),
    ("an exception by its name", {"throttlingException": {"message": "Too many tokens"}},
     "server", "Too many tokens"),
    ("the type of another cloud", {"__type": "ThrottlingException", "message": "slower"},
     "rate_limit", "slower"),
    ("a problem with a type", {"type": "about:blank", "title": "Gone", "status": 404},
     "not_found", "Gone"),
    ("an error in a detail", {"detail": {"error": {"type": "auth_permission", "message": "no"}}},
     "auth", "no"),
    ("a type that ends in Error", {"type": "RateLimitError", "message": "wait a bit"},
     "rate_limit", "wait a bit"),
    ("an error in a list", [BUSY], "overloaded", "come back"),
)  # fmt: skip


def spoken(d: Dialect) -> Iterator[Scenario]:
    """`failed`, with the server's words, and what was said before them."""

    def met(name: str, expected: Expected, *steps: Step) -> Scenario:
        return Scenario(name=name, script=once(*steps), expected=expected)

    said = d.begin + d.says(PIECES[:2])
    for name, body, kind, words in OBJECTS:
        yield met(f"an error: {name}", failed(kind, words, text=SAID),
                  *streamed(said, event(body)))  # fmt: skip
        yield met(f"an error before all: {name}", failed(kind, words), *unframed(event(body)))
        whole = json.dumps(body)
        yield met(f"an error without data: {name}", failed(kind, words, text=SAID),
                  *unframed(said + whole.encode()))  # fmt: skip
    for when, before, text in (("at first", b"", ""), ("after text", said, SAID)):
        for name, tail, kind, words in (
            ("an object over several lines", json.dumps(QUOTA, indent=2), "rate_limit", "quota"),
            ("a list over several lines", json.dumps([QUOTA], indent=1), "rate_limit", "quota"),
            ("CRLF lines", json.dumps(QUOTA, indent=2).replace("\n", "\r\n"), "rate_limit", "quo"),
            ("a page", PAGE, "server", "503 Service Unavailable"),
            ("plain words", "upstream connect error or disconnect", "server", "upstream connect"),
            ("a sentence", "Too Many Requests, slow down.", "rate_limit", "Too Many"),
            ("a word before a colon", "Error: model runner has crashed", "server", "crashed"),
            ("a traceback", 'Traceback (most recent call last):\n  File "x.py"\nKeyError: 1',
             "server", "KeyError"),
            ("data with words under error", "event: error\ndata: GPU is lost\n\n", "server", "GPU"),
            ("error without data", "event: error\n\n", "server", ""),
            ("an error name of a kind", f"event: stream_error\ndata: {json.dumps(QUOTA)}\n\n",
             "rate_limit", "quota"),
            ("words that begin with error", "data: [ERROR] worker is lost\n\n", "server", "lost"),
            ("error before an object", f"data: error: {json.dumps(QUOTA)}\n\n", "rate_limit",
             "quota"),
            ("half an error object", 'data: {"error": {"message": "CUDA out of mem', "server",
             "CUDA out of mem"),
            ("one data line of several", 'data: {"error": {\n"message": "torn"\n}}\n\n', "server",
             "torn"),
        ):  # fmt: skip
            yield met(f"{name} {when}", failed(kind, words, text=text),
                      *unframed(before + tail.encode()))  # fmt: skip
    yield met("an error object glued to an open event", failed("overloaded", "come", text=SAID),
              *streamed(said[:-1] + json.dumps(BUSY).encode() + b"\n"), Stall())  # fmt: skip
    yield met("an error object as a further data line", failed("overloaded", "come", text=SAID),
              *streamed(said[:-1] + event(BUSY)))  # fmt: skip
    yield met("an error under the name of text", failed("overloaded", "come", text=SAID),
              *streamed(said, _named_as_text(d)))  # fmt: skip
    yield from _innocent(d, met)


def _named_as_text(d: Dialect) -> bytes:
    name = {
        "openai": "message",
        "openai-responses": "response.output_text.delta",
        "anthropic": "content_block_delta",
    }
    return event(BUSY, name[d.api])


def _innocent(d: Dialect, met: object) -> Iterator[Scenario]:
    """What only looks like an error."""
    assert callable(met)
    words = ('{"error": "x"}', " Error: 500 <html>", '\n{"code": 1, "message": "no"}\n')
    text = "".join(words)
    yield met("an answer about errors", done(text, finish=d.reason["stop"]),
              *streamed(d.healthy(*words)))  # fmt: skip
    said = d.begin + d.says(PIECES[:2])
    for name, tail in (
        ("an unknown field", b"x-trace: 1\n"),
        ("comments", b": error\n: Error: no\n\n"),
        ("an id and a retry time", b"id: error\nretry: 500\n\n"),
        ("half a field", b"dat"),
        ("half an event", d.say("never")[:20]),
    ):
        yield met(f"{name} before a cut", truncated(SAID), *unframed(said + tail))
    harmless: tuple[dict[str, object], ...] = (
        {"code": 0, "message": "success"},
        {"success": True, "message": "fine"},
        {"base_resp": {"status_code": 0, "status_msg": ""}},
        {"message": "hello world"},
        {"type": "response.note", "message": "hello"},
        {"status": "processing", "message": "queued"},
        {"errors": [], "error": None, "detail": ""},
    )
    for body in harmless:
        yield met(f"no error: {body}", done(SAID, finish=d.reason["stop"]),
                  *streamed(said, event(body), d.finish() + d.end()))  # fmt: skip
    if d is CHAT:
        page = PAGE.encode()
        yield met(
            "a page after the finish reason",
            Expected(status=Status.DONE, text=SAID, finish="stop", flags=("unterminated",)),
            *unframed(said + d.finish() + page),
        )
    whole = json.dumps(d.whole("whole")).encode()
    yield met("a whole answer in place of events", failed("protocol", "JSON outside"),
              *unframed(whole))  # fmt: skip
    lines = b'{"response": "Hi", "done": false}\n' * 3
    yield met("lines of JSON", failed("protocol", "JSON outside"), *unframed(lines))
    yield met("lines of JSON that end in an error", failed("server", "no memory"),
              *unframed(lines + b'{"error": "no memory"}\n'))  # fmt: skip
    yield met(
        "lines of JSON called so that end in an error",
        failed("protocol", "no memory", http_status=200),
        *unframed(lines + b'{"error": "no memory"}\n', content_type="application/x-ndjson"),
    )
