"""Events that no document describes and some server sends."""

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
    once,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect


def met(name: str, expected: Expected, *events: bytes) -> Scenario:
    return Scenario(name=name, script=once(*streamed(*events)), expected=expected)


def odd(d: Dialect) -> Iterator[Scenario]:
    """An odd event costs nothing but itself."""
    good = d.healthy(*PIECES)
    whole = done(finish=d.reason["stop"])
    noise: tuple[dict[str, object], ...] = (
        {"type": "event.of.tomorrow", "delta": {"text": "x"}, "payload": [1, {"deep": None}]},
        {"object": "thing"},
        {"type": 7},
        {"type": None, "object": ["x"]},
        {"error": None},
        {"detail": None},
        {"note": "fine"},
        {},
    )
    for body in noise:
        yield met(f"the event {body}", whole, event(body), good)
    yield met("an unknown event with a name", whole, event({"a": 1}, "event_of_tomorrow"), good)
    yield met("[DONE] alone", Expected(status=Status.DONE, flags=("empty",)), DONE)
    yield met("[DONE] in place of the end", done(), d.begin + d.says(PIECES) + DONE)
    yield met("no opening events", whole, d.says(PIECES) + d.finish() + d.end())
    yield met("everything twice after the end", whole, good + good)
    yield met(
        "reasoning before the opening events",
        done(finish=d.reason["stop"], reasoning="Hm."),
        d.think("Hm.") + good,
    )
    if d is CHAT:
        yield from _chat()
    elif d is RESPONSES:
        yield from _responses()
    else:
        yield from _messages()


def _delta(delta: object, **fields: object) -> bytes:
    return event({"choices": [{"index": 0, "delta": delta, **fields}]})


def _chat() -> Iterator[Scenario]:
    good = CHAT.healthy(*PIECES)
    whole = done(finish="stop")
    end = CHAT.finish() + DONE
    for name, choices in (
        ("null", None),
        ("an empty list", []),
        ("a string", "none"),
        ("an object", {"delta": {"content": "x"}}),
        ("a list of null", [None]),
        ("a list of text", ["x"]),
        ("without a delta", [{"index": 0}]),
        ("with a null delta", [{"index": 0, "delta": None, "finish_reason": None}]),
        ("with a delta that is text", [{"index": 0, "delta": "x"}]),
        ("with null content", [{"index": 0, "delta": {"role": "assistant", "content": None}}]),
        ("with content that is a number", [{"index": 0, "delta": {"content": 7}}]),
        ("with null tool calls", [{"index": 0, "delta": {"tool_calls": None}}]),
        ("with tool calls of null", [{"index": 0, "delta": {"tool_calls": [None]}}]),
        ("with an empty finish reason", [{"index": 0, "delta": {}, "finish_reason": ""}]),
        ("with a finish reason that is a number", [{"index": 0, "delta": {}, "finish_reason": 0}]),
    ):
        yield met(f"choices: {name}", whole, event({"choices": choices}), good)
    yield met("no choices", whole, event({"id": "c-1", "model": "m-1"}), good)
    first, second = ({"index": n, "delta": {"content": text}} for n, text in ((0, "a"), (1, "x")))
    for name, index in (("a list", []), ("1", 1), ("-1", -1), ("text", "7"), ("null", None)):
        yield met(
            f"choices: a first one whose index is {name}",
            done(f"x{TEXT}", finish="stop"),
            event({"choices": [{"index": index, "delta": {"content": "x"}}]}), good,
        )  # fmt: skip
    yield met(
        "two choices, the second first",
        Expected(status=Status.DONE, text="aa\n\n[choice 2]\n\nxx", flags=("choices",)),
        event({"choices": [second, first]}), event({"choices": [first, second]}), end,
    )  # fmt: skip
    yield met(
        "choices without an index",
        done("ab", finish="stop"),
        event({"choices": [{"delta": {"content": "a"}}]}),
        event({"choices": [{"delta": {"content": "b"}, "index": None}]}),
        end,
    )
    yield met(
        "text in the role chunk",
        done("ab", finish="stop"),
        _delta({"role": "assistant", "content": "a"}), _delta({"content": "b"}), end,
    )  # fmt: skip
    yield met(
        "text in the finish chunk",
        done("ab", finish="stop"),
        _delta({"content": "a"}), _delta({"content": "b"}, finish_reason="stop"), DONE,
    )  # fmt: skip
    yield met(
        "reasoning under two names at once",
        done("a", finish="stop", reasoning="Hm."),
        _delta({"reasoning": "Hm.", "reasoning_content": "Hm."}), _delta({"content": "a"}), end,
    )  # fmt: skip
    yield met(
        "reasoning and answer in one delta",
        done("a", finish="stop", reasoning="Hm."),
        _delta({"reasoning": "Hm.", "content": "a"}), end,
    )  # fmt: skip
    yield met(
        "content in typed parts",
        done("ab", finish="stop", reasoning="Hm."),
        _delta({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]}),
        _delta({"content": [{"type": "text", "text": "a"}, None, {"type": "text", "text": "b"}]}),
        end,
    )
    yield met(
        "a message in place of deltas",
        done("whole", finish="stop"),
        event(
            {"choices": [{"index": 0, "message": {"content": "whole"}, "finish_reason": "stop"}]}
        ),
        DONE,
    )
    yield met(
        "the whole message once more at the end",
        done("ab", finish="stop"),
        _delta({"content": "a"}), _delta({"content": "b"}),
        _delta({}, message={"content": "ab"}, finish_reason="stop"), DONE,
    )  # fmt: skip
    yield met(
        "the whole message once more in place of the last delta",
        done("ab", finish="stop"),
        _delta({"content": "a"}), _delta({"content": "b"}),
        _delta(None, message={"content": "ab"}, finish_reason="stop"), DONE,
    )  # fmt: skip
    yield met(
        "a function call in the old form",
        Expected(status=Status.DONE, tool='{"a": 1}', finish="function_call"),
        _delta({"function_call": {"name": "f", "arguments": '{"a"'}}),
        _delta({"function_call": {"arguments": ": 1}"}}, finish_reason="function_call"), DONE,
    )  # fmt: skip
    for name, usage in (
        ("null", None),
        ("text", "many"),
        ("counts that are text", {"prompt_tokens": "3", "completion_tokens": None}),
        ("counts without bound", {"prompt_tokens": 1e300, "completion_tokens": True}),
        ("details that are text", {"prompt_tokens": 3, "prompt_tokens_details": "none"}),
    ):
        usage_chunk = event({"choices": [], "usage": usage})
        yield met(f"usage: {name}", whole, CHAT.begin + CHAT.says(PIECES) + CHAT.finish(),
                  usage_chunk, DONE)  # fmt: skip


