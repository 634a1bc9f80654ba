"""Error objects, refusals and early ends inside a stream that began with status 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, DONE, MESSAGES, RESPONSES, event
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

    from streamdash.streams.errors import ErrorKind
    from tests.faults.dialects import Dialect

SAID = "".join(PIECES[:2])
TYPES: tuple[tuple[str, ErrorKind], ...] = (
    ("overloaded_error", "overloaded"),
    ("rate_limit_exceeded", "rate_limit"),
    ("insufficient_quota", "rate_limit"),
    ("authentication_error", "auth"),
    ("permission_error", "auth"),
    ("not_found_error", "not_found"),
    ("invalid_request_error", "bad_request"),
    ("context_length_exceeded", "bad_request"),
    ("server_error", "server"),
    ("api_error", "server"),
    ("a_word_of_tomorrow", "server"),
)


def met(name: str, expected: Expected, *events: bytes) -> Scenario:
    return Scenario(name=name, script=once(*streamed(*events)), expected=expected)


def errors(d: Dialect) -> Iterator[Scenario]:
    """An error object ends the stream as failed, and what was said before it stays."""
    said = d.begin + d.says(PIECES[:2])
    for word, kind in TYPES:
        yield met(
            f"an error object {word} in the middle",
            failed(kind, "sorry", text=SAID),
            said, d.fail(word, "sorry"), d.say("never"),
        )  # fmt: skip
    yield met(
        "an error object before anything else",
        failed("overloaded", "sorry"),
        d.fail("overloaded_error", "sorry"),
    )
    yield met(
        "an error object after the terminal marker",
        done(finish=d.reason["stop"]),
        d.healthy(*PIECES), d.fail("server_error", "too late"),
    )  # fmt: skip
    yield met(
        "an error object in one packet with deltas",
        failed("server", "sorry", text=SAID),
        said + d.fail("server_error", "sorry"),
    )
    yield from _foreign(said)


def _foreign(said: bytes) -> Iterator[Scenario]:
    """What gateways and local servers send, whatever dialect they speak."""
    yield met(
        "the error of old vLLM",
        failed("bad_request", "too long", text=SAID, http_status=400),
        said,
        event({"object": "error", "message": "too long", "type": "BadRequestError", "code": 400}),
    )
    yield met(
        "the error of llama.cpp",
        failed("server", "slot died", text=SAID, http_status=500),
        said,
        event({"error": {"code": 500, "message": "slot died", "type": "server_error"}}),
    )
    yield met(
        "the error field of older llama.cpp",
        failed("server", "slot died", text=SAID, http_status=500),
        said,
        b'error: {"code": 500, "message": "slot died", "type": "server_error"}\n\n',
    )
    yield met(
        "an event named error",
        failed("server", "gone wrong", text=SAID),
        said,
        event({"message": "gone wrong"}, "error"),
    )
    yield met(
        "an error that is a string",
        failed("server", "CUDA out of memory", text=SAID),
        said,
        event({"error": "CUDA out of memory"}),
    )
    yield met(
        "an error whose code is a string",
        failed("rate_limit", "slow down", text=SAID, http_status=429),
        said,
        event({"error": {"code": "429", "message": "slow down"}}),
    )
    yield met(
        "an error without a word",
        failed("server", text=SAID),
        said,
        event({"error": {"param": None}}),
    )
    yield met(
        "an error with the upstream's words",
        failed("server", "Provider returned error", "fell over", text=SAID, http_status=502),
        said,
        event(
            {
                "error": {
                    "code": 502,
                    "message": "Provider returned error",
                    "metadata": {"raw": "fell over", "provider_name": "x"},
                }
            }
        ),
    )


def endings(d: Dialect) -> Iterator[Scenario]:
    """Ends that the provider names."""
    yield met("an ordinary end", done(finish=d.reason["stop"]), d.healthy(*PIECES))
    yield met(
        "the token limit",
        Expected(status=Status.INCOMPLETE, text=TEXT, finish=d.reason["length"]),
        d.healthy(*PIECES, outcome="length"),
    )
    yield met(
        "the content filter",
        Expected(status=Status.FILTERED, text=TEXT, finish=d.reason["filter"]),
        d.healthy(*PIECES, outcome="filter"),
    )
    yield met(
        "an answer without a word",
        Expected(status=Status.DONE, finish=d.reason["stop"], flags=("empty",)),
        d.healthy(),
    )
    yield met(
        "reasoning before the answer",
        done(finish=d.reason["stop"], reasoning="Hm, 世界. "),
        d.begin + d.think("Hm, ") + d.think("世界. ") + d.says(PIECES) + d.finish() + d.end(),
    )
    yield met(
        "a tool call's pieces",
        Expected(status=Status.DONE, tool='{"a": 1}', flags=("empty",)),
        d.begin + d.call('{"a":') + d.call(" 1}") + d.finish() + d.end(),
    )
    if d is CHAT:
        yield from _chat_endings()
    elif d is RESPONSES:
        yield from _responses_endings()
    else:
        yield from _messages_endings()


def _choice(delta: object, finish: str | None = None, **fields: object) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"id": "c-1", "choices": [choice], **fields})


def _chat_endings() -> Iterator[Scenario]:
    said = CHAT.begin + CHAT.says(PIECES[:2])
    yield met(
        "OpenRouter's error chunk with its last words",
        failed("server", "Provider disconnected", text=SAID + "and", http_status=502),
        said,
        _choice(
            {"content": "and"}, "error", error={"code": 502, "message": "Provider disconnected"}
        ),
        DONE,
    )
    yield met(
        "an error inside the choice",
        failed("server", "upstream died", text=SAID, http_status=502),
        said,
        event({"choices": [{"index": 0, "delta": {}, "finish_reason": "error",
                            "error": {"code": 502, "message": "upstream died"}}]}),
    )  # fmt: skip
    yield met(
        "a finish reason error without a word",
        failed("server", "'error'", text=SAID),
        said,
        _choice({}, "error"),
    )
    yield met(
        "an error object after the finish reason",
        failed("server", "sorry", text=TEXT),
        CHAT.begin + CHAT.says(PIECES) + CHAT.finish(),
        CHAT.fail("server_error", "sorry"),
    )
    yield met(
        "a refusal",
        Expected(status=Status.FILTERED, refusal="I will not.", finish="stop"),
        CHAT.begin,
        _choice({"refusal": "I will "}),
        _choice({"refusal": "not."}),
        CHAT.finish() + CHAT.end(),
    )
    for word, status in (
        ("model_length", Status.INCOMPLETE),
        ("insufficient_system_resource", Status.INCOMPLETE),
        ("tool_calls", Status.DONE),
        ("eos_token", Status.DONE),
        ("SAFETY", Status.FILTERED),
        ("RECITATION", Status.FILTERED),
    ):
        yield met(
            f"the finish reason {word}",
            Expected(status=status, text=TEXT, finish=word),
            CHAT.begin + CHAT.says(PIECES) + _choice({}, word) + DONE,
        )


def _completed(name: str, **response: object) -> bytes:
    return event({"type": f"response.{name}", "response": response}, f"response.{name}")


def _responses_endings() -> Iterator[Scenario]:
    said = RESPONSES.begin + RESPONSES.says(PIECES[:2])
    yield met(
        "response.failed",
        failed("rate_limit", "slow down", text=SAID),
        said,
        _completed("failed", error={"code": "rate_limit_exceeded", "message": "slow down"}),
    )
    yield met(
        "response.failed without a reason",
        failed("server", "failed", text=SAID),
        said,
        _completed("failed", error=None),
    )
    yield met(
        "response.failed without a response",
        failed("server", "failed", text=SAID),
        said,
        event({"type": "response.failed"}),
    )
    yield met(
        "response.cancelled",
        failed("server", "cancelled", text=SAID),
        said,
        _completed("cancelled", status="cancelled"),
    )
    yield met(
        "response.incomplete without a reason",
        Expected(status=Status.INCOMPLETE, text=SAID, finish="incomplete"),
        said,
        _completed("incomplete", status="incomplete", incomplete_details=None),
    )
    yield met(
        "response.completed of a cut item",
        Expected(status=Status.INCOMPLETE, text=SAID, finish="incomplete"),
        said,
        _completed("completed", output=[{"type": "message", "status": "incomplete"}]),
    )
    yield met(
        "response.completed without a response",
        done(SAID, finish="completed"),
        said,
        event({"type": "response.completed"}),
    )
    yield met(
        "a refusal",
        Expected(status=Status.FILTERED, refusal="I will not.", finish="completed"),
        RESPONSES.begin,
        event({"type": "response.refusal.delta", "delta": "I will "}),
        event({"type": "response.refusal.delta", "delta": "not."}),
        event({"type": "response.refusal.done", "refusal": "I will not."}),
        RESPONSES.end(),
    )


def _messages_endings() -> Iterator[Scenario]:
    def stopped(reason: object) -> bytes:
        body = {"type": "message_delta", "delta": {"stop_reason": reason}}
        return event(body, "message_delta") + MESSAGES.end()

    for word, status in (
        ("pause_turn", Status.INCOMPLETE),
        ("model_context_window_exceeded", Status.INCOMPLETE),
        ("stop_sequence", Status.DONE),
        ("tool_use", Status.DONE),
        ("refusal", Status.FILTERED),
    ):
        yield met(
            f"the stop reason {word}",
            Expected(status=status, text=TEXT, finish=word),
            MESSAGES.begin + MESSAGES.says(PIECES) + stopped(word),
        )
    yield met(
        "message_stop without a stop reason",
        done(),
        MESSAGES.begin + MESSAGES.says(PIECES) + stopped(None),
    )
    yield met(
        "an error named by its event alone",
        failed("overloaded", "sorry", text=SAID),
        MESSAGES.begin + MESSAGES.says(PIECES[:2]),
        event({"error": {"type": "overloaded_error", "message": "sorry"}}, "error"),
    )
