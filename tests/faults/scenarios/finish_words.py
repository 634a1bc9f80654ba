"""Finish reasons in the words of all servers, over every dialect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, DONE, RESPONSES, event
from tests.faults.framing import answered, streamed
from tests.faults.scenarios.scenario import Expected, Scenario, once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect

WORDS: dict[Status, tuple[object, ...]] = {
    Status.DONE: (
        "stop", "STOP", "Stop Sequence", "stop-sequence", "endTurn", "EndTurn", "end_turn",
        "tool_calls", "toolUse", "FUNCTION_CALL", "eos", "word", "COMPLETE", "completed",
        "FINISH_REASON_STOP", "FinishReason.STOP", {"unified": "stop", "raw": "eos"}, ["stop"],
    ),
    Status.INCOMPLETE: (
        "length", "LENGTH", "maxTokens", "max-output-tokens", "MAX_TOKENS", "model_length",
        "REASON_MAX_LEN", "context window exceeded", "model_context_window_exceeded",
        "pause_turn", "compaction", "abort", "repetition", "limit", "ERROR_LIMIT",
        "USER_CANCEL", "insufficient_system_resource", "OTHER", {"type": "length"},
        "finishReasonMaxTokens", "truncated",
    ),
    Status.FILTERED: (
        "content_filter", "contentFilter", "CONTENT_FILTER", "content_filter: SAFETY", "SAFETY",
        "safety", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE",
        "IMAGE_SAFETY", "refusal", "sensitive", "guardrail-intervened", "ERROR_TOXIC",
        "content_policy_violation", "data_inspection_failed", {"reason": "Safety"},
    ),
    Status.FAILED: (
        "error", "Error", "failed", "network_error", "networkError", "MALFORMED_FUNCTION_CALL",
        "function_call_filter: MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL",
        "malformed_model_output", "internal failure", "tool_error", {"reason": "error"},
    ),
}  # fmt: skip
UNKNOWN = ("handoff", "FINISH_REASON_UNSPECIFIED", "tool_call_gone", "完成", 7, True, {"a": 1})
NONE: tuple[object, ...] = ("", "null", "None", 0, False, {}, [], "not_finished")


def finish_words(d: Dialect) -> Iterator[Scenario]:
    """The same words over each dialect; what a whole answer says, too."""
    if d is RESPONSES:
        yield from _responses()
        return
    for status, words in WORDS.items():
        for word in words:
            yield _met(d, word, _expected(status, word))
    for word in UNKNOWN:
        flagged = Expected(status=Status.DONE, text="half", flags=("unknown_finish",))
        yield _met(d, word, flagged)
    for word in NONE:
        yield _met(d, word, Expected(status=Status.DONE, text="half"))
    body = d.whole("half")
    for word, status in (("SAFETY", Status.FILTERED), ("maxTokens", Status.INCOMPLETE)):
        told = json.loads(json.dumps(body).replace(json.dumps(d.reason["stop"]), json.dumps(word)))
        yield _whole(f"a whole answer that ends with {word}", told, status, word)


def _expected(status: Status, word: object) -> Expected:
    finish = word if isinstance(word, str) else None
    if status is not Status.FAILED:
        return Expected(status=status, text="half", finish=finish)
    says = ("finish reason",)
    return Expected(status=status, kind="server", text="half", finish=finish, says=says)


def _met(d: Dialect, word: object, expected: Expected) -> Scenario:
    if d is CHAT:
        choice = {"index": 0, "delta": {}, "finish_reason": word}
        end = event({"choices": [choice]}) + DONE
    else:
        body = {"type": "message_delta", "delta": {"stop_reason": word}}
        end = event(body, "message_delta") + d.end()
    return Scenario(
        name=f"the finish reason {word!r}",
        script=once(*streamed(d.begin, d.say("half"), end)),
        expected=expected,
    )


def _whole(name: str, body: object, status: Status, word: str) -> Scenario:
    return Scenario(
        name=name,
        script=once(*answered(200, json.dumps(body).encode())),
        expected=Expected(status=status, text="half", finish=word),
        stream=False,
    )


def _responses() -> Iterator[Scenario]:
    def met(name: str, last: str, response: dict[str, object], expected: Expected) -> Scenario:
        end = event({"type": last, "response": response}, last)
        script = once(*streamed(RESPONSES.begin, RESPONSES.say("half"), end))
        return Scenario(name=name, script=script, expected=expected)

    for status in (Status.INCOMPLETE, Status.FILTERED, Status.FAILED):
        for word in WORDS[status]:
            body: dict[str, object] = {"status": "incomplete", "incomplete_details": word}
            if isinstance(word, str):
                body["incomplete_details"] = {"reason": word}
            yield met(f"the reason {word!r}", "response.incomplete", body, _expected(status, word))
    cut = Expected(status=Status.INCOMPLETE, text="half")
    yield met("a cut response that is called completed", "response.completed",
              {"status": "incomplete"}, cut)  # fmt: skip
    yield met(
        "a response that is called completed with a length for its reason",
        "response.completed",
        {"status": "completed", "finish_reason": "length"},
        cut,
    )
    unknown = Expected(
        status=Status.INCOMPLETE, text="half", finish="tuesday", flags=("unknown_finish",)
    )
    yield met(
        "an incomplete response for a reason nobody knows",
        "response.incomplete",
        {"status": "incomplete", "incomplete_details": {"reason": "tuesday"}},
        unknown,
    )
    for status_word in ("failed", "cancelled", "FAILED"):
        failed = Expected(status=Status.FAILED, kind="server", text="half")
        yield met(f"a response that is called completed with status {status_word}",
                  "response.completed", {"status": status_word, "error": None}, failed)  # fmt: skip
    good = Expected(status=Status.DONE, text="half", finish="completed")
    yield met("a completed response whose status is old", "response.completed",
              {"status": "in_progress", "incomplete_details": None}, good)  # fmt: skip
    yield met("a response that is done", "response.done", {"status": "completed"}, good)
    yield met("a completed response that a filter has ended", "response.completed",
              {"status": "completed", "incomplete_details": {"reason": "content-filter"}},
              Expected(status=Status.FILTERED, text="half"))  # fmt: skip