def _named(name: str, **fields: object) -> bytes:
    return event({"type": name, **fields}, name)


def _responses() -> Iterator[Scenario]:
    end = RESPONSES.end()
    for name, delta in (("null", None), ("a number", 7), ("an object", {"text": "x"})):
        yield met(
            f"a delta that is {name}",
            done(finish="completed"),
            _named("response.output_text.delta", delta=delta), RESPONSES.healthy(*PIECES),
        )  # fmt: skip
    yield met(
        "no word of type in the data",
        done("ab", finish="completed"),
        event({"delta": "a"}, "response.output_text.delta"),
        event({"delta": "b"}, "response.output_text.delta"),
        event({"response": {"status": "completed"}}, "response.completed"),
    )
    yield met(
        "each text once more when it is done",
        done(finish="completed", reasoning="Hm."),
        RESPONSES.begin + RESPONSES.think("Hm."),
        _named("response.reasoning_summary_text.done", text="Hm."),
        RESPONSES.says(PIECES),
        _named("response.output_text.done", text=TEXT),
        _named("response.completed", response=RESPONSES.whole(TEXT)),
    )
    yield met(
        "texts that come only when they are done",
        done("ab", finish="completed", reasoning="Hm\n\nHo"),
        _named("response.reasoning_summary_text.done", summary_index=0, text="Hm"),
        _named("response.reasoning_summary_text.done", summary_index=1, text="Ho"),
        _named("response.output_text.done", content_index=0, text="a"),
        _named("response.output_text.done", content_index=1, text="b"),
        _named("response.completed", response=RESPONSES.whole("ab")),
    )
    yield met(
        "texts that come only with the last event",
        done(finish="completed"),
        RESPONSES.begin,
        _named("response.completed", response=RESPONSES.whole(TEXT)),
    )
    yield met(
        "a response that is text",
        done(finish="completed"),
        _named("response.in_progress", response="x"), RESPONSES.says(PIECES), end,
    )  # fmt: skip
    yield met(
        "reasoning in full text",
        done("a", finish="completed", reasoning="Hm."),
        _named("response.reasoning_text.delta", delta="Hm."), RESPONSES.say("a"), end,
    )  # fmt: skip


def _messages() -> Iterator[Scenario]:
    end = MESSAGES.finish() + MESSAGES.end()
    good = MESSAGES.healthy(*PIECES)
    for name, delta in (
        ("null", None),
        ("text", "x"),
        ("of an unknown type", {"type": "delta_of_tomorrow", "content": "x"}),
        ("a signature", {"type": "signature_delta", "signature": "abc"}),
        ("a citation", {"type": "citations_delta", "citation": {"cited_text": "x"}}),
        ("text that is null", {"type": "text_delta", "text": None}),
    ):
        yield met(
            f"a delta that is {name}",
            done(finish="end_turn"),
            _named("content_block_delta", delta=delta), good,
        )  # fmt: skip
    yield met(
        "no word of type in the data",
        done("ab", finish="end_turn"),
        event({"delta": {"type": "text_delta", "text": "a"}}, "content_block_delta"),
        event({"delta": {"type": "text_delta", "text": "b"}}, "content_block_delta"),
        event({"delta": {"stop_reason": "end_turn"}}, "message_delta"),
        event({}, "message_stop"),
    )
    yield met(
        "text at the start of a block",
        done("ab", finish="end_turn"),
        MESSAGES.begin,
        _named("content_block_start", index=1, content_block={"type": "text", "text": "a"}),
        MESSAGES.say("b"), end,
    )  # fmt: skip
    yield met(
        "usage that is null at the end",
        done(finish="end_turn"),
        MESSAGES.begin + MESSAGES.says(PIECES),
        _named("message_delta", delta={"stop_reason": "end_turn"}, usage=None),
        MESSAGES.end(),
    )
    yield met(
        "a message that is null",
        done(finish="end_turn"),
        _named("message_start", message=None), MESSAGES.says(PIECES), end,
    )  # fmt: skip
    redacted = {"type": "redacted_thinking", "data": "x"}
    yield met(
        "a redacted block",
        done(finish="end_turn"),
        _named("content_block_start", content_block=redacted), good,
    )  # fmt: skip
